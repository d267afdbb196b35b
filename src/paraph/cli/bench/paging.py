"""The pages of a node, served as they always are, with the time that each answer took in a header.

A process of its own, so that the time of whoever asks is not the node's. Prints one JSON object when it takes connections:
the cookie of an officer who may do everything, and every address that can be read. Ends when standard input does.
"""

from __future__ import annotations

import json
import secrets
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from paraph.app.runner import Runner
from paraph.bootstrap.opening import open_node
from paraph.bootstrap.web import beside_pages, prepare_web, web_app
from paraph.cli.bench.pages import FLOOR, HEADER
from paraph.node.asgi import Asgi
from paraph.node.server import ServerThread

__all__ = ["main"]


def main(folder: Path) -> None:
    """Serve the node whose home is ``folder``."""
    url = prepare_web(folder)
    opened = open_node(folder)
    try:
        app = web_app(opened)
        _add_floor()
        Runner(node=opened.node).do_duties()  # a running node has looked at all its dossiers
        from paraph.node.desk.projection import projection  # noqa: PLC0415 - Django has to be ready

        projection().catch_up()
        told = {"url": url, "cookie": _signed_in(opened.node.clock.now()), "pages": list(_pages())}
        web = opened.configuration
        with beside_pages(), ServerThread(_timed(app), host=web.web_host, port=web.web_port):
            print(json.dumps(told), flush=True)
            sys.stdin.read()
    finally:
        opened.close()


def _timed(app: Asgi) -> Asgi:
    """Say in a header how long it took to make the answer."""

    async def timed(scope: Any, receive: Any, send: Any) -> None:
        begun = time.perf_counter()

        async def sending(message: Any) -> None:
            if message["type"] == "http.response.start":
                took = f"app;dur={(time.perf_counter() - begun) * 1000:.3f}"
                message = {**message, "headers": [*message["headers"], (HEADER.encode(), took.encode())]}
            await send(message)

        await app(scope, receive, sending)

    return timed


def _add_floor() -> None:
    from django.http import HttpRequest, HttpResponse  # noqa: PLC0415 - Django has to be ready
    from django.urls import path  # noqa: PLC0415

    from paraph.node.people.access import ACCESS, Access, Door  # noqa: PLC0415
    from paraph.node.web import urls  # noqa: PLC0415

    def floor(_request: HttpRequest) -> HttpResponse:
        return HttpResponse(b"")

    urls.urlpatterns.append(path(FLOOR, floor, name=FLOOR))
    assert isinstance(ACCESS, dict)
    ACCESS[FLOOR] = Access(door=Door.OPEN)


def _signed_in(now: str) -> str:
    """Make an officer with every role, and a session in which he or she has just signed in."""
    from django.conf import settings  # noqa: PLC0415 - Django has to be ready
    from django.contrib.auth import login  # noqa: PLC0415
    from django.contrib.sessions.backends.db import SessionStore  # noqa: PLC0415
    from django.http import HttpRequest  # noqa: PLC0415

    from paraph.node.people.models import Grant, Officer  # noqa: PLC0415
    from paraph.node.people.roles import Role  # noqa: PLC0415

    officer = Officer.objects.create(
        handle=secrets.token_urlsafe(12), name="officer of the benchmark", made_at=now
    )
    for role in Role:
        Grant.objects.create(officer=officer, role=role, given_by="the benchmark", given_at=now)
    request = HttpRequest()
    request.session = SessionStore()
    login(request, officer, backend="paraph.node.people.authentication.PasskeyBackend")
    request.session.save()
    return f"{settings.SESSION_COOKIE_NAME}={request.session.session_key}"


def _pages() -> Iterator[dict[str, Any]]:
    """Every address that takes GET, with the parts that have to be filled in."""
    from django.urls import get_resolver  # noqa: PLC0415 - Django has to be ready

    from paraph.node.people.access import ACCESS  # noqa: PLC0415

    def walk(resolver: Any, before: str, namespace: str) -> Iterator[tuple[str, str]]:
        for pattern in resolver.url_patterns:
            route = before + str(pattern.pattern)
            if hasattr(pattern, "url_patterns"):
                inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
                yield from walk(pattern, route, inner)
            elif pattern.name:
                yield namespace + pattern.name, route

    for name, route in walk(get_resolver(), "/", ""):
        row = ACCESS.get(name)
        if row is not None and "GET" in row.methods:
            yield {"name": name, "route": route}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
