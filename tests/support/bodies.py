"""Bodies of acts as a correct node would state them, read off where a dossier stands.

No keys and no bytes: a text's digest is that of its canonical bytes, a signature is named by words (:func:`mark`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from paraph.domain import acts
from paraph.domain.acts import Basis, Mode, Office, Role
from paraph.domain.digests import digest_set
from paraph.domain.ids import ActId, Digest, InstrumentNumber, PartyId, PlanId, Utc
from paraph.domain.language import ByLanguage
from paraph.domain.places import paragraph_places
from paraph.domain.policy import POLICY_DIGEST, POLICY_OID
from paraph.domain.standing import Dossier, Plan, Slot
from paraph.domain.texts import InstrumentText

NOW = Utc("2026-03-02T09:00:00Z")
LATER = Utc("2026-03-02T11:00:00Z")
AFTERWARDS = Utc("2026-03-02T11:15:00Z")
"""When the time limit of plans made here, and its margin, have passed."""


def mark(*words: object) -> Digest:
    """A digest that stands for the bytes which the words describe."""
    return Digest(hashlib.sha256("|".join(map(str, words)).encode()).hexdigest())


def plan_id(number: int) -> PlanId:
    return PlanId(f"{number:032x}")


def minister(party: str) -> str:
    return f"{party}.fm"


# --- taking part


def opening(roles: Iterable[tuple[str, Role]], specimen: str = "") -> acts.DossierOpened:
    return acts.DossierOpened(
        title=ByLanguage({"en": "Letters"}),
        participants=tuple(
            acts.Participant(party=PartyId(p), role=role, card=mark("card", p)) for p, role in roles
        ),
        suite=acts.SUITE,
        nonce="00" * 16,
        specimen=specimen,
    )


def joining(dossier: Dossier) -> acts.DossierJoined:
    return acts.DossierJoined(opening=ActId(str(dossier.id)))


def description(text: InstrumentText, party: str) -> acts.PartyDescribed:
    own = text.party(party)
    return acts.PartyDescribed(names=own.names, places=own.places, signatories=(own.signatory,))


def certificate(party: str, *, name: str = "certificate", crl: int = 1) -> acts.CertificatePresented:
    return acts.CertificatePresented(
        signatory=minister(party), certificate=mark(name, party), chain=(mark("issuer", party),),
        crls=(mark("crl", party, crl),),
    )  # fmt: skip


def usable_certificate(dossier: Dossier, party: str, *, crl: int = 1) -> acts.CertificatePresented:
    """The first certificate that the party has not suspended."""
    names = ("certificate", *(f"certificate {n}" for n in range(2, 100)))
    made = (certificate(party, name=name, crl=crl) for name in names)
    return next(c for c in made if (PartyId(party), c.certificate) not in dossier.suspended)


# --- the text


def proposal(text: InstrumentText, digest: Digest) -> acts.TextProposed:
    return acts.TextProposed(instrument=text.number, text=digest, note="")


def acceptance(dossier: Dossier, number: InstrumentNumber) -> acts.TextAccepted:
    return acts.TextAccepted(instrument=number, text=dossier.instruments[number].text)


def initials(dossier: Dossier, number: InstrumentNumber, text: InstrumentText) -> acts.TextInitialled:
    return acts.TextInitialled(
        instrument=number, text=dossier.instruments[number].text, digests=digest_set(text), initials="A. B."
    )


def reopening(dossier: Dossier, number: InstrumentNumber) -> acts.TextReopened:
    return acts.TextReopened(instrument=number, text=dossier.instruments[number].text, reason="a word")


def comment(dossier: Dossier, number: InstrumentNumber, **changes: object) -> acts.CommentMade:
    members: dict[str, object] = {
        "instrument": number, "text": dossier.instruments[number].text, "lang": "en", "where": "clause 1",
        "words": "Shall or will?", "in_reply_to": "",
    }  # fmt: skip
    return acts.CommentMade(**{**members, **changes})  # type: ignore[arg-type]


def ticks(
    dossier: Dossier, number: InstrumentNumber, text: InstrumentText, /, **changes: object
) -> acts.ConcordanceTicked:
    """All paragraphs in all languages."""
    langs = text.declarations.langs
    members: dict[str, object] = {
        "instrument": number, "text": dossier.instruments[number].text, "langs": langs,
        "paragraphs": paragraph_places(text.versions[langs[0]]), "reviser": "A. B.", "complete": True,
    }  # fmt: skip
    return acts.ConcordanceTicked(**{**members, **changes})  # type: ignore[arg-type]


def engrossing(
    dossier: Dossier, number: InstrumentNumber, *, renderer: str = "one"
) -> acts.OriginalsEngrossed:
    digest = dossier.instruments[number].text
    return acts.OriginalsEngrossed(
        instrument=number,
        text=digest,
        renderer=renderer,
        originals=tuple(
            acts.RenderedOriginal(holder=p, sha256=mark("original", digest, p, renderer), size=1000)
            for p in dossier.parties
        ),
    )


# --- authority


def powers(party: str, **changes: object) -> acts.FullPowersPresented:
    members: dict[str, object] = {
        "signatory": minister(party), "basis": Basis.BY_OFFICE, "office": Office.FOREIGN_MINISTER,
        "valid_from": Utc("2020-01-01T00:00:00Z"), "valid_until": Utc(""), "instruments": (), "document": "",
        "channel": "note verbale",
    }  # fmt: skip
    return acts.FullPowersPresented(**{**members, **changes})  # type: ignore[arg-type]


def withdrawal(dossier: Dossier, party: str) -> acts.FullPowersWithdrawn:
    """Of the first powers that stand, or of none."""
    standing = (a for a, p in dossier.powers.items() if p.party == party and not p.withdrawn)
    return acts.FullPowersWithdrawn(powers=next(standing, ActId(mark("no powers"))), reason="recalled")


def suspension(party: str, *, name: str = "certificate") -> acts.CertificateSuspended:
    return acts.CertificateSuspended(
        signatory=minister(party), certificate=mark(name, party), reason="card lost"
    )


def order(dossier: Dossier, party: str) -> acts.SigningOrdered:
    return acts.SigningOrdered(signatory=minister(party), instruments=tuple(sorted(dossier.instruments)))


# --- the exchange


def plan(dossier: Dossier, name: PlanId, mode: Mode = Mode.MEDIATED, **changes: object) -> acts.PlanProposed:
    numbers = sorted(dossier.instruments)
    members: dict[str, object] = {
        "plan": name,
        "mode": mode,
        "mediator": (dossier.mediator or "") if mode is Mode.MEDIATED else "",
        "originals": tuple(
            acts.PlannedOriginal(
                instrument=number, holder=o.holder, sha256=o.sha256,
                order=(o.holder, *(p for p in dossier.parties if p != o.holder)),
            )
            for number in numbers
            for o in next(iter(dossier.instruments[number].engrossed.values()), ())
        ),
        "signers": tuple(
            acts.PlannedSigner(
                party=p, signatory=minister(p), certificate=usable_certificate(dossier, p).certificate
            )
            for p in dossier.parties
        ),
        "level": "B-LTA", "policy": POLICY_OID, "policy_hash": POLICY_DIGEST, "reserved": 16384,
        "deposit_until": LATER, "sealer": dossier.opener,
    }  # fmt: skip
    return acts.PlanProposed(**{**members, **changes})  # type: ignore[arg-type]


def of(dossier: Dossier) -> Plan:
    """The current plan."""
    assert dossier.plan is not None
    return dossier.plan


def plan_acceptance(dossier: Dossier) -> acts.PlanAccepted:
    return acts.PlanAccepted(plan=of(dossier).body.plan, proposal=of(dossier).proposal)


def slot_record(*words: object, at: Utc = NOW) -> acts.SlotRecord:
    return acts.SlotRecord(
        signed_at=at, local_date="2 March 2026", place="here", name="A. B.", reason="",
        appearance=mark("appearance", *words),
    )  # fmt: skip


def slots_of(dossier: Dossier, party: str) -> list[Slot]:
    return [(o.instrument, o.holder) for o in of(dossier).body.originals if o.holder == party]


def deposit(dossier: Dossier, party: str, *, kind: str = "good", at: Utc = NOW) -> acts.SignatureDeposited:
    current = of(dossier).body
    return acts.SignatureDeposited(
        plan=current.plan,
        proposal=of(dossier).proposal,
        signatures=tuple(
            acts.DepositedSignature(
                instrument=number, holder=holder, slot=slot_record(number, holder, at=at),
                cms=mark("first", kind, current.plan, number, holder),
            )
            for number, holder in slots_of(dossier, party)
        ),
        sealed=mark("sealed", kind, party) if current.mode is Mode.MEDIATED else "",
    )  # fmt: skip


def held(dossier: Dossier, party: str) -> acts.DepositHeld:
    found = of(dossier).deposits.get(PartyId(party))
    return acts.DepositHeld(
        plan=of(dossier).body.plan, party=PartyId(party), deposit=found.act if found else ActId(mark("none"))
    )


def refusal(dossier: Dossier, party: str) -> acts.DepositRefused:
    answered = held(dossier, party)
    return acts.DepositRefused(
        plan=answered.plan,
        party=answered.party,
        deposit=answered.deposit,
        code="deposit-invalid",
        reason="bad",
    )


def release(dossier: Dossier) -> acts.ExchangeReleased:
    deposits = tuple(sorted(d.act for d in of(dossier).deposits.values()))
    return acts.ExchangeReleased(plan=of(dossier).body.plan, deposits=deposits, token=mark("token"), crls=())


def abort_request(dossier: Dossier) -> acts.ExchangeAbortRequested:
    return acts.ExchangeAbortRequested(plan=of(dossier).body.plan, reason="instructions")


def abort(dossier: Dossier) -> acts.ExchangeAborted:
    return acts.ExchangeAborted(plan=of(dossier).body.plan, reason="instructions")


def reveal(dossier: Dossier, party: str, *, kind: str = "good") -> acts.SignatureRevealed:
    """What was deposited, or (before a deposit, or of another kind) what ``kind`` of deposit would reveal."""
    found = of(dossier).deposits.get(PartyId(party))
    body = found.body if found is not None and kind == "good" else deposit(dossier, party, kind=kind)
    return acts.SignatureRevealed(
        plan=of(dossier).body.plan,
        party=PartyId(party),
        signatures=tuple(
            acts.RevealedSignature(instrument=s.instrument, holder=s.holder, cms=s.cms)
            for s in body.signatures
        ),
    )


# --- completion


def countersignatures(
    dossier: Dossier, party: str, slots: Iterable[Slot] | None = None, *, at: Utc = NOW
) -> acts.SignaturesCountersigned:
    current = of(dossier)
    if slots is None:
        every = ((o.instrument, o.holder) for o in current.body.originals)
        slots = [s for s in every if current.signed_by(s) and current.next_signer(s) == party]
    return acts.SignaturesCountersigned(
        plan=current.body.plan,
        signatures=tuple(
            acts.CounterSignature(
                instrument=number, holder=holder, slot=slot_record(number, holder, party, at=at),
                cms=mark("later", number, holder, party),
            )
            for number, holder in slots
        ),
    )  # fmt: skip


def sealing(dossier: Dossier) -> acts.OriginalsSealed:
    return acts.OriginalsSealed(
        plan=of(dossier).body.plan,
        originals=tuple(
            acts.SealedOriginal(
                instrument=o.instrument, holder=o.holder, certificates=(mark("issuer"),), crls=(), ocsps=(),
                reserved=16384, token=mark("archive", o.instrument, o.holder),
                sha256=mark("final", o.instrument, o.holder), size=2000,
            )
            for o in of(dossier).body.originals
        ),
    )  # fmt: skip


def receipt(dossier: Dossier) -> acts.OriginalsReceived:
    return acts.OriginalsReceived(
        plan=of(dossier).body.plan,
        originals=tuple(
            acts.OriginalReceipt(instrument=number, holder=holder, sha256=o.sha256)
            for (number, holder), o in sorted(of(dossier).sealed.items())
        ),
    )


def container(dossier: Dossier) -> acts.ContainerEngrossed:
    return acts.ContainerEngrossed(
        plan=of(dossier).body.plan, size=40, note=mark("note"), objects=mark("objects")
    )


def container_seal(dossier: Dossier, party: str) -> acts.ContainerSealed:
    return acts.ContainerSealed(
        plan=of(dossier).body.plan, objects=mark("objects"), cms=mark("container seal", party)
    )


# --- approvals by passkey


def passkey(party: str, name: str = "passkey") -> acts.Passkey:
    return acts.Passkey(
        credential=mark(name, party), key=mark("key", name, party), rp_id="localhost", origin="http://localhost:7480"
    )  # fmt: skip


def passkeys(party: str, *names: str) -> acts.PasskeysPresented:
    return acts.PasskeysPresented(
        signatory=minister(party), passkeys=tuple(passkey(party, name) for name in names or ("passkey",))
    )


def preparation(dossier: Dossier, party: str, *holders: str) -> acts.ApprovalPrepared:
    """Of the party's own originals, or those that others hold."""
    plan = of(dossier)
    return acts.ApprovalPrepared(
        plan=plan.body.plan, proposal=plan.proposal, signatory=minister(party),
        originals=tuple(
            acts.ApprovedOriginal(instrument=o.instrument, holder=o.holder, sha256=o.sha256)
            for o in plan.body.originals
            if o.holder in (holders or (party,))
        ),
        local_date="2 March 2026", place="here",
    )  # fmt: skip


def approval(dossier: Dossier, party: str, prepared: ActId, name: str = "passkey") -> acts.SigningApproved:
    credential = mark(name, party)
    return acts.SigningApproved(
        plan=of(dossier).body.plan, prepared=prepared, credential=credential,
        assertion=mark("assertion", credential, prepared),
    )  # fmt: skip


# --- what surrounds it


def note(to: str) -> acts.NoteSent:
    return acts.NoteSent(
        number="1", subject="a request", to=PartyId(to), text=ByLanguage({"en": "Please."}), source=""
    )


def note_answer(dossier: Dossier, who: str) -> acts.NoteAnswered:
    """To the first note that waits for an answer by ``who``, or to none."""
    waiting = (act for act, (_, to, answered) in dossier.notes.items() if to == who and not answered)
    return acts.NoteAnswered(
        note=next(waiting, ActId(mark("no note"))), number="2", answer="approved", text=ByLanguage({"en": "Yes."}),
        source="",
    )  # fmt: skip
