"""The signatory's side of signing with a passkey (S4): present passkeys, prepare an approval, approve and deposit.

``prepare`` comes when the signatory has read and is at the last step; the id of the act that it makes is the challenge for the
authenticator. ``approve_and_deposit`` and ``approve_and_countersign`` take what the authenticator gave: approval and
signatures become durable together or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable

from paraph.app.authoring import author
from paraph.app.dossiers import load
from paraph.app.exchange import countersign_now
from paraph.app.node import Node
from paraph.app.signing import check_open, check_ready, deposit, own_signer
from paraph.domain.acts import (
    Act,
    ApprovalPrepared,
    ApprovedOriginal,
    Mode,
    Passkey,
    PasskeysPresented,
    SigningApproved,
)
from paraph.domain.approval import needs_approval
from paraph.domain.authority import check_may_sign
from paraph.domain.duties import DutyKind, duties
from paraph.domain.ids import ActId, Digest, DossierId
from paraph.domain.standing import Dossier, Plan, PlanState, Slot
from paraph.errors import LocalActError
from paraph.wire.webauthn import Assertion, check_assertion, pack_assertion, read_passkey

__all__ = [
    "approve_and_countersign",
    "approve_and_deposit",
    "approves_by_passkey",
    "check_can_sign",
    "prepare",
    "present_passkeys",
    "to_countersign",
    "waits_to_countersign",
]


def present_passkeys(
    node: Node,
    dossier: DossierId,
    signatory: str,
    passkeys: Iterable[tuple[Digest, bytes]],
    *,
    rp_id: str,
    origin: str,
) -> Act:
    """Say with which passkeys a signatory of this party approves from now on.

    Args:
        node: This node.
        dossier: Which dossier.
        signatory: Whose they are.
        passkeys: SHA-256 of the credential id, and public key as SubjectPublicKeyInfo in DER, of each; none to go without.
        rp_id: The host that they are bound to.
        origin: The address of the pages on which they are used.

    Raises:
        LocalActError: Unknown signatory, plan under way, unfit key.
        FormatError: ``approval-key``.
    """
    found: list[Passkey] = []
    for credential, key in passkeys:
        read_passkey(key)
        found.append(Passkey(credential=credential, key=node.blobs.put(key), rp_id=rp_id, origin=origin))
    found.sort(key=lambda one: one.credential)
    (act,) = author(node, dossier, PasskeysPresented(signatory=signatory, passkeys=tuple(found)))
    return act


def prepare(
    node: Node,
    dossier: DossierId,
    *,
    local_date: str,
    place: str,
    countersign: bool = True,
) -> ActId:
    """State what the signatory is about to approve; return the act's id, which the authenticator has to sign.

    Everything that would keep the signature from being made is checked now, before anybody is asked for a gesture. Asking again
    for the same gives the same act, so a page that is reloaded leaves nothing behind.

    Args:
        node: This node.
        dossier: Which dossier.
        local_date: Date at the place of signing.
        place: Place of signing.
        countersign: Before the deposit: whether the others' originals are approved with one's own. After the release only
            those are meant whose turn it is, and this does not matter.

    Raises:
        LocalActError: What is missing; nothing was changed.
        PermanentError: The key cannot be used.
    """
    plan, slots = _signable(node, dossier, countersign=countersign)
    body = ApprovalPrepared(
        plan=plan.body.plan,
        proposal=plan.proposal,
        signatory=plan.signatory(node.party),
        originals=_originals(plan, slots),
        local_date=local_date,
        place=place,
    )
    same = (a for a, one in plan.prepared.items() if one.party == node.party and one.body == body)
    if (found := next(same, None)) is not None:
        return found
    (act,) = author(node, dossier, body)
    return act.id


def check_can_sign(node: Node, dossier: DossierId) -> None:
    """Check, without changing anything, that the signatory could sign at this instant.

    Raises:
        LocalActError: What is missing, or ``deposit-late``.
        PermanentError: The key cannot be used.
    """
    plan, _ = _signable(node, dossier, countersign=True)
    late = plan.body.mode is Mode.MEDIATED and node.clock.now() >= plan.body.deposit_until
    if late and plan.state is PlanState.OPEN:
        raise LocalActError(
            "deposit-late",
            f"the time limit of this plan was {plan.body.deposit_until}; the mediator ends the exchange, and a new plan can "
            "be proposed",
        )


def _signable(node: Node, dossier: DossierId, *, countersign: bool) -> tuple[Plan, tuple[Slot, ...]]:
    """The plan, and which originals could be signed now."""
    with node.store.read() as uow:
        current = load(node, uow, dossier)
        plan = check_ready(node, uow, current)
    standing = current.standing
    if plan.state is PlanState.RELEASED:
        slots = to_countersign(node, standing)
        if not slots:
            raise LocalActError(
                "countersign-turn", "there is no original that this party could countersign now"
            )
    else:
        check_open(plan, node.party)
        slots = tuple(
            (o.instrument, o.holder) for o in plan.body.originals if countersign or o.holder == node.party
        )
    numbers = sorted({n for n, _ in slots})
    check_may_sign(standing, node.party, plan.signatory(node.party), numbers, node.clock.now())
    own_signer(node, standing, plan)
    return plan, slots


def approve_and_deposit(
    node: Node, dossier: DossierId, prepared: ActId, credential: Digest, assertion: Assertion
) -> Act:
    """Deposit the signatures that the signatory has just approved.

    Raises:
        LocalActError: ``approval-unknown`` if it was not prepared, or is given already; and as ``deposit``.
        FormatError: ``approval-…``: what the authenticator gave is no approval.
    """
    approval, body = _approval(node, dossier, prepared, credential, assertion)
    countersign = any(o.holder != node.party for o in body.originals)
    return deposit(
        node,
        dossier,
        local_date=body.local_date,
        place=body.place,
        countersign=countersign,
        approval=approval,
    )


def approve_and_countersign(
    node: Node, dossier: DossierId, prepared: ActId, credential: Digest, assertion: Assertion
) -> tuple[Act, ...]:
    """Countersign what the signatory has just approved: originals whose turn it is.

    Raises:
        LocalActError: ``approval-unknown``, ``countersign-turn``.
        FormatError: ``approval-…``: what the authenticator gave is no approval.
    """
    approval, body = _approval(node, dossier, prepared, credential, assertion)
    return countersign_now(node, dossier, approval=approval, local_date=body.local_date, place=body.place)


def to_countersign(node: Node, standing: Dossier) -> tuple[Slot, ...]:
    """Originals that this party's signatory can countersign now."""
    found = duties(standing, node.party, node.clock.now())
    return next((d.slots for d in found if d.kind is DutyKind.COUNTERSIGN), ())


def _originals(plan: Plan, slots: Iterable[Slot]) -> tuple[ApprovedOriginal, ...]:
    wanted = set(slots)
    return tuple(
        ApprovedOriginal(instrument=o.instrument, holder=o.holder, sha256=o.sha256)
        for o in plan.body.originals
        if (o.instrument, o.holder) in wanted
    )


def _approval(
    node: Node, dossier: DossierId, prepared: ActId, credential: Digest, assertion: Assertion
) -> tuple[SigningApproved, ApprovalPrepared]:
    """Check what the authenticator gave by itself, to say exactly what is wrong; the rules check it once more."""
    with node.store.read() as uow:
        standing = load(node, uow, dossier).standing
    plan = standing.plan
    waiting = plan.prepared.get(prepared) if plan is not None else None
    if plan is None or waiting is None or waiting.party != node.party:
        raise LocalActError(
            "approval-unknown", "no such approval was prepared for this plan, or it is given already"
        )
    passkeys = standing.passkeys.get((node.party, waiting.body.signatory), ())
    passkey = next((p for p in passkeys if p.credential == credential), None)
    key = node.blobs.get(passkey.key) if passkey is not None else None
    if passkey is None or key is None:
        raise LocalActError(
            "passkey-unknown",
            f"this passkey was not presented for {waiting.body.signatory} before the plan; use one that was",
        )
    data = pack_assertion(assertion)
    check_assertion(data, key, passkey, prepared)
    body = SigningApproved(
        plan=plan.body.plan, prepared=prepared, credential=credential, assertion=node.blobs.put(data)
    )
    return body, waiting.body


def approves_by_passkey(node: Node, standing: Dossier) -> bool:
    """Whether this party's signatory signs under the current plan only what a passkey approved."""
    return standing.plan is not None and needs_approval(standing, standing.plan, node.party)


def waits_to_countersign(node: Node, standing: Dossier) -> tuple[Slot, ...]:
    """Originals that wait for this party's signatory in person: his or her node will not countersign them by itself."""
    plan, slots = standing.plan, to_countersign(node, standing)
    if plan is None or not slots:
        return ()
    with node.store.read() as uow:
        by_node = bool(uow.setting(f"countersign:{plan.body.plan}"))
    approved = not needs_approval(standing, plan, node.party) or all(
        (node.party, slot) in plan.approved for slot in slots
    )
    return () if by_node and approved else slots
