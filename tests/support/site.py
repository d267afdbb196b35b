"""The pages of one node in this process: a node of a ``World`` behind Django's test client.

``site_of(world.first)`` puts a node behind the pages; ``officer(...)`` makes somebody with roles; ``signed_in(officer)`` gives
a client in whose session that officer signed in and has just shown a passkey.
"""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.test import Client

from paraph.adapters.render.pages import PdfiumPages
from paraph.domain.ids import DossierId
from paraph.node.web.host import Host, install
from tests.support.nodes import Member

__all__ = ["URL", "officer", "rolled_back", "signed_in", "site_of"]

URL = "http://localhost:7480"
HOST = "localhost:7480"


def site_of(member: Member, folder: Path | None = None) -> Host:
    """Serve the pages of one member's node from now on."""
    one = Host(
        node=member.node,
        folder=folder or Path(tempfile.mkdtemp(prefix="paraph-site-")),
        url=URL,
        pages=PdfiumPages(),
    )
    install(one)
    return one


@contextmanager
def rolled_back() -> Iterator[None]:
    """Whatever a test does to the tables of people is undone."""
    from django.db import transaction

    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def officer(name: str, *roles: str, dossier: str | DossierId = "", **fields: Any) -> Any:
    """An officer with roles, in one dossier or in all."""
    from paraph.node.people.models import Grant, Officer

    made = Officer.objects.create(
        handle=secrets.token_urlsafe(16), name=name, made_at="2026-03-01T00:00:00Z", **fields
    )
    for role in roles:
        Grant.objects.create(
            officer=made,
            role=role,
            dossier=dossier,
            given_by="the first administrator",
            given_at="2026-03-01T00:00:00Z",
        )
    return made


def signed_in(who: Any = None, *, lang: str = "en", headers: Iterable[tuple[str, str]] = ()) -> Client:
    """A browser: of an officer who signed in, or of nobody."""
    extra: dict[str, Any] = dict(headers)
    client = Client(HTTP_HOST=HOST, HTTP_ACCEPT_LANGUAGE=lang, **extra)
    if who is not None:
        client.force_login(who, backend="paraph.node.people.authentication.PasskeyBackend")
    return client
