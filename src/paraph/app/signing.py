"""The officers' side of signing: plan, deposit, abort (S2, S3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from paraph.app.authoring import author
from paraph.app.clocks import check_peers_clocks
from paraph.app.deposits import deposit_info, digest_of, sealed_name, secret_name, withhold, write_deposit
from paraph.app.dossiers import Current, load, participant_keys
from paraph.app.node import Node
from paraph.app.ports import Signer, UnitOfWork
from paraph.app.slots import at_present, make_signature
from paraph.app.stopping import request_abort
from paraph.app.texts import current_text, render_originals
from paraph.domain.acts import (
    Act,
    DepositedSignature,
    Mode,
    PlanAccepted,
    PlannedOriginal,
    PlannedSigner,
    PlanProposed,
    SignatureDeposited,
    SigningApproved,
)
from paraph.domain.approval import needs_approval
from paraph.domain.authority import check_may_sign, signing_certificate
from paraph.domain.ids import Digest, DossierId, InstrumentNumber, PartyId, PlanId, Utc
from paraph.domain.policy import POLICY_DIGEST, POLICY_OID, POLICY_TEXT
from paraph.domain.standing import Dossier, InstrumentState, Plan, PlanState
from paraph.errors import LocalActError, PermanentError
from paraph.wire import hpke
from paraph.wire.act import read_act

__all__ = [
    "accept_plan",
    "check_open",
    "check_ready",
    "deposit",
    "own_signer",
    "plan_is_final",
    "propose_plan",
    "request_abort",
]

RESERVED_BYTES: Final = 24 * 1024
"""Kept for one CMS: an RSA-4096 signature, four certificates and a time stamp with its own four."""

_PAGE: Final = 512


def propose_plan(
    node: Node,
    dossier: DossierId,
    *,
    plan: PlanId,
    mode: Mode,
    numbers: Iterable[InstrumentNumber],
    signatories: Mapping[PartyId, str],
    deposit_minutes: int,
) -> Act:
    """Propose how the engrossed originals of some instruments are signed.

    Args:
        node: This node.
        dossier: Which dossier.
        plan: A fresh random name.
        mode: With the dossier's mediator, or direct.
        numbers: The package; all engrossed instruments if empty.
        signatories: Who signs for each party; a party with one described signatory may be left out.
        deposit_minutes: How long deposits are awaited before the mediator ends the exchange.
    """
    with node.store.read() as uow:
        standing = load(node, uow, dossier).standing
    chosen = sorted(numbers) or sorted(
        n for n, i in standing.instruments.items() if i.state is InstrumentState.ENGROSSED
    )
    originals: list[PlannedOriginal] = []
    for number in chosen:
        instrument = standing.instruments.get(number)
        if instrument is None or instrument.state is not InstrumentState.ENGROSSED:
            state = instrument.state if instrument else "unknown"
            raise LocalActError(
                "plan-early",
                f"{number} is {state}: initial its text and engross its originals on every node before planning",
            )
        for rendered in next(iter(instrument.engrossed.values())):
            others = tuple(p for p in standing.parties if p != rendered.holder)
            originals.append(
                PlannedOriginal(
                    instrument=number,
                    holder=rendered.holder,
                    sha256=rendered.sha256,
                    order=(rendered.holder, *others),
                )
            )
    if not originals:
        raise LocalActError("plan-early", "no instrument is engrossed yet; there is nothing to sign")
    policy = node.blobs.put(POLICY_TEXT)
    assert policy == POLICY_DIGEST
    body = PlanProposed(
        plan=plan,
        mode=mode,
        mediator=(standing.mediator or "") if mode is Mode.MEDIATED else "",
        originals=tuple(originals),
        signers=tuple(_signer(standing, p, signatories.get(p)) for p in standing.parties),
        level="B-LTA",
        policy=POLICY_OID,
        policy_hash=policy,
        reserved=RESERVED_BYTES,
        deposit_until=_after(node.clock.now(), deposit_minutes),
        sealer=standing.opener,
    )
    _check_named(node, standing, body)
    (act,) = author(node, dossier, body)
    return act


def _signer(standing: Dossier, party: PartyId, signatory: str | None) -> PlannedSigner:
    if signatory is None:
        described = standing.described.get(party)
        if described is None or len(described.signatories) != 1:
            raise LocalActError("plan-signers", f"say who signs for {party}")
        signatory = described.signatories[0].id
    certificate = standing.certificates.get((party, signatory))
    if certificate is None:
        raise LocalActError(
            "plan-certificate", f"{party} has not presented a certificate of {signatory} yet", party=party
        )
    return PlannedSigner(party=party, signatory=signatory, certificate=certificate.certificate)


def _check_named(node: Node, standing: Dossier, body: PlanProposed) -> None:
    """Plan nobody whom the text does not name: its originals show the name of another person under the signature.

    Raises:
        LocalActError: ``plan-signatory``.
    """
    for number in sorted({o.instrument for o in body.originals}):
        text = current_text(node, standing.instruments[number])
        for signer in body.signers:
            named = text.party(signer.party).signatory.id
            if named != signer.signatory:
                raise LocalActError(
                    "plan-signatory",
                    f"the text of {number} names {named} as the signatory of {signer.party}, not {signer.signatory}: plan "
                    f"{named}, or have every party reopen the text (paraph dossier reopen {number}) and name the other",
                )


def accept_plan(node: Node, dossier: DossierId) -> Act:
    """Accept the plan, after making sure that this node's own rendering gives exactly its originals (S1).

    Raises:
        LocalActError: ``plan-other-text`` if it does not.
    """
    with node.store.read() as uow:
        standing = load(node, uow, dossier).standing
    plan = _plan(standing)
    _check_named(node, standing, plan.body)
    for number in sorted({o.instrument for o in plan.body.originals}):
        instrument = standing.instruments[number]
        # What this party engrossed it rendered here, or adopted after its officers compared the pages.
        own = instrument.engrossed.get(node.party)
        if own is None or not all(node.blobs.has(o.sha256) for o in own):
            rendered_now = render_originals(node, instrument).originals
            own = own or rendered_now
        rendered = {o.holder: o.sha256 for o in own if node.blobs.has(o.sha256)}
        for original in plan.body.originals:
            if original.instrument == number and rendered.get(original.holder) != original.sha256:
                raise LocalActError(
                    "plan-other-text",
                    f"this node renders other bytes for {number} kept by {original.holder} than the plan names",
                )
    (act,) = author(node, dossier, PlanAccepted(plan=plan.body.plan, proposal=plan.proposal))
    return act


def deposit(
    node: Node,
    dossier: DossierId,
    *,
    local_date: str,
    place: str,
    countersign: bool = True,
    approval: SigningApproved | None = None,
) -> Act:
    """Sign every own original and deposit the signatures, sealed to the mediator.

    Args:
        node: This node.
        dossier: Which dossier.
        local_date: Date at the place of signing, as the party writes it.
        place: Place of signing, as the party writes it.
        countersign: Whether the signatory also approves now that the others' originals, whose bytes are
            fixed, are countersigned as soon as the exchange is released.
        approval: By the signatory's passkey; asked for where passkeys are presented.

    Raises:
        LocalActError: Authority, order, plan, time: says what is missing. Nothing was changed.
    """
    with node.store.read() as uow:
        current = load(node, uow, dossier)
        standing, plan = current.standing, check_ready(node, uow, current)
    check_open(plan, node.party)
    if approval is None and needs_approval(standing, plan, node.party):
        raise LocalActError(
            "approval-absent",
            f"{plan.signatory(node.party)} has presented a passkey and approves each signature with it: in the signing room, "
            "on the pages of this node",
        )
    own = [(o.instrument, o.holder) for o in plan.body.originals if o.holder == node.party]
    # Before a key is touched: the same check that the rules make again on the act itself.
    check_may_sign(standing, node.party, plan.signatory(node.party), [n for n, _ in own], node.clock.now())
    signer = own_signer(node, standing, plan)
    signatures: list[DepositedSignature] = []
    in_clear: dict[Digest, bytes] = {}
    for slot in own:
        made = make_signature(
            node,
            standing,
            plan,
            slot,
            signer=signer,
            local_date=local_date,
            place=place,
            file=at_present(node, standing, plan, slot),
        )
        digest = digest_of(made.cms)
        signatures.append(DepositedSignature(instrument=slot[0], holder=slot[1], slot=made.slot, cms=digest))
        in_clear[digest] = made.cms
    content = write_deposit(in_clear)
    sealed = b""
    if plan.body.mode is Mode.MEDIATED:
        keys = participant_keys(node, standing)[plan.body.mediator]
        sealed = hpke.seal(keys, deposit_info(plan, node.party), content)
    body = SignatureDeposited(
        plan=plan.body.plan,
        proposal=plan.proposal,
        signatures=tuple(signatures),
        sealed=digest_of(sealed) if sealed else "",
    )

    def keep(uow: UnitOfWork) -> None:
        # With the act or not at all: a deposit that is not made must not replace what an earlier one kept.
        uow.put_secret(secret_name(plan.body.plan, node.party), content)
        if sealed:
            uow.put_secret(sealed_name(plan.body.plan, node.party), sealed)
        withhold(uow, in_clear)
        uow.set_setting(f"countersign:{plan.body.plan}", "1" if countersign else "")

    bodies = (body,) if approval is None else (approval, body)
    return author(node, dossier, *bodies, keep=keep)[-1]


def check_ready(node: Node, uow: UnitOfWork, current: Current) -> Plan:
    """Check what has to hold before anybody signs under the current plan, whoever it is: finality and clocks.

    Raises:
        LocalActError: ``plan-unknown``, ``plan-not-final``, ``clock-off``.
    """
    plan = _plan(current.standing)
    if not plan_is_final(uow, current):
        raise LocalActError(
            "plan-not-final",
            "the signing plan is not accepted and cosigned by every party and the mediator yet; wait for them",
        )
    check_peers_clocks(uow, current.standing, node)
    return plan


def check_open(plan: Plan, party: PartyId) -> None:
    """Check, before a key is touched, that there is anything to be signed.

    Raises:
        LocalActError: ``plan-state``, ``already-deposited``.
    """
    if plan.state is not PlanState.OPEN:
        raise LocalActError("plan-state", f"the signing plan is {plan.state}: nothing is deposited now")
    earlier = plan.deposits.get(party)
    if earlier is not None and earlier.answer != "refused":
        raise LocalActError("already-deposited", f"the deposit of {party} is in already")


def own_signer(node: Node, standing: Dossier, plan: Plan) -> Signer:
    """The key of this party's signatory, if its certificate is the one to sign with: as planned, or what came in its place.

    Raises:
        LocalActError: ``certificate-suspended``.
        PermanentError: ``no-key`` or ``other-certificate``.
    """
    signatory, certificate = plan.signatory(node.party), signing_certificate(standing, plan, node.party)
    if certificate is None:
        raise LocalActError(
            "certificate-suspended",
            f"the certificate of {signatory} is suspended; present another one first: paraph dossier certify {signatory}",
        )
    signer = node.desk.signer(signatory)
    if signer is None:
        raise PermanentError("no-key", f"this node has no key for {signatory}; set [signing] in paraph.toml")
    if digest_of(signer.certificate) != certificate:
        raise PermanentError(
            "other-certificate",
            f"the key of {signatory} belongs to another certificate than the one that was planned, or presented since the "
            "planned one was suspended",
        )
    return signer


def plan_is_final(uow: UnitOfWork, current: Current) -> bool:
    """Whether every party and the mediator cosigned a checkpoint that contains the accepted plan (D2)."""
    plan = _plan(current.standing)
    position = None if plan.state is PlanState.PROPOSED else _acceptance(uow, current, plan)
    return position is not None and int(uow.setting(f"witnessed:{current.dossier}") or 0) > position


def _acceptance(uow: UnitOfWork, current: Current, plan: Plan) -> int | None:
    """Position of the last acceptance of the plan, or None while one has no place."""
    found: dict[PartyId, int] = {}
    end = current.view.size
    while end > 0:
        start = max(0, end - _PAGE)
        for row in reversed(uow.log(current.dossier, start, end - start)):
            act = read_act(row.envelope).act
            if isinstance(act.body, PlanAccepted) and act.body.plan == plan.body.plan:
                found.setdefault(act.author, row.position or 0)
            if act.id == plan.proposal:
                found[act.author] = row.position or 0
                return max(found.values()) if set(found) >= plan.accepted else None
        end = start
    return None


def _plan(standing: Dossier) -> Plan:
    if standing.plan is None:
        raise LocalActError("plan-unknown", "there is no signing plan yet; propose one first")
    return standing.plan


def _after(now: Utc, minutes: int) -> Utc:
    at = datetime.strptime(now, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC) + timedelta(minutes=minutes)
    return Utc(at.strftime("%Y-%m-%dT%H:%M:%SZ"))
