"""Published dossiers, for everybody: a list, a page for each, its files."""

from __future__ import annotations

import hashlib
import re
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_vary_headers

from paraph.app.dossiers import load
from paraph.app.publication import Concluded, concluded_bytes, trust_of
from paraph.app.published import Programme, PublishedParty, participants, programme
from paraph.domain.ids import DossierId
from paraph.domain.language import ByLanguage
from paraph.node.public.confinement import Answer, Trouble, verify_confined
from paraph.node.public.models import Publication, Shown, publication_of, publications
from paraph.node.public.told import told
from paraph.node.web.files import as_file
from paraph.node.web.host import host

__all__ = ["container", "dossier_page", "known_trust", "listing", "original", "trust"]

FRESH_S: Final = 60
"""How long a published page may be shown from a cache: a withdrawal is seen everywhere after a minute."""

TURN: Final = len("2026-03-02T12:0")
"""Characters of an instant that change every ten minutes: so long a verdict over the same bytes is shown again."""

KEPT: Final = 16
"""Published dossiers kept read in memory: some hundred megabytes at most, and nobody publishes that many at once."""

KEPT_STANDINGS: Final = 1000
"""Published dossiers whose titles and verdicts are kept: some kilobytes each."""

VERDICT_WAIT_S: Final = 5.0
"""How long a page waits for the verdict; then it is shown without, and says that it is being made."""

_DOSSIER: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """A published dossier as read once; a concluded one does not change but for what is said about it."""

    held: Concluded
    programme: Programme


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standing:
    """What the list says of a published dossier, without its files."""

    title: ByLanguage[str]
    specimen: str
    participants: tuple[PublishedParty, ...]
    trust: tuple[str, ...]


class _Kept:
    """What was made last, by what it was made from."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()  # whoever comes second waits, and works less
        self._kept: OrderedDict[tuple[object, ...], Any] = OrderedDict()

    def get(self, key: tuple[object, ...], make: Callable[[], Any]) -> Any:
        with self._lock:
            if key not in self._kept:
                self._kept[key] = make()
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
            return self._kept[key]

    def forget(self, key: tuple[object, ...]) -> None:
        with self._lock:
            self._kept.pop(key, None)


_VERIFIER: Final = ThreadPoolExecutor(1, thread_name_prefix="paraph-published")
"""Verifies what is published, one after the other: strangers' files have the other place."""

_READ: Final = _Kept(KEPT)
_STANDINGS: Final = _Kept(KEPT_STANDINGS)
_VERDICTS: Final = _Kept(KEPT_STANDINGS)


def listing(request: HttpRequest) -> HttpResponse:
    """Every published dossier."""

    def show() -> HttpResponse:
        now = _now()
        entries = [
            {
                "publication": row,
                "dossier": row.dossier,
                "told": _standing(row) if row.shown(now) is Shown.SHOWN else None,
            }
            for row in publications(now)
        ]
        return render(request, "public/list.html", {"entries": entries, **_languages(request)})

    return _for_everybody(request, show)


def dossier_page(request: HttpRequest, dossier: str) -> HttpResponse:
    """One published dossier, or that it was withdrawn."""
    row = _publication(dossier)

    def show() -> HttpResponse:
        context: dict[str, Any] = {"publication": row, "dossier": dossier, **_languages(request)}
        if row.shown(_now()) is Shown.WITHDRAWN:
            return render(request, "public/withdrawn.html", context, status=410)
        read = _read(row)
        at, answer = _verdict(read)
        context["programme"] = read.programme
        context["verdict_at"] = at
        context["working"] = answer is None
        context["told"] = told(answer.report) if answer is not None and answer.report is not None else None
        response = render(request, "public/dossier.html", context)
        if answer is None:
            response["Cache-Control"] = "no-store"  # without its verdict nobody keeps it
        return response

    return _for_everybody(request, show)


def original(request: HttpRequest, dossier: str, digest: str) -> HttpResponse:
    """One original, by its digest."""
    read = _shown(dossier)
    for instrument in read.programme.instruments:
        for one in instrument.originals:
            if one.sha256 == digest:
                data = read.held.originals[instrument.number, one.holder]
                return _file(request, data, one.name, "application/pdf")
    raise Http404


def container(request: HttpRequest, dossier: str) -> HttpResponse:
    """The container."""
    read = _shown(dossier)
    return _file(request, read.held.container, f"{dossier[:12]}.asice", "application/vnd.etsi.asic-e+zip")


def trust(request: HttpRequest, dossier: str) -> HttpResponse:
    """The authorities with which this node verifies it."""
    pem = "".join(trust_of(host().node, _shown(dossier).held.standing))
    return _file(request, pem.encode(), f"{dossier[:12]}.trust.pem", "application/x-pem-file")


def known_trust() -> tuple[str, ...]:
    """The authorities that published dossiers name, and this node's own: what a visitor may choose to trust."""
    node = host().node
    found = dict.fromkeys(node.peer_card(node.card).anchors)
    now = _now()
    for row in publications(now):
        if row.shown(now) is Shown.SHOWN:
            found.update(dict.fromkeys(_standing(row).trust))
    return tuple(found)


def _now() -> str:
    return host().node.clock.now()


def _publication(dossier: str) -> Publication:
    """What is or was published; an unknown id and one that is not published are told nothing else."""
    row = publication_of(dossier) if _DOSSIER.fullmatch(dossier) else None
    if row is None or row.shown(_now()) is Shown.EMBARGOED:
        raise Http404
    return row


def _shown(dossier: str) -> _Read:
    row = _publication(dossier)
    if row.shown(_now()) is not Shown.SHOWN:
        raise Http404
    return _read(row)


def _read(row: Publication) -> _Read:
    node, dossier = host().node, DossierId(str(row.dossier))

    def make() -> _Read:
        held = concluded_bytes(node, dossier)
        return _Read(held=held, programme=programme(node, held))

    read: _Read = _READ.get(_state(dossier), make)
    return read


def _standing(row: Publication) -> _Standing:
    node, dossier = host().node, DossierId(str(row.dossier))

    def make() -> _Standing:
        with node.store.read() as uow:
            standing = load(node, uow, dossier).standing
        return _Standing(
            title=standing.title,
            specimen=standing.specimen,
            participants=participants(node, standing),
            trust=trust_of(node, standing),
        )

    found: _Standing = _STANDINGS.get(_state(dossier), make)
    return found


def _state(dossier: DossierId) -> tuple[object, ...]:
    """What changes whenever a dossier does: acts are only ever added."""
    node = host().node
    with node.store.read() as uow:
        return (node.party, id(node), dossier, uow.act_count(dossier), uow.setting(f"frozen:{dossier}") or "")


def _verdict(read: _Read) -> tuple[str, Answer | None]:
    """What this node's verifier says now, and when it was asked: of the same bytes at most every ten minutes.

    None as long as it is at work: nobody waits long for a page, and many visitors ask once.
    """
    at = host().node.clock.now()
    key = (read.programme.container, at[:TURN])

    def ask() -> tuple[str, Future[Answer]]:
        trusted = [one.encode() for one in trust_of(host().node, read.held.standing)]
        return at, _VERIFIER.submit(
            verify_confined, read.held.container, path="dossier.asice", trust=trusted, at=at
        )

    asked, future = _VERDICTS.get(key, ask)
    try:
        answer = future.result(timeout=VERDICT_WAIT_S)
    except TimeoutError:
        return asked, None
    if answer.trouble is Trouble.BUSY:
        _VERDICTS.forget(key)
    return asked, answer


def _languages(request: HttpRequest) -> dict[str, Any]:
    """What the frame of a page for everybody needs; its date is that of its turn, so that its ETag lasts as long."""
    printed = datetime.fromisoformat(f"{_now()[:TURN]}0:00+00:00")
    return {
        "path": request.path,
        "page_url": f"{host().url}{request.path}",
        "printed": printed,
        "notices": (),
    }


def _for_everybody(request: HttpRequest, show: Callable[[], HttpResponse]) -> HttpResponse:
    """A page that caches may keep: in the language that its address asks for, without a session, with an ETag."""
    wanted = request.GET.get("lang", "")
    lang = wanted if wanted in dict(settings.LANGUAGES) else translation.get_language() or "en"
    with translation.override(lang):
        response = show()
    response["Content-Language"] = lang
    response.setdefault("Cache-Control", f"public, max-age={FRESH_S}")
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return _conditional(request, response)


def _file(request: HttpRequest, data: bytes, name: str, kind: str) -> HttpResponse:
    response = as_file(HttpResponse(data, content_type=kind), name)
    response["Cache-Control"] = f"public, max-age={FRESH_S}"
    return _conditional(request, response)


def _conditional(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    response["ETag"] = etag
    if response.status_code != 200:
        return response
    found = get_conditional_response(request, etag=etag, response=response)
    assert isinstance(found, HttpResponse)  # it had a response to fall back on
    return found
