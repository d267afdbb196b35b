"""The exchange of signatures: plan, deposits, release, reveal, countersignature, seal, receipt (S3).

With a mediator: every party deposits its first signatures, sealed; when all are held the mediator
releases; after that instant everybody can obtain everything, and nobody can stop it. Before it, anybody
can. Without a mediator nobody can promise that: parties commit to the digest of their signatures and then
reveal in the plan's order, and who reveals first depends on the others for one message.

The functions here are the effects named by ``dossier.RULES``; the states in which each may happen are in
that table.

Source: docs/spec/exchange.md.
"""

from __future__ import annotations

from dataclasses import replace

from paraph.domain.acts import (
    Act,
    ContainerEngrossed,
    ContainerSealed,
    DepositHeld,
    DepositRefused,
    ExchangeAborted,
    ExchangeAbortRequested,
    ExchangeReleased,
    Mode,
    OriginalsReceived,
    OriginalsSealed,
    PlanAccepted,
    PlanProposed,
    Role,
    SignatureDeposited,
    SignatureRevealed,
    SignaturesCountersigned,
)
from paraph.domain.authority import check_may_sign
from paraph.domain.ids import Digest, PartyId
from paraph.domain.standing import Attachments, Deposit, Dossier, InstrumentState, Plan, PlanState, Slot
from paraph.errors import LocalActError

__all__ = [
    "abort_requested",
    "aborted",
    "accepted",
    "container_engrossed",
    "container_sealed",
    "countersigned",
    "deposited",
    "held",
    "proposed",
    "received",
    "refused",
    "released",
    "revealed",
    "sealed",
]

LEVELS = frozenset({"B-LTA"})
"""PAdES levels that a plan can fix; one joint archive step is the only one worth keeping for decades."""


def proposed(dossier: Dossier, act: Act, _attachments: Attachments) -> Dossier:
    """A signing plan over engrossed originals."""
    body = act.body
    assert isinstance(body, PlanProposed)
    before = dossier.plan
    if before is not None and before.state not in (PlanState.ABORTED, PlanState.CONCLUDED):
        raise LocalActError("plan-live", "a signing plan is under way; abort it before proposing another")
    ended = dossier.ended_plans | ({before.body.plan} if before else set())
    if body.plan in ended:
        raise LocalActError(
            "plan-reused", "the name of an earlier plan cannot be used again; make a fresh one"
        )
    if body.level not in LEVELS:
        raise LocalActError("plan-level", f"the level must be one of {', '.join(sorted(LEVELS))}")
    if body.mode is Mode.MEDIATED and (not dossier.mediator or body.mediator != dossier.mediator):
        raise LocalActError(
            "plan-mediator", "a mediated plan needs the dossier's mediator; add one or plan direct"
        )
    if body.mode is Mode.DIRECT and body.mediator:
        raise LocalActError("plan-mediator", "a direct plan has no mediator")
    if body.sealer not in dossier.parties:
        raise LocalActError("plan-sealer", "the sealer must be one of the parties")
    _check_originals(dossier, body)
    if tuple(sorted(s.party for s in body.signers)) != dossier.parties:
        raise LocalActError("plan-signers", "name exactly one signatory for each party")
    for signer in body.signers:
        certificate = dossier.certificates.get((signer.party, signer.signatory))
        if certificate is None or certificate.certificate != signer.certificate:
            raise LocalActError(
                "plan-certificate",
                f"the certificate planned for {signer.signatory} is not the one {signer.party} presented",
            )
    plan = Plan(
        proposal=act.id,
        body=body,
        state=PlanState.PROPOSED,
        accepted=frozenset({act.author}),
        deposits={},
        token="",
        abort_requested={},
        reason="",
        revealed={},
        countersigned={},
        sealed={},
        received={},
    )
    return replace(dossier, plan=plan, ended_plans=ended)


def _check_originals(dossier: Dossier, body: PlanProposed) -> None:
    slots = [(o.instrument, o.holder) for o in body.originals]
    numbers = {o.instrument for o in body.originals}
    if not numbers or sorted(slots) != sorted((n, p) for n in numbers for p in dossier.parties):
        raise LocalActError("plan-originals", "plan one original for each party of each instrument")
    for original in body.originals:
        instrument = dossier.instruments.get(original.instrument)
        if instrument is None or instrument.state is not InstrumentState.ENGROSSED:
            raise LocalActError(
                "plan-early",
                f"{original.instrument} is not engrossed by every party with the same bytes; "
                "initial the text and engross the originals first",
            )
        agreed = {o.holder: o.sha256 for o in next(iter(instrument.engrossed.values()))}
        if agreed.get(original.holder) != original.sha256:
            raise LocalActError(
                "plan-other-text", f"the planned original of {original.instrument} is not the engrossed one"
            )
        if original.order[:1] != (original.holder,) or tuple(sorted(original.order)) != dossier.parties:
            raise LocalActError("plan-order", "each party signs each original once, its holder first")


def accepted(dossier: Dossier, act: Act, _attachments: Attachments) -> Dossier:
    """A party or the mediator accepts exactly this plan; when all have, the exchange is open."""
    body = act.body
    assert isinstance(body, PlanAccepted)
    plan = _plan(dossier)
    if body.proposal != plan.proposal:
        raise LocalActError("plan-other", "the accepted proposal is not the current plan")
    if act.author in plan.accepted:
        raise LocalActError("already-accepted", f"{act.author} has accepted the plan already")
    if dossier.roles[act.author] is Role.MEDIATOR and plan.body.mode is Mode.DIRECT:
        raise LocalActError("plan-direct", "the plan is direct: the mediator has no part in it")
    accepted_by = plan.accepted | {act.author}
    needed = set(dossier.parties) | ({PartyId(plan.body.mediator)} if plan.body.mediator else set())
    state = PlanState.OPEN if accepted_by >= needed else PlanState.PROPOSED
    return _with(dossier, replace(plan, accepted=accepted_by, state=state))


def deposited(dossier: Dossier, act: Act, _attachments: Attachments) -> Dossier:
    """A party's first signatures on its own originals: authority is checked at their instants (S2)."""
    body = act.body
    assert isinstance(body, SignatureDeposited)
    plan = _plan(dossier)
    if body.proposal != plan.proposal:
        raise LocalActError("plan-other", "the deposit is for another plan")
    earlier = plan.deposits.get(act.author)
    if earlier is not None and earlier.answer != "refused":
        raise LocalActError("already-deposited", f"the deposit of {act.author} is in already")
    if bool(body.sealed) is not (plan.body.mode is Mode.MEDIATED):
        raise LocalActError("deposit-seal", "a deposit is sealed to the mediator exactly when there is one")
    own = sorted((o.instrument, o.holder) for o in plan.body.originals if o.holder == act.author)
    if sorted((s.instrument, s.holder) for s in body.signatures) != own:
        raise LocalActError("deposit-slots", "deposit one signature on each of the party's own originals")
    signatory = _signatory(plan, act.author)
    for signature in body.signatures:
        check_may_sign(dossier, act.author, signatory, (signature.instrument,), signature.slot.signed_at)
    deposit = Deposit(act=act.id, body=body, answer="", reason="")
    return _with(dossier, replace(plan, deposits={**plan.deposits, act.author: deposit}))


def held(dossier: Dossier, act: Act, _attachments: Attachments) -> Dossier:
    """The mediator holds a deposit that verified."""
    body = act.body
    assert isinstance(body, DepositHeld)
    return _answered(dossier, act, body.party, body.deposit, "held", "")


def refused(dossier: Dossier, act: Act, _attachments: Attachments) -> Dossier:
    """The mediator refuses a deposit, with the reason; the party may deposit again."""
    body = act.body
    assert isinstance(body, DepositRefused)
    return _answered(dossier, act, body.party, body.deposit, "refused", body.reason)


def _answered(dossier: Dossier, act: Act, party: PartyId, deposit: str, answer: str, reason: str) -> Dossier:
    plan = _plan(dossier)
    _check_mediator(plan, act.author)
    current = plan.deposits.get(party)
    if current is None or current.act != deposit:
        raise LocalActError("deposit-unknown", f"that is not the current deposit of {party}")
    if current.answer:
        raise LocalActError("deposit-answered", f"the deposit of {party} was {current.answer} already")
    updated = replace(current, answer=answer, reason=reason)
    return _with(dossier, replace(plan, deposits={**plan.deposits, party: updated}))


def released(dossier: Dossier, act: Act, _attachments: Attachments) -> Dossier:
    """The release: only when every deposit is held. From here on nobody can stop."""
    body = act.body
    assert isinstance(body, ExchangeReleased)
    plan = _plan(dossier)
    _check_mediator(plan, act.author)
    missing = [p for p in dossier.parties if p not in plan.deposits or plan.deposits[p].answer != "held"]
    if missing:
        raise LocalActError(
            "deposit-missing", f"no deposit of {', '.join(missing)} is held; nothing is released"
        )
    if sorted(body.deposits) != sorted(d.act for d in plan.deposits.values()):
        raise LocalActError("release-deposits", "the release must name exactly the deposits that are held")
    return _with(dossier, replace(plan, state=PlanState.RELEASED, token=body.token))


def abort_requested(dossier: Dossier, act: Act, _attachments: Attachments) -> Dossier:
    """A party asks to stop. With a mediator, the mediator's answer decides; it is never too late to ask."""
    body = act.body
    assert isinstance(body, ExchangeAbortRequested)
    plan = _plan(dossier)
    return _with(dossier, replace(plan, abort_requested={**plan.abort_requested, act.author: body.reason}))


def aborted(dossier: Dossier, act: Act, _attachments: Attachments) -> Dossier:
    """The exchange ends without effect."""
    body = act.body
    assert isinstance(body, ExchangeAborted)
    plan = _plan(dossier)
    if plan.state is PlanState.OPEN:
        if plan.body.mode is Mode.MEDIATED:
            _check_mediator(plan, act.author)
        elif plan.revealed:
            raise LocalActError(
                "abort-late", "a signature was revealed already: the exchange can only be completed"
            )
    return _with(dossier, replace(plan, state=PlanState.ABORTED, reason=body.reason))


def revealed(dossier: Dossier, act: Act, _attachments: Attachments) -> Dossier:
    """First signatures in clear: exactly those that were deposited."""
    body = act.body
    assert isinstance(body, SignatureRevealed)
    plan = _plan(dossier)
    if plan.body.mode is Mode.MEDIATED:
        if plan.state is not PlanState.RELEASED:
            raise LocalActError("reveal-early", "nothing is revealed before the release")
        if act.author not in (body.party, plan.body.mediator):
            raise LocalActError(
                "reveal-other", "only the signatory's node or the mediator reveals a signature"
            )
    else:
        _check_direct_turn(dossier, plan, act.author, body.party)
    deposit = plan.deposits.get(body.party)
    if deposit is None:
        raise LocalActError("reveal-undeposited", f"{body.party} deposited nothing that could be revealed")
    expected = {(s.instrument, s.holder): s.cms for s in deposit.body.signatures}
    given: dict[Slot, Digest] = {(s.instrument, s.holder): s.cms for s in body.signatures}
    if given != expected:
        raise LocalActError("reveal-differs", "the revealed signatures are not those that were deposited")
    if all(slot in plan.revealed for slot in given):
        return dossier  # the mediator and the signatory's own node may both reveal; the bytes are the same
    plan = replace(plan, revealed={**plan.revealed, **given})
    if plan.body.mode is Mode.DIRECT and len(plan.revealed) == len(plan.body.originals):
        plan = replace(plan, state=PlanState.RELEASED)
    return _with(dossier, plan)


def _check_direct_turn(dossier: Dossier, plan: Plan, author: PartyId, party: PartyId) -> None:
    if author != party:
        raise LocalActError("reveal-other", "without a mediator each party reveals its own signatures")
    missing = [p for p in dossier.parties if p not in plan.deposits]
    if missing:
        raise LocalActError(
            "deposit-missing", f"{', '.join(missing)} has not committed to its signatures; reveal nothing yet"
        )
    for signer in plan.body.signers:
        if signer.party == party:
            return
        if not any(slot[1] == signer.party for slot in plan.revealed):
            raise LocalActError("reveal-turn", f"it is the turn of {signer.party} to reveal")


def countersigned(dossier: Dossier, act: Act, _attachments: Attachments) -> Dossier:
    """Later signatures, each after the earlier ones are in place."""
    body = act.body
    assert isinstance(body, SignaturesCountersigned)
    plan = _plan(dossier)
    signatory = _signatory(plan, act.author)
    if not body.signatures:
        raise LocalActError("countersign-empty", "name the originals that are countersigned")
    for signature in body.signatures:
        slot = (signature.instrument, signature.holder)
        if plan.next_signer(slot) != act.author or not plan.signed_by(slot):
            raise LocalActError(
                "countersign-turn",
                f"it is not {act.author}'s turn on the original of {signature.instrument} kept by {signature.holder}",
            )
        check_may_sign(dossier, act.author, signatory, (signature.instrument,), signature.slot.signed_at)
        done = (*plan.countersigned.get(slot, ()), (act.author, signature))
        plan = replace(plan, countersigned={**plan.countersigned, slot: done})
    complete = all(plan.next_signer((o.instrument, o.holder)) is None for o in plan.body.originals)
    return _with(dossier, replace(plan, state=PlanState.COUNTERSIGNED) if complete else plan)


def sealed(dossier: Dossier, act: Act, _attachments: Attachments) -> Dossier:
    """The plan's sealer adds the joint long-term step to every original."""
    body = act.body
    assert isinstance(body, OriginalsSealed)
    plan = _plan(dossier)
    if act.author != plan.body.sealer:
        raise LocalActError("seal-other", f"the plan names {plan.body.sealer} to seal the originals")
    given = {(o.instrument, o.holder): o for o in body.originals}
    if sorted(given) != sorted((o.instrument, o.holder) for o in plan.body.originals) or len(given) != len(
        body.originals
    ):
        raise LocalActError("seal-slots", "seal every original of the plan, once")
    return _with(dossier, replace(plan, sealed=given, state=PlanState.SEALED))


def received(dossier: Dossier, act: Act, _attachments: Attachments) -> Dossier:
    """A party holds every final original; when all do, the instruments are concluded (R10)."""
    body = act.body
    assert isinstance(body, OriginalsReceived)
    plan = _plan(dossier)
    given = {(o.instrument, o.holder): o.sha256 for o in body.originals}
    expected = {slot: o.sha256 for slot, o in plan.sealed.items()}
    if given != expected:
        raise LocalActError(
            "receipt-differs", "the originals that were received are not those that were sealed"
        )
    if act.author in plan.received:
        raise LocalActError("already-received", f"{act.author} has given its receipt already")
    plan = replace(plan, received={**plan.received, act.author: body.originals})
    if set(plan.received) != set(dossier.parties):
        return _with(dossier, plan)
    numbers = {o.instrument for o in plan.body.originals}
    instruments = {
        n: replace(i, state=InstrumentState.CONCLUDED) if n in numbers else i
        for n, i in dossier.instruments.items()
    }
    return replace(dossier, plan=replace(plan, state=PlanState.CONCLUDED), instruments=instruments)


def container_engrossed(dossier: Dossier, act: Act, _attachments: Attachments) -> Dossier:
    """The sealer fixes what the container of the concluded package holds."""
    body = act.body
    assert isinstance(body, ContainerEngrossed)
    plan = _plan(dossier)
    if act.author != plan.body.sealer:
        raise LocalActError("container-other", f"the plan names {plan.body.sealer} to engross the container")
    if plan.container is not None:
        raise LocalActError("container-fixed", "what the container holds is fixed already")
    return _with(dossier, replace(plan, container=body))


def container_sealed(dossier: Dossier, act: Act, _attachments: Attachments) -> Dossier:
    """A party seals the container it built itself."""
    body = act.body
    assert isinstance(body, ContainerSealed)
    plan = _plan(dossier)
    if plan.container is None or plan.container.objects != body.objects:
        raise LocalActError("container-differs", "the sealed container is not the one that was engrossed")
    if act.author in plan.container_seals:
        raise LocalActError("container-sealed", f"{act.author} has sealed the container already")
    return _with(dossier, replace(plan, container_seals={**plan.container_seals, act.author: body.cms}))


def _plan(dossier: Dossier) -> Plan:
    assert dossier.plan is not None  # RULES checked it
    return dossier.plan


def _with(dossier: Dossier, plan: Plan) -> Dossier:
    return replace(dossier, plan=plan)


def _check_mediator(plan: Plan, author: PartyId) -> None:
    if author != plan.body.mediator:
        raise LocalActError("not-the-mediator", f"only the plan's mediator can do this, not {author}")


def _signatory(plan: Plan, party: PartyId) -> str:
    return next(s.signatory for s in plan.body.signers if s.party == party)
