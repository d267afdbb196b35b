"""Where an instrument stands, in words: what was done, whose turn it is, and what stands in the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from paraph.domain.concordance import concordance
from paraph.domain.declarations import missing_declarations
from paraph.domain.ids import PartyId
from paraph.domain.standing import Dossier, Instrument, InstrumentState
from paraph.domain.texts import InstrumentText
from paraph.node.texts.names import listed

__all__ = ["STATES", "Situation", "situation"]

STATES: Final[Mapping[InstrumentState, tuple[str | Promise, str]]] = {
    InstrumentState.NEGOTIATING: (gettext_lazy("Under negotiation"), "blue"),
    InstrumentState.AGREED: (gettext_lazy("Agreed"), "yellow"),
    InstrumentState.INITIALLED: (gettext_lazy("Initialled"), "purple"),
    InstrumentState.ENGROSSED: (gettext_lazy("Originals made"), "teal"),
    InstrumentState.CONCLUDED: (pgettext_lazy("instrument", "Concluded"), "green"),
}
"""The word for each state, and the colour of its tag."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Where an instrument stands.

    Attributes:
        state: The word for it.
        colour: Colour of its tag.
        sentences: What is the case and what comes next.
        ours: Whether something waits for this node's party.
        blocks: Why it cannot be initialled yet; empty if nothing stands in the way.
        can: What can be done now, whoever may do it: accept, counter, initial, reopen, engross, tick, comment.
    """

    state: str | Promise
    colour: str
    sentences: tuple[SafeString, ...]
    ours: bool
    blocks: tuple[str, ...]
    can: frozenset[str]


def situation(standing: Dossier, instrument: Instrument, text: InstrumentText, own: PartyId) -> Situation:
    """Say where an instrument stands.

    Args:
        standing: The dossier.
        instrument: The instrument.
        text: Its text on the table.
        own: Whose node this is.
    """
    state, colour = STATES[instrument.state]
    done, sentences = _told(standing, instrument)
    waiting = frozenset(standing.parties) - done
    if waiting and instrument.state is not InstrumentState.CONCLUDED:
        sentences.append(
            format_html(_("Waiting for {}."), listed(standing, waiting))
            if own not in waiting
            else SafeString(_("It is your turn."))
        )
        if own in waiting and len(waiting) > 1:
            sentences.append(format_html(_("{} are to do the same."), listed(standing, waiting - {own})))
    if instrument.reopening:
        sentences.append(
            format_html(
                _("{} asked to reopen the text; that needs every party."),
                listed(standing, instrument.reopening),
            )
        )
    blocks = _blocks(standing, text) if instrument.state in _BEFORE_INITIALS else ()
    return Situation(
        state=state,
        colour=colour,
        sentences=tuple(sentences),
        ours=own in waiting,
        blocks=blocks,
        can=_can(standing, instrument, own, blocked=bool(blocks)),
    )


_BEFORE_INITIALS: Final = frozenset({InstrumentState.NEGOTIATING, InstrumentState.AGREED})


def _told(standing: Dossier, instrument: Instrument) -> tuple[frozenset[PartyId], list[SafeString]]:
    """Which parties have done what this state asks for, and what can be said of it."""
    match instrument.state:
        case InstrumentState.NEGOTIATING:
            if not instrument.accepted:
                return frozenset(), [
                    SafeString(
                        _(
                            "The text was reopened: nobody stands behind it. Each party can accept it again or propose another one."
                        )
                    )
                ]
            return instrument.accepted, [
                format_html(
                    _("{} proposed the text on the table."), listed(standing, [instrument.proposed_by])
                ),
                SafeString(
                    _(
                        "It is agreed when every party has accepted exactly this text. A counter-proposal takes its place."
                    )
                ),
            ]
        case InstrumentState.AGREED:
            told = [
                SafeString(
                    _(
                        "Every party accepted exactly this text. Initials fix it: from then on not a letter may change."
                    )
                )
            ]
            if instrument.initialled:
                told.append(format_html(_("{} initialled it."), listed(standing, instrument.initialled)))
            return instrument.initialled, told
        case InstrumentState.INITIALLED:
            told = [
                SafeString(
                    _(
                        "Every party initialled this text. Each now has the originals made at its own node; the bytes have to be the same."
                    )
                )
            ]
            if instrument.engrossed:
                told.append(format_html(_("{} made the originals."), listed(standing, instrument.engrossed)))
            if len(set(instrument.engrossed.values())) > 1:
                told.append(
                    SafeString(_("The bytes differ. Compare the pages, and take over one rendering."))
                )
            return frozenset(instrument.engrossed), told
        case InstrumentState.ENGROSSED:
            return frozenset(standing.parties), [
                SafeString(
                    _(
                        "Every party made the same originals, byte for byte. Signing, or reopening by every party, can follow."
                    )
                )
            ]
        case InstrumentState.CONCLUDED:
            return frozenset(standing.parties), [
                SafeString(_("It is concluded. Nothing about it can change."))
            ]


def _blocks(standing: Dossier, text: InstrumentText) -> tuple[str, ...]:
    found: list[str] = []
    if missing_declarations(text.declarations):
        found.append(_("The text does not declare everything that it has to; see the declarations below."))
    if remarks := concordance(text):
        found.append(
            _("The language versions do not have the same structure: %(count)s places differ.")
            % {"count": len(remarks)}
        )
    if any(party not in standing.described for party in standing.parties):
        found.append(_("Not every party has described its own names and signatories."))
    return tuple(found)


def _can(standing: Dossier, instrument: Instrument, own: PartyId, *, blocked: bool) -> frozenset[str]:
    state, found = instrument.state, {"comment", "tick"}
    if state is InstrumentState.CONCLUDED or own not in standing.parties:
        return frozenset(
            {"comment"} if own == standing.mediator and state is not InstrumentState.CONCLUDED else ()
        )
    if state is InstrumentState.NEGOTIATING or (
        state is InstrumentState.AGREED and not instrument.initialled
    ):
        found.add("counter")
    if state is InstrumentState.NEGOTIATING:
        found |= {"accept"} if own not in instrument.accepted else set()
    else:
        found |= (
            {"reopen"}
            if own not in instrument.reopening and not _in_live_plan(standing, instrument)
            else set()
        )
    if state is InstrumentState.AGREED and own not in instrument.initialled and not blocked:
        found.add("initial")
    if state is InstrumentState.INITIALLED:
        found.add("engross")
    return frozenset(found)


def _in_live_plan(standing: Dossier, instrument: Instrument) -> bool:
    plan = standing.plan
    return (
        plan is not None and plan.live and any(o.instrument == instrument.number for o in plan.body.originals)
    )
