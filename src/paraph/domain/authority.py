"""Who may sign, and when: certificates, full powers, the go (S2).

A head of state, head of government or foreign minister signs by office; a head of mission does not
(VCLT art. 7(2)). Everybody else needs full powers that every other party has verified. Authority to sign
is not the order to sign: that is a separate act of the signatory's own party.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from paraph.domain.acts import (
    Act,
    Basis,
    CertificatePresented,
    FullPowersPresented,
    FullPowersVerified,
    Office,
    SigningOrdered,
)
from paraph.domain.ids import InstrumentNumber, PartyId, Utc
from paraph.domain.standing import Attachments, Dossier, InstrumentState, Powers
from paraph.errors import LocalActError

__all__ = ["certificate_presented", "check_may_sign", "ordered", "presented", "verified", "why_not"]

EX_OFFICIO: Final = frozenset({Office.HEAD_OF_STATE, Office.HEAD_OF_GOVERNMENT, Office.FOREIGN_MINISTER})


def certificate_presented(dossier: Dossier, act: Act, _attachments: Attachments) -> Dossier:
    """A signatory's certificate; the latest one counts until a plan names it.

    While a plan is under way the same certificate may come again, with newer revocation lists for the seal.
    """
    body = act.body
    assert isinstance(body, CertificatePresented)
    _check_signatory(dossier, act.author, body.signatory)
    planned = dossier.plan.body.signers if dossier.plan is not None and dossier.plan.live else ()
    if any(
        s.party == act.author and s.signatory == body.signatory and s.certificate != body.certificate
        for s in planned
    ):
        raise LocalActError(
            "certificate-planned",
            f"the signing plan under way names another certificate of {body.signatory}; abort the exchange first",
        )
    return replace(dossier, certificates={**dossier.certificates, (act.author, body.signatory): body})


def presented(dossier: Dossier, act: Act, _attachments: Attachments) -> Dossier:
    """Full powers of one's own signatory."""
    body = act.body
    assert isinstance(body, FullPowersPresented)
    _check_signatory(dossier, act.author, body.signatory)
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


def ordered(dossier: Dossier, act: Act, _attachments: Attachments) -> Dossier:
    """The go for one's own signatory."""
    body = act.body
    assert isinstance(body, SigningOrdered)
    _check_signatory(dossier, act.author, body.signatory)
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


def _check_signatory(dossier: Dossier, party: PartyId, signatory: str) -> None:
    described = dossier.described.get(party)
    if described is None or all(s.id != signatory for s in described.signatories):
        raise LocalActError(
            "signatory-unknown", f"{party} has not described a signatory “{signatory}”; describe it first"
        )
