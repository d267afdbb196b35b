"""A concluded package from its first act to its sealed container, made with the functions that nodes use.

``conclude()`` gives the usual one, made once per process: two parties and a mediator, one instrument in two languages.
A test that needs another course of events makes a :class:`Dossier` and calls its steps, leaves some out, or says
acts of its own in between; every act is signed with the keys of whoever the test names. The hooks ``edit``,
``signing`` and ``drawn`` are for participants who do not do what they should.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from paraph.adapters.render.typst import TypstRenderer
from paraph.adapters.signing.authority import Issued
from paraph.domain import acts
from paraph.domain.acts import Body, Role
from paraph.domain.composition import compose
from paraph.domain.digests import canonical_text, digest_set, text_digest
from paraph.domain.dossier import apply, opened
from paraph.domain.ids import ActId, Digest, PartyId, PlanId, Utc
from paraph.domain.language import ByLanguage, direction
from paraph.domain.policy import POLICY_DIGEST, POLICY_OID, POLICY_TEXT
from paraph.domain.standing import Dossier as Standing
from paraph.domain.standing import Plan, Slot
from paraph.domain.texts import InstrumentText
from paraph.errors import LocalActError
from paraph.verify.attachments import AttachedBytes
from paraph.verify.container import verify_container
from paraph.verify.container_contents import ContainerContents, attached_to, fold
from paraph.verify.container_members import bind, compose_members, replay_all
from paraph.verify.originals import ARCHIVE_FIELD, seal_steps, signature_step, signed_steps
from paraph.verify.verdict import FileReport
from paraph.wire.act import SealedAct, seal_act
from paraph.wire.checkpoint import Checkpoint, cosign, sign_checkpoint
from paraph.wire.container.archive import Member, write_archive
from paraph.wire.container.guide import release_statement
from paraph.wire.container.manifest import write_manifest
from paraph.wire.merkle import Tree, leaf_hash
from paraph.wire.pdf.dss import with_dss
from paraph.wire.pdf.fields import find_field, reserve_fields
from paraph.wire.pdf.openfile import OpenFile, open_file
from paraph.wire.pdf.replay import take
from paraph.wire.pdf.signature import embedded, prepare_signature
from paraph.wire.pdf.stamp import prepare_timestamp
from tests.support.package_texts import reference_texts, short_text
from tests.support.participants import BEGIN, Person, TickingClock, anchors_of, digest_of, participants

__all__ = [
    "FIRST",
    "MEDIATOR",
    "PLAN",
    "SECOND",
    "Dossier",
    "by_name",
    "conclude",
    "judge",
    "reference_texts",
    "replace_member",
    "short_text",
]

FIRST, SECOND, MEDIATOR = PartyId("north"), PartyId("south"), PartyId("middle")
PLAN = PlanId("0123456789abcdef0123456789abcdef")
RESERVED = 16 * 1024


@functools.cache
def _renderer() -> TypstRenderer:
    return TypstRenderer()


@functools.cache
def _engrossed(source: bytes, holder: PartyId) -> bytes:
    text = next(t for t in _known_texts if canonical_text(t) == source)
    rendered = _renderer().engross(compose(text, holder), source=source)
    return reserve_fields(rendered.pdf, rendered.fields)


_known_texts: list[InstrumentText] = []


@dataclass(slots=True)
class Dossier:
    """A dossier in the making: the log, the files that acts name, and where it stands."""

    texts: tuple[InstrumentText, ...]
    clock: TickingClock = field(default_factory=TickingClock)
    people: dict[PartyId, Person] = field(default_factory=dict)
    log: list[SealedAct] = field(default_factory=list)
    blobs: dict[Digest, bytes] = field(default_factory=dict)
    bases: dict[Slot, bytes] = field(default_factory=dict)
    standing: Standing | None = None
    void: list[ActId] = field(default_factory=list)
    counts: dict[PartyId, int] = field(default_factory=dict)
    previous: dict[PartyId, ActId] = field(default_factory=dict)
    mediated: bool = True
    edit: Callable[[Dossier, Body], Body] | None = None
    """Says something else than what would be right."""
    signing: Callable[[Dossier, PartyId, Slot], tuple[acts.SlotRecord, bytes]] | None = None
    """Signs in another way than :meth:`sign`."""
    drawn: InstrumentText | None = None
    """Rendered instead of the text that was initialled."""

    # --- saying things

    @property
    def parties(self) -> tuple[PartyId, ...]:
        return tuple(sorted(p.id for p in self.texts[0].parties))

    @property
    def everybody(self) -> tuple[PartyId, ...]:
        return (*self.parties, *((MEDIATOR,) if self.mediated else ()))

    @property
    def plan(self) -> Plan:
        assert self.standing is not None
        assert self.standing.plan is not None
        return self.standing.plan

    def put(self, data: bytes) -> Digest:
        """Keep bytes that an act will name."""
        digest = digest_of(data)
        self.blobs[digest] = data
        return digest

    def say(self, author: PartyId, body: Body, *, void: bool = False, **changes: object) -> ActId:
        """Make an act, give it the next place and work it in.

        Args:
            author: Whose node makes it.
            body: What it says.
            void: Whether the rules are expected to refuse it.
            changes: Members of the header that shall be other than they should.
        """
        said = body if self.edit is None else self.edit(self, body)
        header: dict[str, object] = {
            "dossier": self.standing.id if self.standing else "",
            "author": author,
            "author_seq": self.counts.get(author, 0),
            "author_prev": self.previous.get(author, ""),
            "seen": dict(self.counts),
            "time": self.clock.now(),
        }
        sealed = seal_act(said, keys=self.people[author].keys, **{**header, **changes})  # type: ignore[arg-type]
        held = AttachedBytes(self.blobs.get, self.blobs.__contains__)
        try:
            before = self.standing
            self.standing = opened(sealed.act) if before is None else apply(before, sealed.act, held)
            assert not void, "this act should have been void"
        except LocalActError:
            if not void:
                raise
            self.void.append(sealed.act.id)
        self.log.append(sealed)
        self.counts[author] = self.counts.get(author, 0) + 1
        self.previous[author] = sealed.act.id
        return sealed.act.id

    # --- the steps, in order

    def open(self) -> None:
        """Open, join, describe, present certificates and authority."""
        roles = {p: Role.MEDIATOR if p == MEDIATOR else Role.PARTY for p in self.everybody}
        self.people = self.people or participants(roles, self.clock)
        listed = tuple(
            acts.Participant(party=p.party, role=p.role, card=self.put(p.card)) for p in self.people.values()
        )
        first, *others = self.everybody
        self.say(
            first,
            acts.DossierOpened(
                title=ByLanguage({"en": "Letters", "he": "מכתבים"}),
                participants=listed,
                suite=acts.SUITE,
                nonce="00" * 16,
                specimen=self.texts[0].specimen,
            ),
        )
        assert self.standing is not None
        for party in others:
            self.say(party, acts.DossierJoined(opening=ActId(str(self.standing.id))))
        for party in self.parties:
            self.describe(party)

    def describe(self, party: PartyId) -> None:
        own, person = self.texts[0].party(party), self.people[party]
        self.say(
            party,
            acts.PartyDescribed(names=own.names, places=own.places, signatories=(own.signatory,)),
        )
        signer = person.signatory.signer()
        self.say(
            party,
            acts.CertificatePresented(
                signatory=own.signatory.id,
                certificate=self.put(signer.certificate),
                chain=tuple(self.put(c) for c in signer.chain),
                crls=tuple(self.put(c) for c in person.crls),
            ),
        )
        self.say(
            party,
            acts.FullPowersPresented(
                signatory=own.signatory.id,
                basis=acts.Basis.BY_OFFICE,
                office=acts.Office.FOREIGN_MINISTER,
                valid_from=BEGIN,
                valid_until=Utc(""),
                instruments=(),
                document="",
                channel="note verbale",
            ),
        )

    def agree(self) -> None:
        """Propose, accept, initial and engross every text, and give the go."""
        first, *others = self.parties
        for text in self.texts:
            digest = self.put(canonical_text(text))
            assert digest == text_digest(text)
            self.say(first, acts.TextProposed(instrument=text.number, text=digest, note=""))
            for party in others:
                self.say(party, acts.TextAccepted(instrument=text.number, text=digest))
            for party in self.parties:
                self.say(
                    party,
                    acts.TextInitialled(
                        instrument=text.number,
                        text=digest,
                        digests=digest_set(text),
                        initials=party[:1].upper(),
                    ),
                )
            self.engross(text)
        for party in self.parties:
            self.say(
                party,
                acts.SigningOrdered(
                    signatory=self.texts[0].party(party).signatory.id,
                    instruments=tuple(text.number for text in self.texts),
                ),
            )

    def engross(self, text: InstrumentText) -> None:
        drawn = self.drawn or text
        _known_texts.append(drawn)
        rendered = []
        for holder in self.parties:
            base = _engrossed(canonical_text(drawn), holder)
            self.bases[text.number, holder] = base
            rendered.append(acts.RenderedOriginal(holder=holder, sha256=digest_of(base), size=len(base)))
        for party in self.parties:
            self.say(
                party,
                acts.OriginalsEngrossed(
                    instrument=text.number,
                    text=text_digest(text),
                    renderer=_renderer().version,
                    originals=tuple(rendered),
                ),
            )

    def plan_signing(self) -> None:
        """Propose the plan and have it accepted by everybody."""
        first, *others = self.everybody
        originals = tuple(
            acts.PlannedOriginal(
                instrument=number,
                holder=holder,
                sha256=digest_of(base),
                order=(holder, *(p for p in self.parties if p != holder)),
            )
            for (number, holder), base in self.bases.items()
        )
        signers = tuple(
            acts.PlannedSigner(
                party=party,
                signatory=self.texts[0].party(party).signatory.id,
                certificate=digest_of(self.people[party].signatory.signer().certificate),
            )
            for party in self.parties
        )
        proposal = self.say(
            first,
            acts.PlanProposed(
                plan=PLAN,
                mode=acts.Mode.MEDIATED if self.mediated else acts.Mode.DIRECT,
                mediator=MEDIATOR if self.mediated else "",
                originals=originals,
                signers=signers,
                level="B-LTA",
                policy=POLICY_OID,
                policy_hash=self.put(POLICY_TEXT),
                reserved=RESERVED,
                deposit_until=Utc("2026-03-02T18:00:00Z"),
                sealer=first,
            ),
        )
        for party in others:
            self.say(party, acts.PlanAccepted(plan=PLAN, proposal=proposal))

    def exchange(self) -> None:
        """Deposit, hold, release, reveal; without a mediator: deposit and reveal."""
        deposits = []
        for party in self.parties:
            signatures = []
            for slot in (s for s in self.bases if s[1] == party):
                record, cms = self.sign(party, slot)
                signatures.append(
                    acts.DepositedSignature(
                        instrument=slot[0], holder=slot[1], slot=record, cms=self.put(cms)
                    )
                )
            deposits.append(
                self.say(
                    party,
                    acts.SignatureDeposited(
                        plan=PLAN,
                        proposal=self.plan.proposal,
                        signatures=tuple(signatures),
                        sealed="ab" * 32 if self.mediated else "",
                    ),
                )
            )
        if self.mediated:
            for party, deposit in zip(self.parties, deposits, strict=True):
                self.say(MEDIATOR, acts.DepositHeld(plan=PLAN, party=party, deposit=deposit))
            statement = release_statement(PLAN, self.plan.proposal, deposits)
            token = self.people[MEDIATOR].stamper.timestamp(bytes.fromhex(digest_of(statement)))
            self.say(
                MEDIATOR,
                acts.ExchangeReleased(plan=PLAN, deposits=tuple(deposits), token=self.put(token), crls=()),
            )
        for party in self.parties:
            revealed = tuple(
                acts.RevealedSignature(instrument=s.instrument, holder=s.holder, cms=s.cms)
                for s in self.plan.deposits[party].body.signatures
            )
            author = MEDIATOR if self.mediated else party
            self.say(author, acts.SignatureRevealed(plan=PLAN, party=party, signatures=revealed))

    def countersign(self) -> None:
        """Each party signs the others' originals."""
        for party in self.parties:
            signatures = []
            for slot in (s for s in self.bases if s[1] != party):
                record, cms = self.sign(party, slot)
                signatures.append(
                    acts.CounterSignature(instrument=slot[0], holder=slot[1], slot=record, cms=self.put(cms))
                )
            self.say(party, acts.SignaturesCountersigned(plan=PLAN, signatures=tuple(signatures)))

    def seal(self) -> None:
        """The joint long-term step, and the receipts that conclude the package."""
        sealer = self.plan.body.sealer
        certificates, crls = set(), set()
        for person in self.people.values():
            signer = person.signatory.signer()
            tsa = person.authority.issuing
            certificates |= {signer.certificate, *signer.chain, tsa}
            crls |= set(person.crls)
        sealed = []
        for slot in self.bases:
            file = with_dss(self.at_present(slot), certificates=certificates, crls=crls, ocsps=())
            prepared = prepare_timestamp(file, field=ARCHIVE_FIELD, reserved=RESERVED)
            token = self.people[sealer].stamper.timestamp(prepared.digest)
            data = embedded(prepared, token).data
            sealed.append(
                acts.SealedOriginal(
                    instrument=slot[0],
                    holder=slot[1],
                    certificates=tuple(sorted(self.put(c) for c in certificates)),
                    crls=tuple(sorted(self.put(c) for c in crls)),
                    ocsps=(),
                    reserved=RESERVED,
                    token=self.put(token),
                    sha256=digest_of(data),
                    size=len(data),
                )
            )
        self.say(sealer, acts.OriginalsSealed(plan=PLAN, originals=tuple(sealed)))

    def receive(self) -> None:
        """Every party gives its receipt; the package is concluded."""
        for party in self.parties:
            receipts = tuple(
                acts.OriginalReceipt(instrument=number, holder=holder, sha256=s.sha256)
                for (number, holder), s in self.plan.sealed.items()
            )
            self.say(party, acts.OriginalsReceived(plan=PLAN, originals=receipts))

    # --- originals

    def at_present(self, slot: Slot) -> OpenFile:
        """An original with what acts have added to it so far."""
        file = open_file(self.bases[slot])
        for step in (
            *signed_steps(self.plan, slot, self.blobs.get),
            *seal_steps(self.plan, slot, self.blobs.get),
        ):
            file = take(file, step)
        return file

    def sign(self, party: PartyId, slot: Slot) -> tuple[acts.SlotRecord, bytes]:
        """A signature on an original as it is at present."""
        if self.signing is not None:
            return self.signing(self, party, slot)
        record = self.draw(party, slot)
        return record, self.sign_as(party, slot, record)

    def draw(self, party: PartyId, slot: Slot) -> acts.SlotRecord:
        """What is recorded of a signature, with its appearance."""
        file, own = self.at_present(slot), self.texts[0].party(party)
        lang = own.signatory.script_lang
        rect = find_field(file, f"sig.{party}").dictionary.get("Rect")
        assert isinstance(rect, tuple)
        left, bottom, right, top = (float(getattr(side, "digits", side)) for side in rect)  # type: ignore[arg-type]
        now = self.clock.now()
        appearance = _renderer().appearance(
            name=own.signatory.name[lang], title=own.signatory.title[lang], lines=(f"{now[:10]} {now[11:19]} UTC",),
            lang=lang, direction=direction(lang), width_pt=round(right - left), height_pt=round(top - bottom),
        )  # fmt: skip
        return acts.SlotRecord(
            signed_at=now,
            local_date=now[:10],
            place=own.places[lang],
            name=own.signatory.name[lang],
            reason="",
            appearance=self.put(appearance),
        )

    def sign_as(
        self,
        party: PartyId,
        slot: Slot,
        record: acts.SlotRecord,
        *,
        issued: Issued | None = None,
        policy: bool = True,
    ) -> bytes:
        """The CMS for a record: with the party's signatory, or with another certificate."""
        step = signature_step(self.plan, party, record, self.blobs.get)
        prepared = prepare_signature(self.at_present(slot), step)
        named = (POLICY_OID, bytes.fromhex(POLICY_DIGEST)) if policy else None
        return self.people[party].sign(prepared.digest, issued, named)

    # --- the checkpoint and the container

    def run(self) -> Dossier:
        """Every step, from the first act to the last receipt."""
        for step in (
            self.open, self.agree, self.plan_signing, self.exchange, self.countersign, self.seal, self.receive,
        ):  # fmt: skip
            step()
        return self

    @property
    def envelopes(self) -> tuple[bytes, ...]:
        return tuple(sealed.envelope.data for sealed in self.log)

    def note(self, *, cosigners: Sequence[PartyId] | None = None) -> bytes:
        """The checkpoint of everything said so far, cosigned."""
        assert self.standing is not None
        root = Tree.of(leaf_hash(envelope) for envelope in self.envelopes).root()
        checkpoint = Checkpoint(dossier=self.standing.id, size=len(self.log), root=root)
        note = sign_checkpoint(self.people[self.standing.opener].keys, checkpoint)
        for party in self.everybody if cosigners is None else cosigners:
            note = note.add(cosign(self.people[party].keys, party, checkpoint, self.clock.now()))
        return note.write()

    def contents(self, note: bytes | None = None) -> ContainerContents:
        """What the container is made of."""
        attachments = {digest: self.blobs[digest] for digest in attached_to(one.act for one in self.log)}
        return ContainerContents(
            sealed=tuple(self.log),
            note=note or self.note(),
            attachments=attachments,
            bases=dict(self.bases),
            folded=fold(self.envelopes, attachments),
            package=self.plan.body.plan,
        )

    def members(self, note: bytes | None = None) -> tuple[Member, ...]:
        """All members but manifests and seals."""
        contents = self.contents(note)
        return compose_members(contents, replay_all(contents))

    def seal_members(self, members: Sequence[Member], *, stamped: bool = True) -> bytes:
        """A container of these members with every party's seal, whatever they are."""
        seals = [
            self.people[party].seal_over(write_manifest(number, members), stamped=stamped)
            for number, party in enumerate(self.parties, 1)
        ]
        return write_archive(bind(members, seals))

    def container(self) -> bytes:
        """The finished container."""
        return self.seal_members(self.members())


@functools.cache
def conclude() -> tuple[Dossier, bytes]:
    """The usual package and its container; not to be changed by tests."""
    dossier = Dossier(texts=(short_text(),)).run()
    return dossier, dossier.container()


def judge(container: bytes, dossier: Dossier | None = None, *, after_s: int = 3600) -> FileReport:
    """The verdict on a container, with trust in every participant of its dossier, an hour after the ceremony."""
    made = dossier or conclude()[0]
    at = made.clock.at + timedelta(seconds=after_s)
    return verify_container(container, path="dossier.asice", anchors=anchors_of(made.people), at=at)


def replace_member(members: Sequence[Member], name: str, data: bytes) -> tuple[Member, ...]:
    """The members with other bytes for one of them."""
    assert any(m.name == name for m in members), name
    return tuple(Member(m.name, data) if m.name == name else m for m in members)


def by_name(members: Sequence[Member]) -> Mapping[str, bytes]:
    """The members' bytes by name."""
    return {m.name: m.data for m in members}
