"""The exchange of signatures: deposits, release, reveal (S3).

With a mediator: every party deposits its first signatures, sealed; when all are held the mediator
releases; after that instant everybody can obtain everything, and nobody can stop it. Before it, anybody
can (``paraph.domain.abort``). Without a mediator nobody can promise that: parties commit to the digest of
their signatures and then reveal in the plan's order, and who reveals first depends on the others for one
message.

The functions here are the effects named by ``dossier.RULES``; the states in which each may happen are in
that table.

Source: docs/spec/exchange.md.
"""

from __future__ import annotations

from dataclasses import replace

from paraph.domain.acts import (
    Act,
    DepositHeld,
    DepositRefused,
    ExchangeReleased,
    Mode,
    SignatureDeposited,
    SignatureRevealed,
)
from paraph.domain.approval import check_approved
from paraph.domain.authority import check_may_sign
from paraph.domain.ids import Digest, PartyId
from paraph.domain.signing_plan import current
from paraph.domain.standing import Attachments, Deposit, Dossier, Plan, PlanState, Slot
from paraph.errors import LocalActError

__all__ = ["deposited", "held", "refused", "released", "revealed"]


def deposited(dossier: Dossier, act: Act, _attachments: Attachments) -> Dossier:
    """A party's first signatures on its own originals: authority is checked at their instants (S2)."""
    body = act.body
    assert isinstance(body, SignatureDeposited)
    plan = current(dossier)
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
    signatory = plan.signatory(act.author)
    for signature in body.signatures:
        check_may_sign(dossier, act.author, signatory, (signature.instrument,), signature.slot.signed_at)
    plan = check_approved(dossier, plan, act.author, body.signatures)
    deposit = Deposit(act=act.id, body=body, answer="", reason="")
    return replace(dossier, plan=replace(plan, deposits={**plan.deposits, act.author: deposit}))


def held(dossier: Dossier, act: Act, _attachments: Attachments) -> Dossier:
    """The mediator holds a deposit that verified."""
    body = act.body
    assert isinstance(body, DepositHeld)
    return _answered(dossier, act, body, "held", "")


def refused(dossier: Dossier, act: Act, _attachments: Attachments) -> Dossier:
    """The mediator refuses a deposit, with the reason; the party may deposit again."""
    body = act.body
    assert isinstance(body, DepositRefused)
    return _answered(dossier, act, body, "refused", body.reason)


def _answered(
    dossier: Dossier, act: Act, body: DepositHeld | DepositRefused, answer: str, reason: str
) -> Dossier:
    plan, party = current(dossier), body.party
    _check_mediator(plan, act.author)
    deposit = plan.deposits.get(party)
    if deposit is None or deposit.act != body.deposit:
        raise LocalActError("deposit-unknown", f"that is not the current deposit of {party}")
    if deposit.answer:
        raise LocalActError("deposit-answered", f"the deposit of {party} was {deposit.answer} already")
    updated = replace(deposit, answer=answer, reason=reason)
    return replace(dossier, plan=replace(plan, deposits={**plan.deposits, party: updated}))


def released(dossier: Dossier, act: Act, attachments: Attachments) -> Dossier:
    """The release: only when every deposit is held. From here on nobody can stop.

    Its instant has to be provable, or what the parties conclude could never be verified: so its time stamp counts here.
    """
    body = act.body
    assert isinstance(body, ExchangeReleased)
    plan = current(dossier)
    _check_mediator(plan, act.author)
    missing = plan.not_held(dossier.parties)
    if missing:
        raise LocalActError(
            "deposit-missing", f"no deposit of {', '.join(missing)} is held; nothing is released"
        )
    if sorted(body.deposits) != sorted(d.act for d in plan.deposits.values()):
        raise LocalActError("release-deposits", "the release must name exactly the deposits that are held")
    if not attachments.stamps_release(body.token, plan.body.plan, plan.proposal, body.deposits):
        raise LocalActError(
            "release-stamp",
            "the release carries no sound time stamp over the plan and the deposits that it names",
        )
    return replace(dossier, plan=replace(plan, state=PlanState.RELEASED, token=body.token))


def revealed(dossier: Dossier, act: Act, _attachments: Attachments) -> Dossier:
    """First signatures in clear: exactly those that were deposited."""
    body = act.body
    assert isinstance(body, SignatureRevealed)
    plan = current(dossier)
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
    if given != expected or len(given) != len(body.signatures):
        raise LocalActError("reveal-differs", "the revealed signatures are not those that were deposited")
    if all(slot in plan.revealed for slot in given):
        return dossier  # the mediator and the signatory's own node may both reveal; the bytes are the same
    plan = replace(plan, revealed={**plan.revealed, **given})
    if plan.body.mode is Mode.DIRECT:
        asking = {p: r for p, r in plan.abort_requested.items() if p != act.author}
        complete = len(plan.revealed) == len(plan.body.originals)
        plan = replace(plan, abort_requested=asking, state=PlanState.RELEASED if complete else PlanState.OPEN)
    return replace(dossier, plan=plan)


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


def _check_mediator(plan: Plan, author: PartyId) -> None:
    if author != plan.body.mediator:
        raise LocalActError("not-the-mediator", f"only the plan's mediator can do this, not {author}")
