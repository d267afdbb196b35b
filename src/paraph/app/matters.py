"""What waits for whom in a dossier: everything that people have to do next, read off where it stands.

The counterpart for people of ``paraph.domain.duties``, which says what nodes do by themselves. Both are computed from the
standing and never from a message that arrived, so nothing that waits can be lost or doubled. What the rules allow without
asking for it (a counter-proposal, a statement, a wish to stop) does not wait, and is not listed.

Until a package is concluded somebody always has something to do; where people have done theirs, a node has.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from paraph.domain.abort import abandonable_from
from paraph.domain.acts import Basis, Mode
from paraph.domain.authority import signing_certificate
from paraph.domain.duties import DutyKind, duties
from paraph.domain.ids import InstrumentNumber, PartyId, Utc
from paraph.domain.standing import Dossier, Instrument, InstrumentState, Plan, PlanState, Powers

__all__ = ["ANYTHING", "BROUGHT_BY", "Matter", "MatterKind", "Times", "all_matters", "waiting_matters"]

Times = Mapping[tuple[str, str], Utc]
"""When an act of a kind was made last: by kind and instrument; the instrument "" stands for any."""

ANYTHING: Final = ""
"""In place of a kind of act: any act at all."""

NO_TIMES: Final[Times] = MappingProxyType({})


class MatterKind(StrEnum):
    """What can wait."""

    JOIN = "join"
    DESCRIBE = "describe"
    PROPOSE_TEXT = "propose-text"
    ACCEPT_TEXT = "accept-text"
    INITIAL = "initial"
    ENGROSS = "engross"
    COMPARE_ORIGINALS = "compare-originals"
    """Every party rendered, and the bytes differ."""
    ANSWER_REOPENING = "answer-reopening"
    PRESENT_CERTIFICATE = "present-certificate"
    PRESENT_POWERS = "present-powers"
    VERIFY_POWERS = "verify-powers"
    ORDER_SIGNING = "order-signing"
    PROPOSE_PLAN = "propose-plan"
    ACCEPT_PLAN = "accept-plan"
    DEPOSIT = "deposit"
    DEPOSIT_AGAIN = "deposit-again"
    ANSWER_STOP = "answer-stop"
    """Others wish to stop the exchange; it ends when this party says the same."""
    COUNTERSIGN = "countersign"
    ANSWER_NOTE = "answer-note"
    NODE_WORKS = "node-works"
    """A node does this by itself; nobody has to do anything, unless it takes long."""
    DUTY_FAILS = "duty-fails"
    """This node cannot do what it has to."""
    FROZEN = "frozen"
    """Somebody contradicted itself; nothing goes on here."""


BROUGHT_BY: Final[Mapping[MatterKind, tuple[str, ...]]] = {
    MatterKind.JOIN: ("dossier-opened",),
    MatterKind.DESCRIBE: ("dossier-opened", "dossier-joined"),
    MatterKind.PROPOSE_TEXT: ("dossier-opened", "dossier-joined"),
    MatterKind.ACCEPT_TEXT: ("text-proposed", "text-reopened"),
    MatterKind.INITIAL: ("text-accepted",),
    MatterKind.ENGROSS: ("text-initialled",),
    MatterKind.COMPARE_ORIGINALS: ("originals-engrossed",),
    MatterKind.ANSWER_REOPENING: ("text-reopened",),
    MatterKind.PRESENT_CERTIFICATE: ("text-initialled", "certificate-suspended"),
    MatterKind.PRESENT_POWERS: ("text-initialled", "full-powers-withdrawn"),
    MatterKind.VERIFY_POWERS: ("full-powers-presented",),
    MatterKind.ORDER_SIGNING: ("originals-engrossed",),
    MatterKind.PROPOSE_PLAN: ("originals-engrossed", "exchange-aborted", "exchange-abort-requested"),
    MatterKind.ACCEPT_PLAN: ("plan-proposed",),
    MatterKind.DEPOSIT: ("plan-accepted", "plan-proposed"),
    MatterKind.DEPOSIT_AGAIN: ("deposit-refused",),
    MatterKind.ANSWER_STOP: ("exchange-abort-requested",),
    MatterKind.COUNTERSIGN: ("exchange-released", "signature-revealed", "signatures-countersigned"),
    MatterKind.ANSWER_NOTE: ("note-sent",),
    MatterKind.NODE_WORKS: (ANYTHING,),
    MatterKind.DUTY_FAILS: (ANYTHING,),
    MatterKind.FROZEN: (ANYTHING,),
}
"""The acts that bring a matter about; it waits since the last of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """Something that waits.

    Attributes:
        kind: What has to be done.
        party: By whom.
        instrument: About which instrument, or "".
        about: The act, signatory or duty that it is about, or "".
        since: The instant of the act that brought it; "" if that is not known.
        until: When it is too late, or "".
    """

    kind: MatterKind
    party: PartyId
    instrument: str = ""
    about: str = ""
    since: str = ""
    until: str = ""


def waiting_matters(
    standing: Dossier, party: PartyId, now: Utc, times: Times = NO_TIMES
) -> tuple[Matter, ...]:
    """What waits for one participant, in the order of a dossier's life.

    Args:
        standing: Where the dossier stands.
        party: Any participant.
        now: The current instant, for terms and time limits.
        times: When acts of each kind were made last.
    """
    return tuple(one for one in all_matters(standing, now, times) if one.party == party)


def all_matters(standing: Dossier, now: Utc, times: Times = NO_TIMES) -> tuple[Matter, ...]:
    """What waits for anybody, in the order of a dossier's life; see ``waiting_matters``."""
    found = (
        *_taking_part(standing),
        *(matter for _, one in sorted(standing.instruments.items()) for matter in _about_text(standing, one)),
        *_authority(standing, now),
        *_plan(standing, now),
        *_notes(standing),
    )
    return tuple(_dated(matter, times) for matter in found)


def _dated(matter: Matter, times: Times) -> Matter:
    instants = [times.get((kind, matter.instrument), Utc("")) for kind in BROUGHT_BY[matter.kind]]
    return Matter(
        kind=matter.kind,
        party=matter.party,
        instrument=matter.instrument,
        about=matter.about,
        since=max(instants),
        until=matter.until,
    )


def _taking_part(standing: Dossier) -> Iterator[Matter]:
    for party in sorted(set(standing.roles) - standing.joined):
        yield Matter(kind=MatterKind.JOIN, party=party)
    joined = [party for party in standing.parties if party in standing.joined]
    for party in joined:
        if party not in standing.described:
            yield Matter(kind=MatterKind.DESCRIBE, party=party)
    if not standing.instruments:
        for party in joined:
            yield Matter(kind=MatterKind.PROPOSE_TEXT, party=party)


def _about_text(standing: Dossier, one: Instrument) -> Iterator[Matter]:
    parties = frozenset(standing.parties)
    match one.state:
        case InstrumentState.NEGOTIATING:
            kind, lacking = MatterKind.ACCEPT_TEXT, parties - one.accepted
        case InstrumentState.AGREED:
            kind, lacking = MatterKind.INITIAL, parties - one.initialled
        case InstrumentState.INITIALLED:
            kind, lacking = MatterKind.ENGROSS, parties - set(one.engrossed)
            if not lacking:
                kind, lacking = MatterKind.COMPARE_ORIGINALS, parties
        case _:
            kind, lacking = MatterKind.ENGROSS, frozenset()
    yield from _each(kind, lacking & standing.joined, one.number)
    if one.reopening:
        yield from _each(MatterKind.ANSWER_REOPENING, parties - one.reopening, one.number)


def _each(
    kind: MatterKind, parties: Iterable[PartyId], instrument: str = "", about: str = ""
) -> Iterator[Matter]:
    for party in sorted(parties):
        yield Matter(kind=kind, party=party, instrument=instrument, about=about)


def _authority(standing: Dossier, now: Utc) -> Iterator[Matter]:
    """Certificates, full powers and the go: asked for once a text is fixed, and as long as it is not signed."""
    plan = standing.plan
    if plan is not None and plan.state is PlanState.RELEASED:
        yield from _suspended_signers(standing, plan)
    signed = _signed_already(plan)
    fixed = [
        one
        for _, one in sorted(standing.instruments.items())
        if one.state in (InstrumentState.INITIALLED, InstrumentState.ENGROSSED) and one.number not in signed
    ]
    for party in standing.parties if fixed else ():
        if not _has_certificate(standing, party):
            yield Matter(kind=MatterKind.PRESENT_CERTIFICATE, party=party)
        for one in fixed:
            yield from _powers(standing, party, one.number, now)
            ordered = any(who == party and number == one.number for who, _, number in standing.orders)
            if one.state is InstrumentState.ENGROSSED and not ordered:
                yield Matter(kind=MatterKind.ORDER_SIGNING, party=party, instrument=one.number)


def _signed_already(plan: Plan | None) -> frozenset[InstrumentNumber]:
    """Instruments whose first signatures are exchanged: authority for those was checked."""
    if plan is None or plan.state in (PlanState.PROPOSED, PlanState.OPEN, PlanState.ABORTED):
        return frozenset()
    return frozenset(o.instrument for o in plan.body.originals)


def _suspended_signers(standing: Dossier, plan: Plan) -> Iterator[Matter]:
    for party in standing.parties:
        signs = any(plan.next_signer((o.instrument, o.holder)) == party for o in plan.body.originals)
        if signs and signing_certificate(standing, plan, party) is None:
            yield Matter(kind=MatterKind.PRESENT_CERTIFICATE, party=party, about=plan.signatory(party))


def _has_certificate(standing: Dossier, party: PartyId) -> bool:
    return any(
        owner == party and (owner, presented.certificate) not in standing.suspended
        for (owner, _), presented in standing.certificates.items()
    )


def _powers(standing: Dossier, party: PartyId, number: InstrumentNumber, now: Utc) -> Iterator[Matter]:
    own = [
        (act, powers)
        for act, powers in standing.powers.items()
        if powers.party == party
        and not powers.withdrawn
        and not (powers.body.valid_until and powers.body.valid_until <= now)
        and (not powers.body.instruments or number in powers.body.instruments)
    ]
    if not own:
        yield Matter(kind=MatterKind.PRESENT_POWERS, party=party, instrument=number)
        return
    others = frozenset(standing.parties) - {party}
    if any(_is_settled(powers, others) for _, powers in own):
        return
    for act, powers in own:
        yield from _each(MatterKind.VERIFY_POWERS, others - powers.verified, number, act)


def _is_settled(powers: Powers, others: frozenset[PartyId]) -> bool:
    return powers.body.basis is Basis.BY_OFFICE or others <= powers.verified


def _plan(standing: Dossier, now: Utc) -> Iterator[Matter]:
    plan = standing.plan
    engrossed = any(i.state is InstrumentState.ENGROSSED for i in standing.instruments.values())
    if plan is None or not plan.live:
        if engrossed:
            yield from _each(MatterKind.PROPOSE_PLAN, standing.parties)
    elif plan.state is PlanState.PROPOSED:
        needed = {*standing.parties, *((PartyId(plan.body.mediator),) if plan.body.mediator else ())}
        yield from _each(MatterKind.ACCEPT_PLAN, needed - plan.accepted, about=plan.body.plan)
    elif plan.state is PlanState.OPEN:
        yield from _deposits(standing, plan, now)
        yield from _stopping(standing, plan, now)
    if plan is not None:
        yield from _nodes(standing, now)


def _deposits(standing: Dossier, plan: Plan, now: Utc) -> Iterator[Matter]:
    if plan.body.mode is Mode.MEDIATED and now >= plan.body.deposit_until:
        return  # the mediator's node ends it
    if plan.abort_requested and not plan.revealed:
        return
    for party in standing.parties:
        deposit = plan.deposits.get(party)
        if deposit is None or deposit.answer == "refused":
            yield Matter(
                kind=MatterKind.DEPOSIT if deposit is None else MatterKind.DEPOSIT_AGAIN,
                party=party,
                about=plan.body.plan,
                until=plan.body.deposit_until,
            )


def _stopping(standing: Dossier, plan: Plan, now: Utc) -> Iterator[Matter]:
    """Where the wish of some to stop has to be shared by all."""
    wishing = frozenset(plan.abort_requested)
    if plan.body.mode is Mode.MEDIATED:
        wishing = plan.abandoned if now >= abandonable_from(plan) else frozenset()
    if wishing:
        yield from _each(MatterKind.ANSWER_STOP, frozenset(standing.parties) - wishing, about=plan.body.plan)


def _nodes(standing: Dossier, now: Utc) -> Iterator[Matter]:
    for party in sorted(standing.roles):
        for duty in duties(standing, party, now):
            by_people = duty.kind is DutyKind.COUNTERSIGN
            yield Matter(
                kind=MatterKind.COUNTERSIGN if by_people else MatterKind.NODE_WORKS,
                party=party,
                about=duty.kind,
            )


def _notes(standing: Dossier) -> Iterator[Matter]:
    for act, (_, to, answered) in standing.notes.items():
        if not answered:
            yield Matter(kind=MatterKind.ANSWER_NOTE, party=to, about=act)
