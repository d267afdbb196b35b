"""Who may sign, and when: certificates, full powers, the go (S2).

A head of state, head of government or foreign minister signs by office; a head of mission does not
(VCLT art. 7(2)). Everybody else needs full powers that every other party has verified. Authority to sign
is not the order to sign: that is a separate act of the signatory's own party.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from paraph.domain.abort import wishes_to_stop
from paraph.domain.acts import (
    Act,
    Basis,
    CertificatePresented,
    CertificateSuspended,
    FullPowersPresented,
    FullPowersVerified,
    FullPowersWithdrawn,
    Office,
    SigningOrdered,
)
from paraph.domain.ids import Digest, InstrumentNumber, PartyId, Utc
from paraph.domain.instants import MAX_CLOCK_SKEW_S, after
from paraph.domain.standing import Attachments, Dossier, InstrumentState, Plan, PlanState, Powers
from paraph.errors import LocalActError

__all__ = [
    "certificate_presented",
    "certificate_suspended",
    "check_may_sign",
    "check_signatory",
    "ordered",
    "presented",
    "signing_certificate",
    "verified",
    "why_not",
    "withdrawn",
]

EX_OFFICIO: Final = frozenset({Office.HEAD_OF_STATE, Office.HEAD_OF_GOVERNMENT, Office.FOREIGN_MINISTER})


def certificate_presented(dossier: Dossier, act: Act, _attachments: Attachments) -> Dossier:
    """A signatory's certificate; the latest one counts until a plan names it.

    While a plan is under way the same certificate may come again, with newer revocation lists for the seal.
    """
    body = act.body
    assert isinstance(body, CertificatePresented)
    check_signatory(dossier, act.author, body.signatory)
    if (act.author, body.certificate) in dossier.suspended:
        raise LocalActError(
            "certificate-suspended",
            f"this certificate of {body.signatory} is suspended for good in this dossier; present another one",
        )
    planned = dossier.plan.body.signers if dossier.plan is not None and dossier.plan.live else ()
    if any(
        s.party == act.author
        and s.signatory == body.signatory
        and s.certificate != body.certificate
        and (s.party, s.certificate) not in dossier.suspended
        for s in planned
    ):
        raise LocalActError(
            "certificate-planned",
            f"the signing plan under way names another certificate of {body.signatory}; abort the exchange, or suspend "
            "that certificate, first",
        )
    before = dossier.certificates.get((act.author, body.signatory))
    earlier = {k: c for k, c in dossier.earlier_certificates.items() if k != (act.author, body.certificate)}
    if before is not None and before.certificate != body.certificate:
        earlier[act.author, before.certificate] = before
    certificates = {**dossier.certificates, (act.author, body.signatory): body}
    return replace(dossier, certificates=certificates, earlier_certificates=earlier)


def certificate_suspended(dossier: Dossier, act: Act, _attachments: Attachments) -> Dossier:
    """A party's signatory signs no more with a certificate; an exchange that rests on it ends, unless it is released."""
    body = act.body
    assert isinstance(body, CertificateSuspended)
    known = dossier.certificates_of(act.author, body.signatory)
    if all(c.certificate != body.certificate for c in known):
        raise LocalActError(
            "certificate-unknown", f"{act.author} has presented no such certificate of {body.signatory}"
        )
    if (act.author, body.certificate) in dossier.suspended:
        raise LocalActError(
            "certificate-suspended", f"this certificate of {body.signatory} is suspended already"
        )
    dossier = replace(dossier, suspended={**dossier.suspended, (act.author, body.certificate): body.reason})
    plan = _stoppable(dossier)
    if plan is None or plan.signer(act.author).certificate != body.certificate:
        return dossier
    return wishes_to_stop(
        dossier, act.author, f"the certificate of {body.signatory} is suspended: {body.reason}"
    )


def signing_certificate(dossier: Dossier, plan: Plan, party: PartyId) -> Digest | None:
    """With which certificate a party's signatory signs now; None while the planned one is suspended and no other presented.

    Only a countersignature can be made with another one than planned: before the release, suspending ends the exchange.
    """
    planned = plan.signer(party)
    if (party, planned.certificate) not in dossier.suspended:
        return planned.certificate
    latest = dossier.certificates[party, planned.signatory].certificate
    return None if (party, latest) in dossier.suspended else latest


def presented(dossier: Dossier, act: Act, _attachments: Attachments) -> Dossier:
    """Full powers of one's own signatory."""
    body = act.body
    assert isinstance(body, FullPowersPresented)
    check_signatory(dossier, act.author, body.signatory)
    if body.valid_until and body.valid_until <= body.valid_from:
        raise LocalActError("powers-term", "the term ends before it begins")
    if body.basis is Basis.BY_OFFICE and body.office not in EX_OFFICIO:
        raise LocalActError(
            "powers-office",
            f"a {body.office} does not sign by office; present full powers by document, "
            "or have the other parties dispense with them",
        )
    if body.basis is Basis.BY_DOCUMENT and not body.document:
        raise LocalActError("powers-document", "full powers by document need the document itself")
    if body.basis is not Basis.BY_DOCUMENT and body.document:
        raise LocalActError("powers-document", f"full powers {body.basis} come without a document")
    powers = Powers(party=act.author, body=body, verified=frozenset())
    return replace(dossier, powers={**dossier.powers, act.id: powers})


def verified(dossier: Dossier, act: Act, _attachments: Attachments) -> Dossier:
    """Another party verified full powers, and says by which channel."""
    body = act.body
    assert isinstance(body, FullPowersVerified)
    powers = dossier.powers.get(body.powers)
    if powers is None:
        raise LocalActError("powers-unknown", "the full powers that were verified are not in this dossier")
    if powers.party == act.author:
        raise LocalActError("powers-own", "a party does not verify its own full powers; another party must")
    if not body.channel:
        raise LocalActError("powers-channel", "say by which channel the full powers were verified")
    updated = replace(powers, verified=powers.verified | {act.author})
    return replace(dossier, powers={**dossier.powers, body.powers: updated})


def withdrawn(dossier: Dossier, act: Act, _attachments: Attachments) -> Dossier:
    """A party takes its full powers back; an exchange that rests on them ends, unless it is released.

    They count as lapsed from the act's time, but never for signatures that the dossier knows already: else a party could
    unsign what it signed by stating an earlier time.
    """
    body = act.body
    assert isinstance(body, FullPowersWithdrawn)
    powers = dossier.powers.get(body.powers)
    if powers is None or powers.party != act.author:
        raise LocalActError(
            "powers-unknown", f"{act.author} has presented no such full powers in this dossier"
        )
    if powers.withdrawn:
        raise LocalActError("powers-withdrawn", "these full powers are withdrawn already")
    # A signature's time stamp may be so much later than the instant that its act states.
    signed = [after(at, MAX_CLOCK_SKEW_S + 1) for at in _signed_at(dossier, act.author)]
    since = max([act.time, *signed])
    dossier = replace(dossier, powers={**dossier.powers, body.powers: replace(powers, withdrawn=since)})
    plan = _stoppable(dossier)
    if plan is None or plan.signatory(act.author) != powers.body.signatory:
        return dossier
    covered = {
        o.instrument
        for o in plan.body.originals
        if not powers.body.instruments or o.instrument in powers.body.instruments
    }
    if all(why_not(dossier, act.author, powers.body.signatory, n, since) is None for n in covered):
        return dossier  # there are others, as good
    return wishes_to_stop(
        dossier, act.author, f"the full powers of {powers.body.signatory} are withdrawn: {body.reason}"
    )


def _signed_at(dossier: Dossier, party: PartyId) -> Iterator[Utc]:
    """When a party says that it made the signatures that the current plan has of it."""
    plan = dossier.plan
    if plan is None:
        return
    if party in plan.deposits:
        yield from (s.slot.signed_at for s in plan.deposits[party].body.signatures)
    for made in plan.countersigned.values():
        yield from (s.slot.signed_at for signer, s in made if signer == party)


def _stoppable(dossier: Dossier) -> Plan | None:
    """The plan, as long as it is not released."""
    plan = dossier.plan
    return plan if plan is not None and plan.state in (PlanState.PROPOSED, PlanState.OPEN) else None


def ordered(dossier: Dossier, act: Act, _attachments: Attachments) -> Dossier:
    """The go for one's own signatory."""
    body = act.body
    assert isinstance(body, SigningOrdered)
    check_signatory(dossier, act.author, body.signatory)
    if not body.instruments:
        raise LocalActError("order-empty", "name the instruments that are ordered to be signed")
    for number in body.instruments:
        instrument = dossier.instruments.get(number)
        if instrument is None or instrument.state is not InstrumentState.ENGROSSED:
            raise LocalActError(
                "order-early",
                f"{number} is not engrossed yet; order its signature when its originals are equal",
            )
    orders = dossier.orders | {(act.author, body.signatory, number) for number in body.instruments}
    return replace(dossier, orders=orders)


def why_not(
    dossier: Dossier, party: PartyId, signatory: str, number: InstrumentNumber, at: Utc
) -> str | None:
    """Why a signatory may not sign an instrument at an instant, or None when he or she may.

    Args:
        dossier: Where it stands.
        party: The signatory's party.
        signatory: The signatory's id.
        number: The instrument.
        at: The instant of signing.
    """
    own = [p for p in dossier.powers.values() if p.party == party and p.body.signatory == signatory]
    covering = [p for p in own if not p.body.instruments or number in p.body.instruments]
    if not covering:
        return f"no full powers of {signatory} for {number} are in the dossier"
    others = frozenset(dossier.parties) - {party}
    lacking = ""
    for powers in covering:
        if at < powers.body.valid_from:
            lacking = f"the authority of {signatory} begins only at {powers.body.valid_from}"
        elif powers.body.valid_until and at >= powers.body.valid_until:
            lacking = f"the term of {signatory} lapsed at {powers.body.valid_until}"
        elif powers.withdrawn and at >= powers.withdrawn:
            lacking = f"the full powers of {signatory} were withdrawn at {powers.withdrawn}"
        elif powers.body.basis is not Basis.BY_OFFICE and not others <= powers.verified:
            missing = ", ".join(sorted(others - powers.verified))
            lacking = f"the full powers of {signatory} ({powers.body.basis}) are not verified by {missing}"
        else:
            return None
    return lacking


def check_may_sign(
    dossier: Dossier, party: PartyId, signatory: str, numbers: Iterable[InstrumentNumber], at: Utc
) -> None:
    """Check authority and order for every instrument at the instant of signing.

    Raises:
        LocalActError: ``no-authority`` or ``no-order``, with what is missing.
    """
    for number in numbers:
        lacking = why_not(dossier, party, signatory, number, at)
        if lacking:
            raise LocalActError("no-authority", f"{signatory} cannot sign {number} at {at}: {lacking}")
        if (party, signatory, number) not in dossier.orders:
            raise LocalActError(
                "no-order", f"{signatory} has authority but no order to sign {number}; give the go first"
            )


def check_signatory(dossier: Dossier, party: PartyId, signatory: str) -> None:
    """Refuse a signatory whom a party has not described.

    Raises:
        LocalActError: ``signatory-unknown``.
    """
    described = dossier.described.get(party)
    if described is None or all(s.id != signatory for s in described.signatories):
        raise LocalActError(
            "signatory-unknown", f"{party} has not described a signatory “{signatory}”; describe it first"
        )
