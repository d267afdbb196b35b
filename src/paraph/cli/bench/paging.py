"""The pages of a node, served as they always are, with the time that each answer took in a header.

A process of its own, so that the time of whoever asks is not the node's. Prints one JSON object when it takes connections:
the cookie of an officer who may do everything, every address that can be read, with the token of a program for those of the API,
and what was made here to be named in addresses. Ends when standard input does.
"""

from __future__ import annotations

import json
import secrets
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from paraph.app.runner import Runner
from paraph.bootstrap.opening import OpenNode, open_node
from paraph.bootstrap.web import beside_pages, prepare_web, web_app
from paraph.cli.bench.pages import FLOOR, HEADER
from paraph.cli.bench.sowing import NUMBER
from paraph.node.asgi import Asgi
from paraph.node.server import ServerThread
from paraph.wire.manuscript import write_instrument

__all__ = ["main"]


def main(folder: Path, dossier: str = "") -> None:
    """Serve the node whose home is ``folder``.

    Args:
        folder: The home.
        dossier: In which dossier a draft is begun, from the text on the table; in none by default.
    """
    url = prepare_web(folder)
    opened = open_node(folder)
    try:
        app = web_app(opened)
        _add_floor()
        Runner(node=opened.node).do_duties()  # a running node has looked at all its dossiers
        from paraph.node.desk.projection import projection  # noqa: PLC0415 - Django has to be ready

        projection().catch_up()
        cookie, officer = _signed_in(opened.node.clock.now(), f"{opened.node.party}.fm")
        told = {
            "url": url,
            "cookie": cookie,
            "pages": list(_pages(officer)),
            "named": _named(opened, officer, dossier),
        }
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


def _signed_in(now: str, signatory: str) -> tuple[str, Any]:
    """Make an officer with every role, and a session in which he or she has just signed in; its cookie, and the officer."""
    from django.conf import settings  # noqa: PLC0415 - Django has to be ready
    from django.contrib.auth import login  # noqa: PLC0415
    from django.contrib.sessions.backends.db import SessionStore  # noqa: PLC0415
    from django.http import HttpRequest  # noqa: PLC0415

    from paraph.node.people.models import Grant, Officer  # noqa: PLC0415
    from paraph.node.people.roles import Role  # noqa: PLC0415

    officer = Officer.objects.create(
        handle=secrets.token_urlsafe(12), name="officer of the benchmark", made_at=now, signatory=signatory
    )
    for role in Role:
        Grant.objects.create(officer=officer, role=role, given_by="the benchmark", given_at=now)
    request = HttpRequest()
    request.session = SessionStore()
    login(request, officer, backend="paraph.node.people.authentication.PasskeyBackend")
    request.session.save()
    return f"{settings.SESSION_COOKIE_NAME}={request.session.session_key}", officer


def _named(opened: OpenNode, officer: Any, dossier: str) -> Mapping[str, list[str]]:
    """What a node has that no dossier has: officers, an invitation, a draft."""
    from paraph.node.people.invitations import make_invitation  # noqa: PLC0415 - Django has to be ready
    from paraph.node.people.roles import Role  # noqa: PLC0415
    from paraph.node.texts.addresses import slug_of  # noqa: PLC0415
    from paraph.node.texts.looking import look_at  # noqa: PLC0415
    from paraph.node.texts.models import Draft  # noqa: PLC0415

    now = opened.node.clock.now()
    _, token = make_invitation(opened.home.folder, name="somebody", roles=(Role.AUDITOR,), now=now)
    found = {"officer": [str(officer.pk)], "token": [token], "number": [slug_of(NUMBER)]}
    if dossier:
        looked = look_at(dossier, NUMBER)
        draft = Draft.objects.create(
            dossier=dossier, instrument=NUMBER, base=looked.instrument.text, by=officer, by_name=officer.name, made_at=now,
            contents={lang: data.decode() for lang, data in write_instrument(looked.text).items()}, saved_by=officer.name,
            saved_at=now,
        )  # fmt: skip
        found["draft"] = [str(draft.pk)]
    return found


def _pages(officer: Any) -> Iterator[dict[str, Any]]:
    """Every address that takes GET, with the parts that have to be filled in.

    Each of the API has a token of its own: what a program may ask in a second is limited for each token.
    """
    from paraph.node.api.tokens import SCOPES, make  # noqa: PLC0415 - Django has to be ready
    from paraph.node.people.access import ACCESS, Door  # noqa: PLC0415
    from paraph.node.web.addresses import addresses  # noqa: PLC0415

    for one in addresses():
        row = ACCESS[one.name]
        if "GET" in row.methods:
            token = ""
            if row.door is Door.TOKEN:
                _, token = make(officer, name=one.name, officer=officer, scopes=SCOPES, days=1)
            yield {"name": one.name, "route": f"/{one.route}", "places": one.places, "token": token}


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
