"""After the release: countersignatures, the joint seal, receipts, the container.

Source: docs/spec/exchange.md.
"""

from __future__ import annotations

from dataclasses import replace

from paraph.domain.acts import (
    Act,
    ContainerEngrossed,
    ContainerSealed,
    OriginalsReceived,
    OriginalsSealed,
    SignaturesCountersigned,
)
from paraph.domain.approval import check_approved
from paraph.domain.authority import check_may_sign, signing_certificate
from paraph.domain.signing_plan import check_reserved, current
from paraph.domain.standing import Attachments, Dossier, InstrumentState, PlanState
from paraph.errors import LocalActError

__all__ = ["container_engrossed", "container_sealed", "countersigned", "received", "sealed"]


def countersigned(dossier: Dossier, act: Act, _attachments: Attachments) -> Dossier:
    """Later signatures, each after the earlier ones are in place."""
    body = act.body
    assert isinstance(body, SignaturesCountersigned)
    plan = current(dossier)
    signatory = plan.signatory(act.author)
    if not body.signatures:
        raise LocalActError("countersign-empty", "name the originals that are countersigned")
    certificate = signing_certificate(dossier, plan, act.author)
    if certificate is None:
        raise LocalActError(
            "certificate-suspended",
            f"the certificate of {signatory} is suspended; present another one of the same signatory, then countersign",
        )
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
        if certificate != plan.signer(act.author).certificate:
            plan = replace(plan, replaced={**plan.replaced, (slot, act.author): certificate})
    plan = check_approved(dossier, plan, act.author, body.signatures)
    complete = all(plan.next_signer((o.instrument, o.holder)) is None for o in plan.body.originals)
    return replace(dossier, plan=replace(plan, state=PlanState.COUNTERSIGNED) if complete else plan)


def sealed(dossier: Dossier, act: Act, _attachments: Attachments) -> Dossier:
    """The plan's sealer adds the joint long-term step to every original."""
    body = act.body
    assert isinstance(body, OriginalsSealed)
    plan = current(dossier)
    if act.author != plan.body.sealer:
        raise LocalActError("seal-other", f"the plan names {plan.body.sealer} to seal the originals")
    given = {(o.instrument, o.holder): o for o in body.originals}
    if sorted(given) != sorted((o.instrument, o.holder) for o in plan.body.originals) or len(given) != len(
        body.originals
    ):
        raise LocalActError("seal-slots", "seal every original of the plan, once")
    for original in body.originals:
        check_reserved(original.reserved)
    return replace(dossier, plan=replace(plan, sealed=given, state=PlanState.SEALED))


def received(dossier: Dossier, act: Act, _attachments: Attachments) -> Dossier:
    """A party holds every final original; when all do, the instruments are concluded (R10)."""
    body = act.body
    assert isinstance(body, OriginalsReceived)
    plan = current(dossier)
    given = {(o.instrument, o.holder): o.sha256 for o in body.originals}
    expected = {slot: o.sha256 for slot, o in plan.sealed.items()}
    if given != expected or len(given) != len(body.originals):
        raise LocalActError(
            "receipt-differs", "the originals that were received are not those that were sealed"
        )
    if act.author in plan.received:
        raise LocalActError("already-received", f"{act.author} has given its receipt already")
    plan = replace(plan, received={**plan.received, act.author: body.originals})
    if set(plan.received) != set(dossier.parties):
        return replace(dossier, plan=plan)
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
    plan = dossier.package(body.plan)
    if act.author != plan.body.sealer:
        raise LocalActError("container-other", f"the plan names {plan.body.sealer} to engross the container")
    if plan.container is not None:
        raise LocalActError("container-fixed", "what the container holds is fixed already")
    return dossier.with_plan(replace(plan, container=body))


def container_sealed(dossier: Dossier, act: Act, _attachments: Attachments) -> Dossier:
    """A party seals the container it built itself."""
    body = act.body
    assert isinstance(body, ContainerSealed)
    plan = dossier.package(body.plan)
    if plan.container is None or plan.container.objects != body.objects:
        raise LocalActError("container-differs", "the sealed container is not the one that was engrossed")
    if act.author in plan.container_seals:
        raise LocalActError("container-sealed", f"{act.author} has sealed the container already")
    return dossier.with_plan(replace(plan, container_seals={**plan.container_seals, act.author: body.cms}))
