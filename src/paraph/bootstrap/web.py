"""The pages of a node: Django made ready before the store is opened, the node put behind the views."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from paraph.adapters.render.pages import PdfiumPages
from paraph.adapters.store.file_lock import one_at_a_time
from paraph.adapters.store.home import NodeHome
from paraph.adapters.store.location import database_settings
from paraph.bootstrap.configuration import Configuration, read_configuration
from paraph.bootstrap.disk import disk_status
from paraph.bootstrap.identity import write_private
from paraph.bootstrap.opening import OpenNode
from paraph.errors import PermanentError
from paraph.node.asgi import Asgi
from paraph.node.bounded import Bounded
from paraph.node.people.origin import origin_of
from paraph.node.web.host import Host, install
from paraph.node.web.settings import web_settings

__all__ = ["beside_pages", "people_database", "prepare_web", "web_app", "web_url"]

SECRET: Final = "web-secret"  # noqa: S105 - the name of a file
SECRET_BYTES: Final = 48

LOCK: Final = "people.lock"
"""Held while people's tables are made or brought up to date."""

POOL: Final = {"min_size": 2, "max_size": 16, "timeout": 10}
"""Connections to PostgreSQL that pages share: each page runs in a thread of its own, and connecting anew costs as much as a page.
"""


def web_url(configuration: Configuration) -> str:
    """Where people reach the pages."""
    return configuration.web_url or f"http://localhost:{configuration.web_port}"


def people_database(folder: Path, configuration: Configuration) -> dict[str, object]:
    """Where people, sessions and drafts are kept: a file beside the store, or the same PostgreSQL database."""
    writing, _ = database_settings(configuration.database or NodeHome(folder).people)
    if str(writing["ENGINE"]).endswith("postgresql"):
        assert isinstance(writing["OPTIONS"], dict)
        writing["OPTIONS"] = {**writing["OPTIONS"], "pool": POOL}
    return writing


def prepare_web(folder: Path) -> str:
    """Configure Django for the pages of a node, once per process, before its store is opened.

    Returns:
        Where people reach the pages; empty if the node has none, and then nothing was done.

    Raises:
        PermanentError: ``configuration``, ``no-node`` and whatever else an operator has to mend.
    """
    import django  # noqa: PLC0415 - only a process that serves pages pays for them
    from django.conf import settings  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415

    configuration = read_configuration(NodeHome(folder).config)
    if not configuration.web_port:
        return ""
    origin_of(web_url(configuration))
    _check_encrypted(configuration)
    values: dict[str, Any] = web_settings(
        url=web_url(configuration),
        secret_key=_secret(NodeHome(folder).keys / SECRET),
        database=people_database(folder, configuration),
        behind_proxy=configuration.web_behind_proxy,
    )
    if not configuration.database:
        _private(NodeHome(folder).people)
    settings.configure(**values)
    django.setup()
    with one_at_a_time(folder / LOCK):  # a command right after an upgrade finds the node at the same work
        call_command("migrate", verbosity=0, interactive=False)
    return web_url(configuration)


def _check_encrypted(configuration: Configuration) -> None:
    """Refuse an https address behind which nobody ends TLS: pages would send browsers to it for ever."""
    if not web_url(configuration).startswith("https:"):
        return
    if not configuration.web_behind_proxy and not configuration.web_tls_certificate:
        raise PermanentError(
            "configuration",
            "[web] url is an https address: name tls_certificate and tls_key, or set behind_proxy = true where a reverse proxy "
            "on this machine ends TLS",
        )


def web_app(opened: OpenNode) -> Asgi:
    """The pages of an open node, as an ASGI application."""
    from django.core.asgi import get_asgi_application  # noqa: PLC0415

    install(
        Host(
            node=opened.node,
            folder=opened.home.folder,
            url=web_url(opened.configuration),
            pages=PdfiumPages(),
            health=lambda: _health(opened.home.folder),
        )
    )
    application: Asgi = get_asgi_application()  # type: ignore[assignment]
    return Bounded(application)


def _health(folder: Path) -> tuple[str, ...]:
    """What keeps the node from working, or soon will."""
    found = disk_status(folder)
    return (f"the disk: {found.trouble}",) if found.trouble else ()


@contextmanager
def beside_pages() -> Iterator[None]:
    """What works as long as pages are served: the desk follows the store, webhooks are told what happens."""
    from django.db import connections  # noqa: PLC0415 - only a process that serves pages pays for them

    from paraph.node.api.courier import delivering  # noqa: PLC0415
    from paraph.node.desk.projector import following  # noqa: PLC0415

    try:
        with following(), delivering():
            yield
    finally:
        if connections["default"].settings_dict["OPTIONS"].get("pool"):
            connections["default"].close_pool()  # type: ignore[attr-defined]


def _private(path: Path) -> None:
    """Make a database that the node's user alone can read; SQLite would make it readable by others."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _secret(path: Path) -> str:
    """The key that signs sessions: made when it is first needed, readable by the node's user only."""
    if not path.is_file():
        write_private(path, secrets.token_urlsafe(SECRET_BYTES).encode())
    return path.read_text("utf-8").strip()
