"""Readiness: go or no-go for the signing of a package, line by line, each with its reason.

``readiness`` is pure: it looks at what was gathered (``Facts``) and at nothing else. The words for people are the pages'.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from paraph.domain.acts import Role
from paraph.domain.authority import why_not
from paraph.domain.ids import InstrumentNumber, PartyId, Utc
from paraph.domain.instants import MAX_CLOCK_SKEW_S, after
from paraph.domain.standing import Dossier, InstrumentState, Plan, PlanState

__all__ = [
    "ABOUT_TO_EXPIRE_S",
    "HEARD_WITHIN_S",
    "TRIED_WITHIN_S",
    "CertificateFacts",
    "Facts",
    "Line",
    "LineName",
    "PeerFacts",
    "State",
    "Tried",
    "likely_signatory",
    "readiness",
    "verdict",
]

_DAY_S: Final = 24 * 3600

ABOUT_TO_EXPIRE_S: Final = 30 * _DAY_S
"""A certificate with less than a month left is pointed out: renewing one with a token takes weeks in a ministry."""

HEARD_WITHIN_S: Final = 600
"""A peer that was not heard for ten minutes is not there: nodes speak every two minutes even at rest."""

TRIED_WITHIN_S: Final = 3600
"""What was tried an hour ago may have changed since."""


class State(StrEnum):
    """What a line says."""

    GO = "go"
    ATTENTION = "attention"
    """Goes, and somebody should know."""
    NO_GO = "no-go"
    DONE = "done"
    """Everything is concluded: nothing is left to be signed."""


class LineName(StrEnum):
    """The lines, in order."""

    DOSSIER = "dossier"
    INITIALLED = "initialled"
    ORIGINALS = "originals"
    PLAN = "plan"
    AUTHORITY = "authority"
    ORDER = "order"
    CERTIFICATE = "certificate"
    REVOCATION = "revocation"
    KEY = "key"
    PASSKEY = "passkey"
    TIMESTAMPS = "timestamps"
    PEER = "peer"
    CLOCK = "clock"
    LANGUAGES = "languages"
    NAMES = "names"
    PROTOCOL = "protocol"
    PLACE = "place"
    FALLBACK = "fallback"
    NODE = "node"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line.

    Attributes:
        name: What it is about.
        state: What it says.
        reason: Which reason: a key for the words.
        about: The party, instrument or peer, or "".
        detail: An instant, a number, or exact words from inside, or "".
    """

    name: LineName
    state: State
    reason: str
    about: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFacts:
    """Of the certificate that a signatory presented last: its validity, and until when revocation lists are good ("" if none)."""

    valid_from: Utc
    valid_until: Utc
    lists_until: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerFacts:
    """Of one participant: whether it is verified, when it was heard last, how far its clock is off, the last failure."""

    verified: bool
    heard: str
    skew_s: int
    failure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """When something outside was tried, and what was wrong; "" if it answered."""

    at: Utc
    code: str = ""
    message: str = ""
    skew_s: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything that is looked at.

    Attributes:
        standing: Where the dossier stands.
        party: Whose node looks.
        now: The current instant.
        final: Whether the plan is accepted and cosigned by everybody concerned.
        frozen: Why the dossier is frozen, or "".
        lacking: Engrossed originals whose bytes are not here.
        certificates: By party.
        key: The signatory's key on this node's desk, when it was tried; None if never.
        timestamps: The time-stamp authority, when it was tried; None if never.
        passkey: Whether the own signatory's passkeys registered here are those presented; None if none are presented.
        peers: By participant, without this node's own.
        languages: Whether somebody confirmed the language versions as they are.
        names: Whether somebody confirmed the party's own names as they are.
        protocol: Whether two people stand behind flags and precedence as they are.
        place: Where is signed, and in which time zone: whether both are known.
        fallback: Whether telephone numbers are entered.
        health: What keeps the node from working.
    """

    standing: Dossier
    party: PartyId
    now: Utc
    final: bool
    frozen: str = ""
    lacking: tuple[str, ...] = ()
    certificates: Mapping[PartyId, CertificateFacts] = field(default_factory=dict)
    key: Tried | None = None
    timestamps: Tried | None = None
    passkey: bool | None = None
    peers: Mapping[PartyId, PeerFacts] = field(default_factory=dict)
    languages: bool = False
    names: bool = False
    protocol: bool = False
    place: bool = False
    fallback: bool = False
    health: tuple[str, ...] = ()


def verdict(lines: Iterable[Line]) -> State:
    """Go, unless one line says no; neither where everything is concluded."""
    states = {line.state for line in lines}
    return next((state for state in (State.DONE, State.NO_GO) if state in states), State.GO)


def readiness(facts: Facts) -> tuple[Line, ...]:
    """All lines, in order."""
    before_signing = (_text, _plan, _authority, _keys, _outside, _people)
    parts = (_dossier, *(() if facts.standing.concluded else before_signing))
    return tuple(line for part in parts for line in part(facts))


def _line(
    name: LineName, reason: str = "", about: str = "", detail: str = "", *, attention: bool = False
) -> Line:
    """A line that says go without a reason, and else no or attention."""
    state = State.GO if not reason else State.ATTENTION if attention else State.NO_GO
    return Line(name=name, state=state, reason=reason or "good", about=about, detail=detail)


def _dossier(facts: Facts) -> Iterator[Line]:
    if facts.frozen:
        yield _line(LineName.DOSSIER, "frozen", detail=facts.frozen)
    if facts.standing.concluded:
        yield Line(name=LineName.DOSSIER, state=State.DONE, reason="concluded")


def _text(facts: Facts) -> Iterator[Line]:
    standing = facts.standing
    chosen = _package(standing)
    if not chosen:
        yield _line(LineName.INITIALLED, "no-text")
        return
    for number in chosen:
        state = standing.instruments[number].state
        if state in (InstrumentState.NEGOTIATING, InstrumentState.AGREED):
            yield _line(LineName.INITIALLED, "not-initialled", number, state.value)
            continue
        yield _line(LineName.INITIALLED, about=number)
        if state is InstrumentState.INITIALLED:
            reached = len(standing.instruments[number].engrossed)
            differ = reached == len(standing.parties)
            yield _line(LineName.ORIGINALS, "differ" if differ else "not-engrossed", number)
        else:
            missing = number in facts.lacking
            yield _line(LineName.ORIGINALS, "not-here" if missing else "", number)


def _package(standing: Dossier) -> list[InstrumentNumber]:
    """The instruments of the plan under way; without one, all that are not concluded."""
    plan = standing.plan
    if plan is not None and plan.live:
        return sorted({o.instrument for o in plan.body.originals})
    return sorted(n for n, one in standing.instruments.items() if one.state is not InstrumentState.CONCLUDED)


def _plan(facts: Facts) -> Iterator[Line]:
    plan = facts.standing.plan
    if plan is None or not plan.live:
        yield _line(LineName.PLAN, "none")
    elif plan.state is PlanState.PROPOSED:
        missing = sorted((set(facts.standing.parties) | {PartyId(plan.body.mediator)} - {""}) - plan.accepted)
        yield _line(LineName.PLAN, "not-accepted", detail=", ".join(p for p in missing if p))
    elif not facts.final:
        yield _line(LineName.PLAN, "not-final")
    elif plan.state is PlanState.OPEN and plan.abort_requested:
        yield _line(LineName.PLAN, "stopping")
    elif plan.state is PlanState.OPEN and plan.body.mediator and facts.now >= plan.body.deposit_until:
        yield _line(LineName.PLAN, "late", detail=plan.body.deposit_until)
    else:
        yield _line(LineName.PLAN, detail=plan.body.deposit_until)


def _signatory(standing: Dossier, plan: Plan | None, party: PartyId) -> str:
    """Who signs for a party: as planned, else the one who is described, else ""."""
    if plan is not None and plan.live:
        return plan.signatory(party)
    described = standing.described.get(party)
    return described.signatories[0].id if described is not None and len(described.signatories) == 1 else ""


def likely_signatory(standing: Dossier, party: PartyId) -> str:
    """Who is to be looked at for a party: as planned, else the first who is described, else ""."""
    plan, described = standing.plan, standing.described.get(party)
    if plan is not None and plan.live:
        return plan.signatory(party)
    return described.signatories[0].id if described is not None and described.signatories else ""


def _authority(facts: Facts) -> Iterator[Line]:
    standing, plan = facts.standing, facts.standing.plan
    # From now until the last instant at which it can be signed.
    instants = [facts.now]
    if plan is not None and plan.state is PlanState.OPEN and plan.body.mediator:
        instants.append(max(facts.now, plan.body.deposit_until))
    for party in standing.parties:
        signatory = _signatory(standing, plan, party)
        if not signatory:
            yield _line(LineName.AUTHORITY, "no-signatory", party)
            continue
        lacking = [
            found
            for number in _package(standing)
            for at in instants
            if (found := why_not(standing, party, signatory, number, at))
        ]
        yield _line(LineName.AUTHORITY, "lacking" if lacking else "", party, lacking[0] if lacking else "")
        ordered = all((party, signatory, number) in standing.orders for number in _package(standing))
        # The other party's own go is its own affair: it is told, and holds nobody back but that party.
        yield _line(LineName.ORDER, "" if ordered else "not-ordered", party, attention=party != facts.party)


def _keys(facts: Facts) -> Iterator[Line]:
    standing, plan, now = facts.standing, facts.standing.plan, facts.now
    for party in standing.parties:
        found = facts.certificates.get(party)
        latest = standing.certificates.get((party, _signatory(standing, plan, party)))
        if latest is None or found is None:
            yield _line(LineName.CERTIFICATE, "none", party)
            continue
        if (party, latest.certificate) in standing.suspended:
            yield _line(LineName.CERTIFICATE, "suspended", party)
        elif now < found.valid_from:
            yield _line(LineName.CERTIFICATE, "not-yet", party, found.valid_from)
        elif now >= found.valid_until:
            yield _line(LineName.CERTIFICATE, "expired", party, found.valid_until)
        elif after(now, ABOUT_TO_EXPIRE_S) >= found.valid_until:
            yield _line(LineName.CERTIFICATE, "expires", party, found.valid_until, attention=True)
        else:
            yield _line(LineName.CERTIFICATE, about=party, detail=found.valid_until)
        if not found.lists_until:
            yield _line(LineName.REVOCATION, "none", party, attention=True)
        elif now >= found.lists_until:
            yield _line(LineName.REVOCATION, "old", party, found.lists_until)
        else:
            yield _line(LineName.REVOCATION, about=party, detail=found.lists_until)
    if facts.party in standing.parties:
        yield _tried(facts, LineName.KEY, facts.key)
        if facts.passkey is None:
            yield _line(LineName.PASSKEY, "none", attention=True)
        else:
            yield _line(LineName.PASSKEY, "" if facts.passkey else "other")


def _tried(facts: Facts, name: LineName, tried: Tried | None) -> Line:
    if tried is None:
        return _line(name, "never-tried")
    if tried.code:
        return _line(name, "failed", about=tried.code, detail=tried.message)
    if after(tried.at, TRIED_WITHIN_S) < facts.now:
        return _line(name, "long-ago", detail=tried.at)
    return _line(name, detail=tried.at)


def _outside(facts: Facts) -> Iterator[Line]:
    yield _tried(facts, LineName.TIMESTAMPS, facts.timestamps)
    if facts.timestamps is not None and not facts.timestamps.code:
        off = abs(facts.timestamps.skew_s)
        yield _line(LineName.CLOCK, "authority-off" if off > MAX_CLOCK_SKEW_S else "", detail=str(off))
    for party, peer in sorted(facts.peers.items()):
        concludes = facts.standing.roles.get(party) is not Role.WITNESS
        if not peer.verified:
            yield _line(LineName.PEER, "not-verified", party, attention=not concludes)
        elif not peer.heard:
            yield _line(LineName.PEER, "never-heard", party, peer.failure, attention=not concludes)
        elif after(Utc(peer.heard), HEARD_WITHIN_S) < facts.now:
            yield _line(LineName.PEER, "silent", party, peer.heard, attention=not concludes)
        else:
            yield _line(LineName.PEER, about=party, detail=peer.heard)
        if peer.heard:
            off = abs(peer.skew_s)
            reason = "peer-off" if off > MAX_CLOCK_SKEW_S else ""
            yield _line(LineName.CLOCK, reason, party, str(off), attention=not concludes)
    for trouble in facts.health:
        yield _line(LineName.NODE, "trouble", detail=trouble)


def _people(facts: Facts) -> Iterator[Line]:
    if facts.party in facts.standing.parties:
        yield _line(LineName.LANGUAGES, "" if facts.languages else "not-confirmed")
        yield _line(LineName.NAMES, "" if facts.names else "not-confirmed")
        yield _line(LineName.PLACE, "" if facts.place else "not-set")
    yield _line(LineName.PROTOCOL, "" if facts.protocol else "not-confirmed")
    yield _line(LineName.FALLBACK, "" if facts.fallback else "not-entered")
