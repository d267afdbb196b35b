"""The acts: everything a node can state in a dossier.

An act is a header (who, in which dossier, the how-manieth, after which) and a body of one of the closed
set of types below. A type string such as ``paraph.act/1:text-initialled`` is registered here and nowhere
else; it is a word of treaty practice in the past tense, never the path of a class. What an act *does* to a
dossier is decided in ``dossier.py``; how it becomes bytes, in ``paraph.wire.act``.

Bodies hold strings, integers, booleans, tuples, mappings from language to text, and other frozen records;
no floats. Large things (texts, PDFs, signatures) are attachments: the body holds their SHA-256.

Source: docs/spec/acts.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from paraph.domain.acts.approval import (
    ApprovalPrepared,
    ApprovedOriginal,
    Passkey,
    PasskeysPresented,
    SigningApproved,
)
from paraph.domain.acts.authority import (
    Basis,
    CertificateSuspended,
    FullPowersPresented,
    FullPowersVerified,
    FullPowersWithdrawn,
    Office,
    SigningOrdered,
)
from paraph.domain.acts.completion import (
    ContainerEngrossed,
    ContainerSealed,
    CounterSignature,
    OriginalReceipt,
    OriginalsReceived,
    OriginalsSealed,
    SealedOriginal,
    SignaturesCountersigned,
)
from paraph.domain.acts.exchange import (
    DepositedSignature,
    DepositHeld,
    DepositRefused,
    ExchangeAborted,
    ExchangeAbortRequested,
    ExchangeReleased,
    Mode,
    PlanAccepted,
    PlannedOriginal,
    PlannedSigner,
    PlanProposed,
    RevealedSignature,
    SignatureDeposited,
    SignatureRevealed,
    SlotRecord,
)
from paraph.domain.acts.opening import (
    CardRenewed,
    CertificatePresented,
    DossierJoined,
    DossierOpened,
    Participant,
    PartyDescribed,
    Role,
)
from paraph.domain.acts.records import (
    CommitmentMade,
    NoteAnswered,
    NoteSent,
    StatementMade,
    UnveilingHeld,
    WitnessAttested,
)
from paraph.domain.acts.text import (
    CommentMade,
    ConcordanceTicked,
    OriginalsEngrossed,
    RenderedOriginal,
    TextAccepted,
    TextInitialled,
    TextProposed,
    TextReopened,
)
from paraph.domain.ids import ActId, Digest, DossierId, PartyId, Utc

__all__ = [
    "BODIES",
    "SUITE",
    "TYPE_PREFIX",
    "Act",
    "ApprovalPrepared",
    "ApprovedOriginal",
    "Basis",
    "Body",
    "CardRenewed",
    "CertificatePresented",
    "CertificateSuspended",
    "CommentMade",
    "CommitmentMade",
    "ConcordanceTicked",
    "ContainerEngrossed",
    "ContainerSealed",
    "CounterSignature",
    "DepositHeld",
    "DepositRefused",
    "DepositedSignature",
    "DossierJoined",
    "DossierOpened",
    "ExchangeAbortRequested",
    "ExchangeAborted",
    "ExchangeReleased",
    "FullPowersPresented",
    "FullPowersVerified",
    "FullPowersWithdrawn",
    "Mode",
    "NoteAnswered",
    "NoteSent",
    "Office",
    "OriginalReceipt",
    "OriginalsEngrossed",
    "OriginalsReceived",
    "OriginalsSealed",
    "Participant",
    "PartyDescribed",
    "Passkey",
    "PasskeysPresented",
    "PlanAccepted",
    "PlanProposed",
    "PlannedOriginal",
    "PlannedSigner",
    "RenderedOriginal",
    "RevealedSignature",
    "Role",
    "SealedOriginal",
    "SignatureDeposited",
    "SignatureRevealed",
    "SignaturesCountersigned",
    "SigningApproved",
    "SigningOrdered",
    "SlotRecord",
    "StatementMade",
    "TextAccepted",
    "TextInitialled",
    "TextProposed",
    "TextReopened",
    "UnveilingHeld",
    "WitnessAttested",
    "attachments_of",
]

TYPE_PREFIX: Final = "paraph.act/1:"
SUITE: Final = "ed25519+ml-dsa-65/1"
"""The signature suite of every act; pinned by the opening act so that nobody can downgrade it."""

Body = (
    DossierOpened
    | DossierJoined
    | CardRenewed
    | PartyDescribed
    | CertificatePresented
    | TextProposed
    | TextAccepted
    | TextInitialled
    | TextReopened
    | CommentMade
    | ConcordanceTicked
    | OriginalsEngrossed
    | FullPowersPresented
    | FullPowersVerified
    | FullPowersWithdrawn
    | CertificateSuspended
    | SigningOrdered
    | PasskeysPresented
    | PlanProposed
    | PlanAccepted
    | ApprovalPrepared
    | SigningApproved
    | SignatureDeposited
    | DepositHeld
    | DepositRefused
    | ExchangeReleased
    | ExchangeAbortRequested
    | ExchangeAborted
    | SignatureRevealed
    | SignaturesCountersigned
    | OriginalsSealed
    | OriginalsReceived
    | ContainerEngrossed
    | ContainerSealed
    | NoteSent
    | NoteAnswered
    | StatementMade
    | UnveilingHeld
    | CommitmentMade
    | WitnessAttested
)

BODIES: Final[Mapping[str, type[Body]]] = {
    "dossier-opened": DossierOpened,
    "dossier-joined": DossierJoined,
    "card-renewed": CardRenewed,
    "party-described": PartyDescribed,
    "certificate-presented": CertificatePresented,
    "text-proposed": TextProposed,
    "text-accepted": TextAccepted,
    "text-initialled": TextInitialled,
    "text-reopened": TextReopened,
    "comment-made": CommentMade,
    "concordance-ticked": ConcordanceTicked,
    "originals-engrossed": OriginalsEngrossed,
    "full-powers-presented": FullPowersPresented,
    "full-powers-verified": FullPowersVerified,
    "full-powers-withdrawn": FullPowersWithdrawn,
    "certificate-suspended": CertificateSuspended,
    "signing-ordered": SigningOrdered,
    "passkeys-presented": PasskeysPresented,
    "plan-proposed": PlanProposed,
    "plan-accepted": PlanAccepted,
    "approval-prepared": ApprovalPrepared,
    "signing-approved": SigningApproved,
    "signature-deposited": SignatureDeposited,
    "deposit-held": DepositHeld,
    "deposit-refused": DepositRefused,
    "exchange-released": ExchangeReleased,
    "exchange-abort-requested": ExchangeAbortRequested,
    "exchange-aborted": ExchangeAborted,
    "signature-revealed": SignatureRevealed,
    "signatures-countersigned": SignaturesCountersigned,
    "originals-sealed": OriginalsSealed,
    "originals-received": OriginalsReceived,
    "container-engrossed": ContainerEngrossed,
    "container-sealed": ContainerSealed,
    "note-sent": NoteSent,
    "note-answered": NoteAnswered,
    "statement-made": StatementMade,
    "unveiling-held": UnveilingHeld,
    "commitment-made": CommitmentMade,
    "witness-attested": WitnessAttested,
}
"""Every act type by its registered name (after ``paraph.act/1:``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A signed statement by one node in a dossier, as read from its exact bytes.

    Attributes:
        id: SHA-256 of the payload bytes.
        kind: Registered name of the type, without prefix.
        dossier: The dossier ("" only in the opening act, whose id names the dossier).
        author: Who made it.
        author_seq: Its place in the author's feed, from 0.
        author_prev: Id of the author's previous act in this dossier ("" for the first).
        seen: How many acts of each other participant its author had worked in. The act takes its place in
            the log only after those, so that nothing is judged before what it rests on.
        time: The author's clock; claimed, never used for ordering.
        body: What is stated; None for a well-formed act of an unknown type, which is kept, shown and
            never acted on.
    """

    id: ActId
    kind: str
    dossier: DossierId
    author: PartyId
    author_seq: int
    author_prev: str
    seen: Mapping[PartyId, int]
    time: Utc
    body: Body | None


def attachments_of(body: Body | None) -> tuple[Digest, ...]:  # noqa: C901, PLR0912 - one case per type that has some
    """Digests of the bytes an act depends on; it takes effect only where they are held.

    The sealed deposit is not among them: only the mediator needs it, and asks for it itself.
    """
    match body:
        case DossierOpened():
            return tuple(p.card for p in body.participants)
        case CardRenewed():
            return (body.card,)
        case CertificatePresented():
            return (body.certificate, *body.chain, *body.crls)
        case TextProposed():
            return (body.text,)
        case FullPowersPresented():
            return (Digest(body.document),) if body.document else ()
        case PasskeysPresented():
            return tuple(p.key for p in body.passkeys)
        case PlanProposed():
            return (body.policy_hash,)
        case SigningApproved():
            return (body.assertion,)
        case SignatureDeposited():
            return tuple(s.slot.appearance for s in body.signatures)
        case ExchangeReleased():
            return (body.token, *body.crls)
        case SignatureRevealed():
            return tuple(s.cms for s in body.signatures)
        case SignaturesCountersigned():
            return tuple(d for s in body.signatures for d in (s.slot.appearance, s.cms))
        case OriginalsSealed():
            return tuple(d for o in body.originals for d in (*o.certificates, *o.crls, *o.ocsps, o.token))
        case ContainerEngrossed():
            return (body.note,)
        case ContainerSealed():
            return (body.cms,)
        case _:
            return ()
