"""Everything of a dossier to take away: acts, texts, originals, container, proofs, checkpoint."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Final

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render

from paraph.app.container import finished_container
from paraph.app.dossiers import Current, load
from paraph.app.finished import finished_original
from paraph.app.node import Node
from paraph.app.texts import current_text, engrossed_original
from paraph.domain.acts import PlannedOriginal
from paraph.domain.ids import DossierId, InstrumentNumber, PartyId
from paraph.domain.standing import Instrument, InstrumentState, Plan, Slot
from paraph.node.desk.dossier_page import known
from paraph.node.desk.names import Names
from paraph.node.desk.proofs import frozen_here
from paraph.node.texts.addresses import file_stem
from paraph.node.web.files import as_file
from paraph.node.web.host import host
from paraph.wire.akoma_ntoso import write_akoma_ntoso

__all__ = ["acts", "checkpoint", "container", "original", "proof", "take", "text", "text_json"]

PAGE: Final = 256
"""Acts read from the store at a time."""


def _file(data: bytes, name: str, kind: str) -> HttpResponse:
    return as_file(HttpResponse(data, content_type=kind), name)


def _current(dossier: str) -> Current:
    node = host().node
    with node.store.read() as uow:
        return load(node, uow, known(uow, dossier))


def _slots(current: Current) -> list[tuple[Slot, bool]]:
    """Originals that can be had: each with whether it is finished."""
    sealed = dict.fromkeys(current.standing.sealed, True)
    engrossed = {
        (number, one.holder): False
        for number, i in current.standing.instruments.items()
        if i.state in (InstrumentState.ENGROSSED, InstrumentState.CONCLUDED) and i.engrossed
        for one in next(iter(i.engrossed.values()))
    }
    return sorted({**engrossed, **sealed}.items())


def take(request: HttpRequest, dossier: str) -> HttpResponse:
    """What can be taken away, and how it is checked."""
    node = host().node
    with node.store.read() as uow:
        current = load(node, uow, known(uow, dossier))
        names = Names(node, uow)
        final = uow.final_note(current.dossier)
    texts = []
    for number, one in sorted(current.standing.instruments.items()):
        found = current_text(node, one)
        texts.append({"number": number, "langs": sorted(found.versions), "text": one.text})
    context = {
        "dossier": dossier,
        "titles": current.standing.title,
        "texts": texts,
        "originals": [
            {
                "number": slot[0], "holder": slot[1], "name": names(slot[1]), "finished": finished,
                "sha256": current.standing.sealed[slot].sha256 if finished else "",
            }
            for slot, finished in _slots(current)
        ],
        "containers": [_numbers(plan) for plan in reversed(current.standing.contained)],
        "proofs": list(range(1, len(frozen_here(node, current.dossier)) + 1)) if current.frozen else [],
        "acts": current.view.size,
        "has_checkpoint": final is not None,
    }  # fmt: skip
    return render(request, "desk/take.html", context)


def acts(request: HttpRequest, dossier: str) -> StreamingHttpResponse:
    """Every ordered act as it was signed, one envelope in each line."""
    node = host().node
    with node.store.read() as uow:
        found = known(uow, dossier)
        size = uow.size(found)
    lines = _lines(node, found, size)
    # A server that works without threads wants to wait for each piece; a test does not.
    content = _waited_for(lines) if isinstance(request, ASGIRequest) else lines
    answer = StreamingHttpResponse(content, content_type="application/jsonl")
    return as_file(answer, f"acts-{dossier[:12]}.jsonl")


def _lines(node: Node, dossier: DossierId, size: int) -> Iterator[bytes]:
    start = 0
    while start < size:
        with node.store.read() as uow:
            rows = uow.log(dossier, start, min(PAGE, size - start))
        if not rows:
            return
        yield b"".join(row.envelope.rstrip(b"\n") + b"\n" for row in rows)
        start += len(rows)


async def _waited_for(lines: Iterator[bytes]) -> AsyncIterator[bytes]:
    take_one = sync_to_async(lambda: next(lines, b""))
    while piece := await take_one():
        yield piece


def checkpoint(request: HttpRequest, dossier: str) -> HttpResponse:
    """The newest final checkpoint with its cosignatures."""
    del request
    with host().node.store.read() as uow:
        data = uow.final_note(known(uow, dossier))
    if data is None:
        raise Http404
    return _file(data, f"checkpoint-{dossier[:12]}.txt", "text/plain; charset=utf-8")


def container(request: HttpRequest, dossier: str) -> HttpResponse:
    """The container of a concluded package: of the newest, or of the one with an instrument."""
    instrument = request.GET.get("instrument", "")
    several = len(_current(dossier).standing.contained) > 1
    data = finished_container(host().node, DossierId(dossier), instrument)
    name = f"dossier.{file_stem(instrument)}.asice" if instrument and several else "dossier.asice"
    return _file(data, name, "application/vnd.etsi.asic-e+zip")


def _numbers(plan: Plan) -> list[InstrumentNumber]:
    return sorted({original.instrument for original in plan.body.originals})


def original(request: HttpRequest, dossier: str, number: InstrumentNumber, holder: str) -> HttpResponse:
    """One original: as finished, else as engrossed."""
    del request
    current, slot = _current(dossier), (number, PartyId(holder))
    finished = dict(_slots(current)).get(slot)
    if finished is None:
        raise Http404
    node, standing, name = host().node, current.standing, f"{file_stem(number)}.{holder}"
    if finished:
        return _file(finished_original(node, standing, slot), f"{name}.pdf", "application/pdf")
    rendered = next(iter(standing.instruments[number].engrossed.values()))
    sha256 = next(one.sha256 for one in rendered if one.holder == holder)
    planned = PlannedOriginal(instrument=number, holder=slot[1], sha256=sha256, order=())
    data = engrossed_original(node, standing, planned)
    return _file(data, f"{name}.unsigned.pdf", "application/pdf")


def _instrument(dossier: str, number: InstrumentNumber) -> Instrument:
    """An instrument that is in the dossier; otherwise there is no such page."""
    found = _current(dossier).standing.instruments.get(number)
    if found is None:
        raise Http404
    return found


def text(request: HttpRequest, dossier: str, number: InstrumentNumber, lang: str) -> HttpResponse:
    """One language of a text, as Akoma Ntoso."""
    del request
    found = current_text(host().node, _instrument(dossier, number))
    if lang not in found.versions:
        raise Http404
    return _file(write_akoma_ntoso(found, lang), f"{file_stem(number)}.{lang}.xml", "application/akn+xml")


def text_json(request: HttpRequest, dossier: str, number: InstrumentNumber) -> HttpResponse:
    """The text in all its languages, as it is agreed: the bytes whose digest is initialled."""
    del request
    data = host().node.blobs.get(_instrument(dossier, number).text)
    if data is None:
        raise Http404
    return _file(data, f"{file_stem(number)}.json", "application/json")


def proof(request: HttpRequest, dossier: str, place: int) -> HttpResponse:
    """One proof for which the dossier is frozen."""
    del request
    _current(dossier)
    found = frozen_here(host().node, DossierId(dossier))
    if not 1 <= place <= len(found):
        raise Http404
    return _file(found[place - 1], f"proof-{place}.json", "application/json")
