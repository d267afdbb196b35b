"""From a first proposal to engrossed originals: proposals, initials, reopening (T1–T4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from paraph.domain.acts import (
    Act,
    OriginalsEngrossed,
    RenderedOriginal,
    TextAccepted,
    TextInitialled,
    TextProposed,
    TextReopened,
)
from paraph.domain.concordance import require_ready
from paraph.domain.digests import digest_set
from paraph.domain.ids import PartyId
from paraph.domain.language import ByLanguage
from paraph.domain.standing import Attachments, Dossier, Instrument, InstrumentState
from paraph.domain.texts import InstrumentText
from paraph.errors import LocalActError

__all__ = ["accepted", "check_on_table", "engrossed", "initialled", "proposed", "reopened"]

MAX_INSTRUMENTS: Final = 200
"""Instruments of one package: the largest packages on record hold a few dozen."""


def proposed(dossier: Dossier, act: Act, attachments: Attachments) -> Dossier:
    """A text or counter-proposal: replaces the one on the table, and every acceptance of it."""
    body = act.body
    assert isinstance(body, TextProposed)
    text = attachments.text(body.text)
    if text is None:
        raise LocalActError("text-unreadable", "the proposed bytes are not a canonical text")
    if text.number != body.instrument:
        raise LocalActError(
            "text-number", f"the text calls itself {text.number}, the proposal {body.instrument}"
        )
    if {p.id for p in text.parties} != set(dossier.parties):
        raise LocalActError("text-parties", "the text must name exactly the parties of the dossier")
    if text.specimen != dossier.specimen:
        raise LocalActError("text-specimen", "the text's specimen banner must be the dossier's")
    _check_names(dossier, text)
    before = dossier.instruments.get(body.instrument)
    if before is None and len(dossier.instruments) >= MAX_INSTRUMENTS:
        raise LocalActError("too-many-instruments", f"a dossier holds at most {MAX_INSTRUMENTS} instruments")
    if (
        before is not None
        and before.state is not InstrumentState.NEGOTIATING
        and (before.state is not InstrumentState.AGREED or before.initialled)
    ):
        raise LocalActError(
            "instrument-state",
            f"{body.instrument} is {before.state}: its text is fixed; every party must reopen it before a new proposal",
        )
    if before is not None and before.text == body.text:
        raise LocalActError("text-same", "exactly this text is on the table already; accept it instead")
    instrument = Instrument(
        number=body.instrument,
        state=InstrumentState.NEGOTIATING,
        text=body.text,
        proposed_by=act.author,
        versions=before.versions + 1 if before else 1,
        accepted=frozenset({act.author}),
        initialled=frozenset(),
        reopening=frozenset(),
        engrossed={},
        comments=before.comments if before else 0,
    )
    return dossier.with_instrument(instrument)


def accepted(dossier: Dossier, act: Act, _attachments: Attachments) -> Dossier:
    """A party accepts the text on the table; when all have, it is agreed."""
    body = act.body
    assert isinstance(body, TextAccepted)
    instrument = dossier.instruments[body.instrument]
    check_on_table(instrument, body.text)
    if act.author in instrument.accepted:
        raise LocalActError("already-accepted", f"{act.author} stands behind this text already")
    accepted_by = instrument.accepted | {act.author}
    agreed = accepted_by == frozenset(dossier.parties)
    return dossier.with_instrument(
        replace(
            instrument,
            accepted=accepted_by,
            state=InstrumentState.AGREED if agreed else InstrumentState.NEGOTIATING,
        ),
    )


def initialled(dossier: Dossier, act: Act, attachments: Attachments) -> Dossier:
    """A party initials the digest set of all language versions; when all have, not a letter may change."""
    body = act.body
    assert isinstance(body, TextInitialled)
    instrument = dossier.instruments[body.instrument]
    check_on_table(instrument, body.text)
    text = attachments.text(body.text)
    if text is None:
        raise LocalActError("text-unreadable", "the initialled bytes are not a canonical text")
    require_ready(text)
    absent = sorted(p for p in dossier.parties if p not in dossier.described)
    if absent:
        raise LocalActError(
            "party-undescribed", f"{', '.join(absent)} must first describe its own names and signatories"
        )
    _check_names(dossier, text)
    if dict(body.digests) != digest_set(text):
        raise LocalActError("digests-differ", "the initialled digest set is not that of the agreed text")
    if act.author in instrument.initialled:
        raise LocalActError("already-initialled", f"{act.author} has initialled this text already")
    initials = instrument.initialled | {act.author}
    fixed = initials == frozenset(dossier.parties)
    return dossier.with_instrument(
        replace(
            instrument,
            initialled=initials,
            reopening=instrument.reopening
            - {act.author},  # whoever goes on with a text no longer asks to reopen it
            state=InstrumentState.INITIALLED if fixed else InstrumentState.AGREED,
        ),
    )


def reopened(dossier: Dossier, act: Act, _attachments: Attachments) -> Dossier:
    """A party agrees to reopen; when all have, the initials are void and the text is on the table again."""
    body = act.body
    assert isinstance(body, TextReopened)
    instrument = dossier.instruments[body.instrument]
    check_on_table(instrument, body.text)
    plan = dossier.plan
    if plan is not None and plan.live and any(o.instrument == instrument.number for o in plan.body.originals):
        raise LocalActError("plan-live", "the instrument is in a signing plan; abort the exchange first")
    reopening = instrument.reopening | {act.author}
    if reopening != frozenset(dossier.parties):
        return dossier.with_instrument(replace(instrument, reopening=reopening))
    # The go was given for originals that no longer exist.
    orders = frozenset(order for order in dossier.orders if order[2] != instrument.number)
    return replace(dossier, orders=orders).with_instrument(
        replace(
            instrument,
            state=InstrumentState.NEGOTIATING,
            accepted=frozenset(),
            initialled=frozenset(),
            reopening=frozenset(),
            engrossed={},
        ),
    )


def engrossed(dossier: Dossier, act: Act, _attachments: Attachments) -> Dossier:
    """A party rendered all originals; when all got the same bytes, the instrument is engrossed."""
    body = act.body
    assert isinstance(body, OriginalsEngrossed)
    instrument = dossier.instruments[body.instrument]
    check_on_table(instrument, body.text)
    if tuple(sorted(o.holder for o in body.originals)) != dossier.parties:
        raise LocalActError("originals-holders", "render exactly one original for each party")
    originals = tuple(sorted(body.originals, key=lambda o: o.holder))
    by_party: Mapping[PartyId, tuple[RenderedOriginal, ...]] = {**instrument.engrossed, act.author: originals}
    complete = set(by_party) == set(dossier.parties) and len(set(by_party.values())) == 1
    return dossier.with_instrument(
        replace(
            instrument,
            engrossed=by_party,
            reopening=instrument.reopening - {act.author},
            state=InstrumentState.ENGROSSED if complete else InstrumentState.INITIALLED,
        ),
    )


def check_on_table(instrument: Instrument, text: str) -> None:
    """Whoever acts on a text names it by its digest; refuse if another is on the table by now.

    Raises:
        LocalActError: ``text-other``.
    """
    if instrument.text != text:
        raise LocalActError(
            "text-other",
            f"the text on the table for {instrument.number} is another: reload and read it first",
        )


def _check_names(dossier: Dossier, text: InstrumentText) -> None:
    """T4: the text names each party exactly as that party describes itself."""
    for said in text.parties:
        own = dossier.described.get(said.id)
        if own is None:
            continue
        signatory = next((s for s in own.signatories if s.id == said.signatory.id), None)
        if (
            signatory is None
            or not _within(said.names, own.names)
            or not _within(said.places, own.places)
            or not _within(said.signatory.name, signatory.name)
            or not _within(said.signatory.title, signatory.title)
            or said.signatory.script_lang != signatory.script_lang
        ):
            raise LocalActError(
                "names-not-own",
                f"the text names {said.id}, its place or its signatory otherwise than {said.id} itself does; "
                "take the party's own description",
                party=said.id,
            )


def _within(said: ByLanguage[object], own: ByLanguage[object]) -> bool:
    return all(lang in own and own[lang] == words for lang, words in said.items())
