"""The signing plan: everything that must not change once signatures are made, and who accepted it.

Source: docs/spec/exchange.md.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from paraph.domain.acts import Act, Mode, PlanAccepted, PlanProposed, Role
from paraph.domain.ids import PartyId
from paraph.domain.policy import POLICY_DIGEST, POLICY_OID
from paraph.domain.standing import Attachments, Dossier, InstrumentState, Plan, PlanState
from paraph.errors import LocalActError

__all__ = [
    "MAX_RESERVED",
    "MIN_RESERVED",
    "accepted",
    "check_reserved",
    "check_takes_part",
    "current",
    "proposed",
]

LEVELS: Final = frozenset({"B-LTA"})
"""PAdES levels that a plan can fix; one joint archive step is the only one worth keeping for decades."""

MIN_RESERVED: Final = 1024
"""Bytes for one CMS or time stamp; nothing with a certificate is smaller."""

MAX_RESERVED: Final = 65_536
"""Bytes for one CMS or time stamp: room for a post-quantum signature with its chain, and a bound on every original."""


def proposed(dossier: Dossier, act: Act, _attachments: Attachments) -> Dossier:
    """A signing plan over engrossed originals."""
    body = act.body
    assert isinstance(body, PlanProposed)
    before = dossier.plan
    if before is not None and before.live:
        raise LocalActError("plan-live", "a signing plan is under way; abort it before proposing another")
    ended = dossier.ended_plans | ({before.body.plan} if before else set())
    if body.plan in ended:
        raise LocalActError(
            "plan-reused", "the name of an earlier plan cannot be used again; make a fresh one"
        )
    if body.level not in LEVELS:
        raise LocalActError("plan-level", f"the level must be one of {', '.join(sorted(LEVELS))}")
    if (body.policy, body.policy_hash) != (POLICY_OID, POLICY_DIGEST):
        raise LocalActError(
            "plan-policy",
            "the plan names another signature policy, or another text under its name, than every node knows",
        )
    if body.mode is Mode.MEDIATED and (not dossier.mediator or body.mediator != dossier.mediator):
        raise LocalActError(
            "plan-mediator", "a mediated plan needs the dossier's mediator; add one or plan direct"
        )
    if body.mode is Mode.DIRECT and body.mediator:
        raise LocalActError("plan-mediator", "a direct plan has no mediator")
    check_reserved(body.reserved)
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
        if (signer.party, signer.certificate) in dossier.suspended:
            raise LocalActError(
                "certificate-suspended",
                f"{signer.party} has suspended the certificate of {signer.signatory}: it presents another one, "
                "or another signatory is planned",
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
    return _going_on(
        replace(dossier, plan=plan, ended_plans=ended, concluded_before=dossier.packages), act.author
    )


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
    plan = current(dossier)
    if body.proposal != plan.proposal:
        raise LocalActError("plan-other", "the accepted proposal is not the current plan")
    if act.author in plan.accepted:
        raise LocalActError("already-accepted", f"{act.author} has accepted the plan already")
    check_takes_part(dossier, plan, act.author)
    accepted_by = plan.accepted | {act.author}
    needed = set(dossier.parties) | ({PartyId(plan.body.mediator)} if plan.body.mediator else set())
    plan = replace(
        plan,
        accepted=accepted_by,
        abort_requested={p: r for p, r in plan.abort_requested.items() if p != act.author},
        state=PlanState.OPEN if accepted_by >= needed else PlanState.PROPOSED,
    )
    return _going_on(replace(dossier, plan=plan), act.author)


def current(dossier: Dossier) -> Plan:
    """The plan that an act names; the rules have checked that it is there."""
    assert dossier.plan is not None
    return dossier.plan


def check_reserved(reserved: int) -> None:
    """Refuse to keep free what no signature fits into, or what would only swell every original.

    Raises:
        LocalActError: ``reserved``.
    """
    if not MIN_RESERVED <= reserved <= MAX_RESERVED:
        raise LocalActError("reserved", f"reserve {MIN_RESERVED} to {MAX_RESERVED} bytes, not {reserved}")


def check_takes_part(dossier: Dossier, plan: Plan, author: PartyId) -> None:
    """Refuse the mediator where the plan has none.

    Raises:
        LocalActError: ``plan-direct``.
    """
    if dossier.roles[author] is Role.MEDIATOR and plan.body.mode is Mode.DIRECT:
        raise LocalActError("plan-direct", "the plan is direct: the mediator has no part in it")


def _going_on(dossier: Dossier, party: PartyId) -> Dossier:
    """A party that plans to sign texts no longer asks to reopen them."""
    assert dossier.plan is not None
    numbers = {o.instrument for o in dossier.plan.body.originals}
    instruments = {
        n: replace(i, reopening=i.reopening - {party}) if n in numbers else i
        for n, i in dossier.instruments.items()
    }
    return replace(dossier, instruments=instruments)
