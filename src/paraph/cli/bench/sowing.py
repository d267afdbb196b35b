"""Dossiers that have come some way, written straight into the stores of those who take part.

What use cases and bundles would leave there is made here: the same acts, order, checkpoint and cosignatures, and what
each knows of the others. Only the conversation is left out; a thousand of them would take most of an hour.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from paraph.app.ports import EvidenceRow
from paraph.app.texts import render_originals
from paraph.bootstrap.opening import OpenNode
from paraph.cli.bench.circle import CENTRE, MEDIATORS, PARTIES, SIGNING, Circle
from paraph.cli.bench.draft import SPECIMEN, Draft, Write
from paraph.domain import acts
from paraph.domain.acts import Body
from paraph.domain.digests import canonical_text, digest_set
from paraph.domain.ids import Digest, DossierId, InstrumentNumber, PartyId, PlanId, Utc
from paraph.domain.instants import after
from paraph.domain.language import ByLanguage
from paraph.domain.policy import POLICY_OID, POLICY_TEXT
from paraph.domain.standing import PlanState
from paraph.domain.texts import InstrumentText
from paraph.simulation import papers

__all__ = ["NUMBER", "Sower", "Sown", "Stage"]

SIGNING_SHARE: Final = 10
"""One dossier in so many has an open plan and waits for deposits."""

STATEMENTS: Final = 5

COMMENTS: Final = 20
"""On the text that is under negotiation."""

_BATCH: Final = 50
"""Dossiers written in one transaction."""

_A_DAY: Final = 86_400
NUMBER: Final = InstrumentNumber("B/2026/1")


class Stage(StrEnum):
    """How far a dossier has come."""

    OPENED = "opened"
    """Joined by all; statements, and nothing else."""
    INVITED = "invited"
    """The node in the centre has not joined yet."""
    ASKED = "asked"
    """The other party sent a note."""
    PROPOSED = "proposed"
    """The other party proposed a text, and commented on it."""
    AGREED = "agreed"
    INITIALLED = "initialled"
    DIFFERING = "differing"
    """The parties engrossed different originals."""
    SIGNING = "signing"
    """A plan is open and waits for deposits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sown:
    """One dossier.

    Attributes:
        id: Its id.
        party: The other party.
        size: How many acts it has.
        stage: How far it has come.
        named: What else in it can be named in an address: ``digest`` of its texts and originals, ``act``.
    """

    id: DossierId
    party: PartyId
    size: int
    stage: Stage = Stage.OPENED
    named: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Sower:
    """Makes dossiers between the node in the centre and its peers.

    Attributes:
        circle: The nodes.
        sown: The dossiers made so far.
    """

    circle: Circle
    sown: list[Sown] = field(default_factory=list)
    _originals: dict[PartyId, tuple[acts.RenderedOriginal, ...]] = field(default_factory=dict)
    _writes: dict[PartyId, list[Write]] = field(default_factory=dict)

    def sow(self, count: int) -> None:
        """Make dossiers until there are ``count``."""
        while len(self.sown) < count:
            number = len(self.sown)
            signing = number % SIGNING_SHARE == 0
            party = (
                SIGNING[number // SIGNING_SHARE % len(SIGNING)] if signing else PARTIES[number % len(PARTIES)]
            )
            stage = Stage.SIGNING if signing else Stage.OPENED
            self.sown.append(self._make(party, MEDIATORS[number % 2], first=number % 4 < 2, stage=stage))
            if len(self.sown) % _BATCH == 0 or len(self.sown) == count:
                self._flush()

    def sow_stages(self) -> None:
        """Make one dossier more of each stage, opened by the other party, which is one that signs."""
        for stage in Stage:
            self.sown.append(self._make(SIGNING[0], MEDIATORS[0], first=False, stage=stage))
        asked = next(one for one in self.sown if one.stage is Stage.ASKED)
        self._writes.setdefault(CENTRE, []).append(_refusal(self.circle[CENTRE], asked))
        self._flush()

    def _make(self, party: PartyId, mediator: PartyId, *, first: bool, stage: Stage) -> Sown:
        pair = (CENTRE, party) if first else (party, CENTRE)
        draft = Draft(nodes={name: self.circle[name] for name in (*pair, mediator)}, opener=pair[0])
        draft.open(without=(CENTRE,) if stage is Stage.INVITED else ())
        if stage is Stage.ASKED:
            draft.name("act", draft.add(party, _note(CENTRE)))
        elif stage not in (Stage.OPENED, Stage.INVITED):
            self._negotiate(draft, pair, mediator, stage)
        for number in range(STATEMENTS if stage is not Stage.INVITED else 0):
            draft.add(pair[number % 2], _statement(number))
        for name, write in draft.finish():
            self._writes.setdefault(name, []).append(write)
        named = {part: tuple(values) for part, values in draft.named.items()}
        return Sown(id=draft.id, party=party, size=len(draft.rows), stage=stage, named=named)

    def _flush(self) -> None:
        for name, writes in self._writes.items():
            with self.circle[name].node.store.write() as uow:
                for write in writes:
                    write(uow)
        self._writes.clear()

    def _negotiate(
        self, draft: Draft, pair: tuple[PartyId, PartyId], mediator: PartyId, stage: Stage
    ) -> None:
        """Agree on a text, up to a stage."""
        for name in pair:
            own = papers.party(name, papers.LETTER_LANGS, date=papers.DATE)
            draft.add(
                name, acts.PartyDescribed(names=own.names, places=own.places, signatories=(own.signatory,))
            )
            draft.add(name, _certificate(self.circle[name], draft))
            draft.add(name, _powers(name))
        text = replace(papers.letter(NUMBER, tuple(sorted(pair))), specimen=SPECIMEN)
        digest = draft.put(canonical_text(text))
        draft.name("digest", digest)
        draft.add(pair[0], acts.TextProposed(instrument=NUMBER, text=digest, note=""))
        if stage is Stage.PROPOSED:
            for number in range(COMMENTS):
                draft.add(pair[0], _comment(digest, number))
            return
        draft.add(pair[1], acts.TextAccepted(instrument=NUMBER, text=digest))
        if stage is Stage.AGREED:
            return
        for name in pair:
            draft.add(
                name,
                acts.TextInitialled(instrument=NUMBER, text=digest, digests=digest_set(text), initials="X"),
            )
        if stage is not Stage.INITIALLED:
            self._sign(draft, pair, mediator, stage, text)

    def _sign(
        self,
        draft: Draft,
        pair: tuple[PartyId, PartyId],
        mediator: PartyId,
        stage: Stage,
        text: InstrumentText,
    ) -> None:
        """Engross the originals, and agree on how they are signed, up to the deposits."""
        digest = draft.standing.instruments[NUMBER].text
        originals = self._render(draft, text, pair)
        for one in originals:
            draft.name("sha256", one.sha256)
            draft.name("digest", one.sha256)
        for name in pair:
            theirs = name != CENTRE and stage is Stage.DIFFERING
            rendered = tuple(replace(one, sha256=_other(one.sha256)) if theirs else one for one in originals)
            draft.add(name, acts.OriginalsEngrossed(
                instrument=NUMBER, text=digest, renderer="benchmark", originals=rendered))  # fmt: skip
        if stage is Stage.DIFFERING:
            return
        for name in pair:
            draft.add(name, acts.SigningOrdered(signatory=f"{name}.fm", instruments=(NUMBER,)))
        body = _proposal(draft, pair, mediator, originals)
        proposal = draft.add(pair[0], body)
        for name in (pair[1], mediator):
            draft.add(name, acts.PlanAccepted(plan=body.plan, proposal=proposal))
        assert draft.standing.plan is not None
        assert draft.standing.plan.state is PlanState.OPEN

    def _render(
        self, draft: Draft, text: InstrumentText, pair: tuple[PartyId, PartyId]
    ) -> tuple[acts.RenderedOriginal, ...]:
        other = next(name for name in pair if name != CENTRE)
        if other not in self._originals:
            instrument = draft.standing.instruments[text.number]
            for name in pair:
                self._originals[other] = render_originals(self.circle[name].node, instrument).originals
        return self._originals[other]


def _statement(number: int) -> Body:
    text = f"Statement {number} of a benchmark, as long as statements to the press usually are. " * 4
    return acts.StatementMade(
        speaker="Speaker", capacity="benchmark", lang="en", text=text, source="made here"
    )


def _refusal(one: OpenNode, sown: Sown) -> Write:
    """What the other party sent and this node refused, once."""
    row = EvidenceRow(
        at=one.node.clock.now(), peer=sown.party, dossier=sown.id, code="benchmark", message="made here", data=b"refused",
    )  # fmt: skip
    return lambda uow: uow.keep_evidence(row)


def _note(to: PartyId) -> Body:
    return acts.NoteSent(
        number="1/2026", subject="a benchmark", to=to, text=ByLanguage({"en": "A note."}), source="made here"
    )


def _comment(text: Digest, number: int) -> Body:
    words = f"Comment {number} of a benchmark, as long as comments on a text usually are; there is not much to say."
    return acts.CommentMade(instrument=NUMBER, text=text, lang="", where="", words=words, in_reply_to="")


def _other(digest: Digest) -> Digest:
    """A digest of other bytes."""
    return Digest(digest[::-1])


def _certificate(one: OpenNode, draft: Draft) -> Body:
    name = one.node.party
    signer = one.node.desk.signer(f"{name}.fm")
    assert signer is not None
    return acts.CertificatePresented(
        signatory=f"{name}.fm",
        certificate=draft.put(signer.certificate),
        chain=tuple(draft.put(data) for data in signer.chain),
        crls=tuple(draft.put(data) for data in one.node.desk.crls()),
    )


def _powers(name: PartyId) -> Body:
    return acts.FullPowersPresented(
        signatory=f"{name}.fm", basis=acts.Basis.BY_OFFICE, office=acts.Office.FOREIGN_MINISTER,
        valid_from=Utc("2025-01-01T00:00:00Z"), valid_until=Utc(""), instruments=(), document="", channel="by note",
    )  # fmt: skip


def _proposal(
    draft: Draft,
    pair: tuple[PartyId, PartyId],
    mediator: PartyId,
    originals: tuple[acts.RenderedOriginal, ...],
) -> acts.PlanProposed:
    certificates = draft.standing.certificates
    return acts.PlanProposed(
        plan=PlanId(secrets.token_hex(16)),
        mode=acts.Mode.MEDIATED,
        mediator=mediator,
        originals=tuple(
            acts.PlannedOriginal(
                instrument=NUMBER, holder=o.holder, sha256=o.sha256,
                order=(o.holder, *(name for name in sorted(pair) if name != o.holder)),
            )
            for o in originals
        ),
        signers=tuple(
            acts.PlannedSigner(
                party=name, signatory=f"{name}.fm", certificate=certificates[name, f"{name}.fm"].certificate
            )
            for name in sorted(pair)
        ),
        level="B-LTA",
        policy=POLICY_OID,
        policy_hash=draft.put(POLICY_TEXT),
        reserved=24 * 1024,
        deposit_until=after(draft.now, _A_DAY),
        sealer=pair[0],
    )  # fmt: skip
