"""Everybody keeps the rules and wants to conclude: from wherever a dossier stands to its end."""

from __future__ import annotations

from collections.abc import Iterator

from paraph.domain.acts import Body, Mode
from paraph.domain.approval import needs_approval
from paraph.domain.duties import duties
from paraph.domain.ids import PartyId
from paraph.domain.standing import InstrumentState, PlanState
from paraph.errors import LocalActError
from tests.support import bodies
from tests.support.correct import correct
from tests.support.proceedings import UNLIMITED, Proceedings, answer

MOST_ACTS = 600

LAPSED = {"no-authority", "certificate-suspended"}
"""Why somebody may be unable to do a duty: what he or she signs with has lapsed in between."""

# What people do, in the order in which it is worth trying.
PEOPLE = (
    "dossier-joined", "party-described", "certificate-presented", "text-proposed", "text-accepted", "text-initialled",
    "originals-engrossed", "full-powers-presented", "signing-ordered", "plan-accepted", "signature-deposited",
)  # fmt: skip


def conclude(table: Proceedings) -> None:
    """Go on until the package is concluded and its container sealed; fail if the rules do not let them."""
    for _ in range(MOST_ACTS):
        plan = table.standing.plan
        if (
            plan is not None
            and plan.state is PlanState.CONCLUDED
            and len(plan.container_seals) == len(table.names)
        ):
            assert plan.received.keys() == set(table.parties)
            return
        if not (
            any(_approve(table, who) for who in table.parties)
            or any(_do(table, *duty) for duty in _due(table))
            or any(_try(table, *act) for act in _wishes(table))
        ):
            raise AssertionError(f"stuck: {plan.state if plan else table.standing.instruments}")
    raise AssertionError("no end in sight")


def _approve(table: Proceedings, who: PartyId) -> bool:
    """A signatory with a passkey approves everything that is to be signed, where nothing is approved yet."""
    plan = table.standing.plan
    if plan is None or plan.state not in (PlanState.OPEN, PlanState.RELEASED):
        return False
    if not needs_approval(table.standing, plan, who) or any(party == who for party, _ in plan.approved):
        return False
    if not _try(table, who, bodies.preparation(table.standing, who, *table.parties)):
        return False
    prepared = [act for act, one in bodies.of(table.standing).prepared.items() if one.party == who]
    return _try(table, who, bodies.approval(table.standing, who, prepared[-1]))


def _due(table: Proceedings) -> Iterator[tuple[PartyId, Body]]:
    standing = table.standing
    for who in table.everybody:
        for duty in duties(standing, who, UNLIMITED):
            yield who, answer(standing, who, duty)


def _do(table: Proceedings, who: PartyId, body: Body) -> bool:
    """A duty is never refused, unless a term of office ended in between, or a certificate; then it is renewed."""
    before = table.standing
    try:
        table.say(who, body)
    except LocalActError as error:
        if error.code not in LAPSED:
            raise
        if (
            bodies.of(before).signer(who).party,
            bodies.of(before).signer(who).certificate,
        ) in before.suspended:
            table.say(who, bodies.usable_certificate(before, who))
        table.say(who, bodies.powers(who))
        table.say(who, body)
    return table.standing != before


def _try(table: Proceedings, who: PartyId, body: Body | None) -> bool:
    before = table.standing
    if body is None:
        return False
    try:
        table.say(who, body)
    except LocalActError:
        return False
    return table.standing != before


def _wishes(table: Proceedings) -> Iterator[tuple[PartyId, Body | None]]:
    standing = table.standing
    for kind in PEOPLE:
        for number in table.numbers:
            for who in table.everybody:
                if _wanted(table, kind, who, number):
                    yield who, correct(table, kind, who, number)
    ready = {i.state for i in standing.instruments.values()} == {InstrumentState.ENGROSSED}
    if standing.plan is None or not standing.plan.live:
        if ready:
            yield table.parties[0], bodies.plan(standing, bodies.plan_id(1000 + table.made), table.mode)
        else:  # an instrument that was concluded before is no part of the next package
            yield table.parties[0], _rest(table)
    elif standing.plan.body.mode is Mode.DIRECT and standing.plan.abort_requested:
        for who in table.parties:  # somebody does not want to: all agree to end it
            yield who, bodies.abort_request(standing)


def _rest(table: Proceedings) -> Body:
    body = bodies.plan(table.standing, bodies.plan_id(1000 + table.made), table.mode)
    open_ = {n for n, i in table.standing.instruments.items() if i.state is InstrumentState.ENGROSSED}
    return type(body)(
        **{
            **{name: getattr(body, name) for name in type(body).__slots__},
            "originals": tuple(o for o in body.originals if o.instrument in open_),
        }
    )


def _wanted(table: Proceedings, kind: str, who: PartyId, number: str) -> bool:
    """Whether it would lead on; nobody describes itself twice, or proposes where a text is on the table."""
    standing = table.standing
    instrument = next((i for n, i in standing.instruments.items() if n == number), None)
    match kind:
        case "party-described":
            return standing.described.get(who) != correct(table, kind, who)
        case "certificate-presented":
            found = standing.certificates.get((who, bodies.minister(who)))
            return found is None or found.certificate != bodies.usable_certificate(standing, who).certificate
        case "text-proposed":
            return instrument is None
        case "full-powers-presented":
            return not any(
                p.party == who and p.body == bodies.powers(who) and not p.withdrawn
                for p in standing.powers.values()
            )
        case _:
            return True
