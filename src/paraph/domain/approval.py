"""A passkey authorises, it does not sign (S4): approvals by signatories, and what they are good for.

Where a party has presented passkeys of a signatory, each of his or her signatures needs an approval: the signatory's
authenticator signed the id of an act that names the plan, the originals with their digests, date and place. So nobody who
controls a party's node, but not the signatory's authenticator, can have it sign; and everybody else can see that.

An approval is used up by the signature that it approves.

Source: docs/spec/approval.md; W3C Web Authentication Level 2, §7.2.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from paraph.domain.acts import (
    Act,
    ApprovalPrepared,
    CounterSignature,
    DepositedSignature,
    Passkey,
    PasskeysPresented,
    SigningApproved,
)
from paraph.domain.authority import check_signatory
from paraph.domain.ids import PartyId
from paraph.domain.signing_plan import current
from paraph.domain.standing import Attachments, Dossier, Plan, PlanState, Prepared
from paraph.errors import LocalActError

__all__ = ["MAX_PASSKEYS", "approved", "check_approved", "needs_approval", "passkeys_presented", "prepared"]

MAX_PASSKEYS: Final = 8
"""Passkeys of one signatory: two or three authenticators, and a successor of each."""

MAX_PREPARED: Final = 64
"""Approvals that a party prepares for one plan and does not use: a ceremony tried over and over, and a bound."""


def passkeys_presented(dossier: Dossier, act: Act, attachments: Attachments) -> Dossier:
    """The passkeys of one's own signatory; they stay the same from the plan's proposal to its release."""
    body = act.body
    assert isinstance(body, PasskeysPresented)
    check_signatory(dossier, act.author, body.signatory)
    plan = dossier.plan
    if (
        plan is not None
        and plan.state in (PlanState.PROPOSED, PlanState.OPEN)
        and plan.signatory(act.author) == body.signatory
    ):
        raise LocalActError(
            "passkey-planned",
            f"a signing plan under way relies on the passkeys of {body.signatory} as they are; abort the exchange first",
        )
    if len(body.passkeys) > MAX_PASSKEYS:
        raise LocalActError("passkey-count", f"present at most {MAX_PASSKEYS} passkeys of one signatory")
    if len({p.credential for p in body.passkeys}) != len(body.passkeys):
        raise LocalActError("passkey-twice", "each passkey is presented once")
    for passkey in body.passkeys:
        _check_place(passkey)
        if not attachments.is_passkey(passkey.key):
            raise LocalActError(
                "passkey-key",
                "the public key of a passkey has to be one for ES256, EdDSA or RS256; register another authenticator",
            )
    passkeys = {**dossier.passkeys, (act.author, body.signatory): body.passkeys}
    return replace(dossier, passkeys=passkeys)


def _check_place(passkey: Passkey) -> None:
    """A passkey counts on the pages of one host: over TLS, or on the machine itself."""
    scheme, host, plain = "", "", False
    try:
        parts = urlsplit(passkey.origin)
        scheme, host = parts.scheme, parts.hostname or ""
        plain = f"{scheme}://{parts.netloc}" == passkey.origin and "@" not in parts.netloc
    except ValueError:
        pass
    here = host == "localhost" or host.endswith(".localhost")
    named = passkey.rp_id and (host == passkey.rp_id or host.endswith(f".{passkey.rp_id}"))
    if not plain or not named or (scheme != "https" and not (scheme == "http" and here)):
        raise LocalActError(
            "passkey-origin",
            "the address at which a passkey is used has to be https://host or https://host:port, and the host has to be "
            "the passkey's or below it",
        )


def prepared(dossier: Dossier, act: Act, _attachments: Attachments) -> Dossier:
    """What a signatory is about to approve: originals of this plan, with the bytes that it names."""
    body = act.body
    assert isinstance(body, ApprovalPrepared)
    plan = current(dossier)
    if body.proposal != plan.proposal:
        raise LocalActError("plan-other", "the approval is for another plan")
    if body.signatory != plan.signatory(act.author):
        raise LocalActError(
            "approval-signatory", f"the plan names {plan.signatory(act.author)} to sign for {act.author}"
        )
    if not _passkeys(dossier, act.author, body.signatory):
        raise LocalActError("passkey-unknown", f"{act.author} has presented no passkey of {body.signatory}")
    slots = [(o.instrument, o.holder) for o in body.originals]
    planned = {(o.instrument, o.holder): o.sha256 for o in plan.body.originals}
    if not slots or len(set(slots)) != len(slots):
        raise LocalActError("approval-originals", "name each original that is approved once")
    if any(planned.get((o.instrument, o.holder)) != o.sha256 for o in body.originals):
        raise LocalActError(
            "approval-originals", "only originals of the plan can be approved, with its bytes"
        )
    waiting = {a: p for a, p in plan.prepared.items() if p.party == act.author}
    if len(waiting) >= MAX_PREPARED:
        raise LocalActError(
            "approval-count", f"{MAX_PREPARED} approvals were prepared and not used; abort the exchange"
        )
    one = Prepared(party=act.author, body=body)
    return replace(dossier, plan=replace(plan, prepared={**plan.prepared, act.id: one}))


def approved(dossier: Dossier, act: Act, attachments: Attachments) -> Dossier:
    """The signatory's authenticator signed exactly the act that was prepared; once."""
    body = act.body
    assert isinstance(body, SigningApproved)
    plan = current(dossier)
    waiting = plan.prepared.get(body.prepared)
    if waiting is None or waiting.party != act.author:
        raise LocalActError(
            "approval-unknown", "no such approval was prepared for this plan, or it is given already"
        )
    passkeys = _passkeys(dossier, act.author, waiting.body.signatory)
    passkey = next((p for p in passkeys if p.credential == body.credential), None)
    if passkey is None or not attachments.approves(body.assertion, passkey, body.prepared):
        raise LocalActError(
            "approval-invalid",
            f"what the authenticator gave is no approval by {waiting.body.signatory} of what was prepared",
        )
    left = {a: p for a, p in plan.prepared.items() if a != body.prepared}
    good_for = {
        (act.author, (o.instrument, o.holder)): (waiting.body.local_date, waiting.body.place)
        for o in waiting.body.originals
    }
    plan = replace(plan, prepared=left, approved={**plan.approved, **good_for})
    return replace(dossier, plan=plan)


def needs_approval(dossier: Dossier, plan: Plan, party: PartyId) -> bool:
    """Whether a party's signatory signs under this plan only what a passkey approved."""
    return bool(_passkeys(dossier, party, plan.signatory(party)))


def check_approved(
    dossier: Dossier, plan: Plan, party: PartyId, signatures: Iterable[DepositedSignature | CounterSignature]
) -> Plan:
    """Check that signatures were approved, where that is asked for; return the plan with those approvals used up.

    Raises:
        LocalActError: ``approval-absent`` or ``approval-differs``.
    """
    if not needs_approval(dossier, plan, party):
        return plan
    left = dict(plan.approved)
    for signature in signatures:
        slot, record = (signature.instrument, signature.holder), signature.slot
        found = left.pop((party, slot), None)
        if found is None:
            raise LocalActError(
                "approval-absent",
                f"{plan.signatory(party)} has presented a passkey, and has not approved with it that the original of "
                f"{slot[0]} kept by {slot[1]} is signed: that is done in the signing room",
            )
        if found != (record.local_date, record.place):
            raise LocalActError(
                "approval-differs", "the signature states another date or place than the signatory approved"
            )
    return replace(plan, approved=left)


def _passkeys(dossier: Dossier, party: PartyId, signatory: str) -> tuple[Passkey, ...]:
    return dossier.passkeys.get((party, signatory), ())
