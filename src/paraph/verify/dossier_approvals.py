"""Approvals by passkey (S4): the rules checked them; here each is looked at once more, and told or named.

An approval that the rules refused is *void*. Where its party gave another one that counts, it is told; where it did not, what
is wrong with it is the finding: a signature that rests on it never took effect.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from paraph.domain.acts import Act, ApprovalPrepared, Passkey, PasskeysPresented, SigningApproved
from paraph.domain.ids import ActId, Digest, PartyId
from paraph.domain.standing import Plan, PlanState
from paraph.errors import FormatError
from paraph.verify.container_codes import CONTAINER_CODES
from paraph.verify.container_findings import ContainerFindings
from paraph.verify.log import LogView
from paraph.wire.container.layout import envelope_name
from paraph.wire.webauthn import check_assertion

__all__ = ["check_approvals"]


@dataclass(slots=True, kw_only=True)
class _Known:
    """What stood before an act: passkeys of each signatory, and what was prepared."""

    passkeys: dict[tuple[PartyId, str], tuple[Passkey, ...]] = field(default_factory=dict)
    prepared: dict[ActId, tuple[PartyId, ApprovalPrepared]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """One approval: where it stands, of whom, and what is wrong with it; nothing if it counts."""

    where: str
    party: PartyId
    code: str
    message: str


def check_approvals(
    acts: Sequence[Act],
    view: LogView,
    plan: Plan | None,
    get: Callable[[Digest], bytes | None],
    findings: ContainerFindings,
) -> None:
    """Tell the approvals of a plan, and what is wrong with any that left a signature without one.

    Args:
        acts: In log order.
        view: Where they lead.
        plan: Of which plan; of none nothing is told.
        get: Gives attachments.
        findings: Receives what is told or wrong.
    """
    if plan is None:
        return
    void = {one.position: one.message for one in view.void}
    known, given = _Known(), list[_Given]()
    for position, act in enumerate(acts):
        match act.body:
            case PasskeysPresented() as body if position not in void:
                known.passkeys[act.author, body.signatory] = body.passkeys
            case ApprovalPrepared() as body if position not in void and body.plan == plan.body.plan:
                known.prepared[act.id] = (act.author, body)
            case SigningApproved() as body if body.plan == plan.body.plan:
                given.append(_judge(act, body, position, void.get(position), known, get))
    _tell(plan, given, findings)


def _judge(
    act: Act,
    body: SigningApproved,
    position: int,
    void: str | None,
    known: _Known,
    get: Callable[[Digest], bytes | None],
) -> _Given:
    where = envelope_name(position)
    code, message = _fault(act, body, known, get)
    if code:
        return _Given(where=where, party=act.author, code=code, message=message)
    if void is not None:
        return _Given(where=where, party=act.author, code="approval-void", message=void)
    return _Given(where=where, party=act.author, code="", message=_words(body, known))


def _fault(
    act: Act, body: SigningApproved, known: _Known, get: Callable[[Digest], bytes | None]
) -> tuple[str, str]:
    """Code and message of what is wrong with an approval, or two empty strings."""
    party, prepared = known.prepared.get(body.prepared, (act.author, None))
    if prepared is None or party != act.author:
        return "approval-unknown", "the approval is of nothing that its party prepared for this plan"
    passkeys = known.passkeys.get((party, prepared.signatory), ())
    passkey = next((p for p in passkeys if p.credential == body.credential), None)
    data, key = get(body.assertion), get(passkey.key) if passkey is not None else None
    if passkey is None or data is None or key is None:
        return "approval-unknown", "the approval was given with a passkey that was not presented"
    try:
        check_assertion(data, key, passkey, body.prepared)
    except FormatError as error:
        code = error.code if error.code in CONTAINER_CODES else "approval-format"
        return code, error.message
    return "", ""


def _words(body: SigningApproved, known: _Known) -> str:
    party, prepared = known.prepared[body.prepared]
    passkey = next(p for p in known.passkeys[party, prepared.signatory] if p.credential == body.credential)
    originals = ", ".join(f"{o.instrument} kept by {o.holder}" for o in prepared.originals)
    return (
        f"{prepared.signatory} approved for {party} that {originals} be signed, {prepared.local_date}, {prepared.place}: "
        f"with the passkey {body.credential[:16]} at {passkey.origin}, present and verified by the authenticator; its "
        f"challenge was the act {body.prepared}"
    )


def _tell(plan: Plan, given: Sequence[_Given], findings: ContainerFindings) -> None:
    counting = {one.party for one in given if not one.code}
    for one in given:
        if not one.code:
            findings.add("approval", one.message, one.where)
        elif one.party in counting:
            findings.add("approval-void", one.message, one.where)
        else:
            findings.add(one.code, f"an approval of {one.party}: {one.message}", one.where)
    if plan.state is not PlanState.CONCLUDED:
        return
    for signer in plan.body.signers:
        if signer.party not in counting:
            findings.add(
                "approval-missing",
                f"{signer.signatory} signed for {signer.party} without the approval of a passkey: the party presented none",
            )
