"""A concluded dossier in plain words: what a reader who was not there needs to understand it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from paraph.app.called import names_in
from paraph.app.node import Node
from paraph.app.publication import Concluded
from paraph.app.texts import current_text
from paraph.domain.acts import (
    Body,
    CommitmentMade,
    NoteAnswered,
    NoteSent,
    SlotRecord,
    StatementMade,
    UnveilingHeld,
    WitnessAttested,
)
from paraph.domain.alternat import expansion, precedence
from paraph.domain.ids import Digest, DossierId, InstrumentNumber, PartyId, Utc
from paraph.domain.language import ByLanguage
from paraph.domain.standing import Dossier, Plan, Slot
from paraph.domain.texts import InstrumentText, TextParty
from paraph.domain.tokens import expand
from paraph.verify.container_contents import digest_of
from paraph.wire.act import kind_of, read_act
from paraph.wire.container.layout import original_name, stems

__all__ = [
    "Programme",
    "PublishedInstrument",
    "PublishedOriginal",
    "PublishedParty",
    "PublishedSignature",
    "Record",
    "participants",
    "programme",
    "title_of",
]

_PAGE: Final = 512
"""Acts read from the store at a time."""

_RECORDS: Final = (NoteSent, NoteAnswered, StatementMade, UnveilingHeld, CommitmentMade, WitnessAttested)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedParty:
    """A participant as it names itself, by language."""

    party: PartyId
    role: str
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedSignature:
    """One signature on one original.

    Attributes:
        party: For whom.
        signatory: Name by language, as the party spells it.
        title: Office by language.
        capacity: On which authority: a ``Basis``, or "" where none was presented.
        first: Whether it is the first signature on this original, made by its keeper.
        slot: The signature's own instant, local date and place (S5).
    """

    party: PartyId
    signatory: ByLanguage[str]
    title: ByLanguage[str]
    capacity: str
    first: bool
    slot: SlotRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedOriginal:
    """One original: who keeps it, what it is called in the container, its bytes by digest, who signed it."""

    holder: PartyId
    name: str
    sha256: Digest
    size: int
    signatures: tuple[PublishedSignature, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedInstrument:
    """One instrument with its originals."""

    number: InstrumentNumber
    title: ByLanguage[str]
    text: InstrumentText
    digest: Digest
    originals: tuple[PublishedOriginal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A note, statement, unveiling, pledge or attestation: who recorded it when, in which words.

    Attributes:
        kind: The act's type.
        author: Which node recorded it.
        time: That node's clock.
        heading: Whose, or about what; "" where the act has none.
        text: The words by language.
        source: Where they were said, or "".
    """

    kind: str
    author: PartyId
    time: Utc
    heading: str
    text: ByLanguage[str]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """What was concluded and how.

    Attributes:
        dossier: Its id.
        title: By language.
        specimen: Banner of a re-enactment, or "".
        participants: Parties first.
        mode: With a mediator, or direct.
        instruments: In order of their numbers.
        records: What was said and done around it, in the order of the log.
        container: SHA-256 of the container.
        container_size: Its bytes.
        frozen: Why the dossier is frozen since, or "".
    """

    dossier: DossierId
    title: ByLanguage[str]
    specimen: str
    participants: tuple[PublishedParty, ...]
    mode: str
    instruments: tuple[PublishedInstrument, ...]
    records: tuple[Record, ...]
    container: Digest
    container_size: int
    frozen: str


def programme(node: Node, held: Concluded) -> Programme:
    """Put a concluded dossier into words.

    Raises:
        PermanentError: ``attachment-lost``.
    """
    standing = held.standing
    texts = {n: current_text(node, i) for n, i in sorted(standing.instruments.items())}
    stem = stems(texts)
    return Programme(
        dossier=standing.id,
        title=standing.title,
        specimen=standing.specimen,
        participants=participants(node, standing),
        mode=str(held.plan.body.mode),
        instruments=tuple(
            PublishedInstrument(
                number=number,
                title=title_of(text),
                text=text,
                digest=standing.instruments[number].text,
                originals=tuple(
                    _original(standing, text, slot, data, original_name(stem[number], slot[1]))
                    for slot, data in held.originals.items()
                    if slot[0] == number
                ),
            )
            for number, text in texts.items()
        ),
        records=tuple(_records(node, standing.id)),
        container=digest_of(held.container),
        container_size=len(held.container),
        frozen=held.frozen,
    )


def title_of(text: InstrumentText) -> ByLanguage[str]:
    """The title as printed, parties in the neutral order, by language."""
    return ByLanguage(
        {
            lang: expand(version.title, expansion(precedence(text, None, lang), lang)).text
            for lang, version in text.versions.items()
        }
    )


def participants(node: Node, standing: Dossier) -> tuple[PublishedParty, ...]:
    """Who takes part, as each names itself; parties first."""
    order = sorted(standing.roles.items(), key=lambda item: (item[1] != "party", item[0]))
    return tuple(
        PublishedParty(
            party=party,
            role=str(role),
            names={lang: one.formal for lang, one in names_in(node, standing, party).items()},
        )
        for party, role in order
    )


def _original(
    standing: Dossier, text: InstrumentText, slot: Slot, data: bytes, name: str
) -> PublishedOriginal:
    plan = standing.plan_of(slot)
    assert plan is not None, "what is sealed was signed under a plan"
    return PublishedOriginal(
        holder=slot[1],
        name=name.rpartition("/")[2],
        sha256=digest_of(data),
        size=len(data),
        signatures=tuple(_signatures(standing, plan, text, slot)),
    )


def _signatures(
    standing: Dossier, plan: Plan, text: InstrumentText, slot: Slot
) -> Iterator[PublishedSignature]:
    parties = {party.id: party for party in text.parties}
    first = next(s.slot for s in plan.deposits[slot[1]].body.signatures if (s.instrument, s.holder) == slot)
    yield _signature(standing, plan, parties[slot[1]], slot[0], first, first=True)
    for party, signature in plan.countersigned.get(slot, ()):
        yield _signature(standing, plan, parties[party], slot[0], signature.slot, first=False)


def _signature(
    standing: Dossier,
    plan: Plan,
    party: TextParty,
    number: InstrumentNumber,
    slot: SlotRecord,
    *,
    first: bool,
) -> PublishedSignature:
    who = plan.signatory(party.id)
    return PublishedSignature(
        party=party.id,
        signatory=party.signatory.name,
        title=party.signatory.title,
        capacity=_capacity(standing, party.id, who, number),
        first=first,
        slot=slot,
    )


def _capacity(standing: Dossier, party: PartyId, signatory: str, number: InstrumentNumber) -> str:
    found = [
        powers.body
        for powers in standing.powers.values()
        if powers.party == party
        and powers.body.signatory == signatory
        and (not powers.body.instruments or number in powers.body.instruments)
    ]
    return str(found[-1].basis) if found else ""


def _records(node: Node, dossier: DossierId) -> Iterator[Record]:
    with node.store.read() as uow:
        void = {one.position for one in node.view(dossier).void}
        start = 0
        while rows := uow.log(dossier, start, _PAGE):
            for position, row in enumerate(rows, start):
                act = read_act(row.envelope).act
                if isinstance(act.body, _RECORDS) and position not in void:
                    heading, text, source = _told(act.body)
                    yield Record(
                        kind=kind_of(act.body),
                        author=act.author,
                        time=act.time,
                        heading=heading,
                        text=text,
                        source=source,
                    )
            start += len(rows)


def _told(body: Body) -> tuple[str, ByLanguage[str], str]:
    match body:
        case NoteSent():
            return body.subject, body.text, body.source
        case NoteAnswered():
            return body.answer, body.text, body.source
        case StatementMade():
            return f"{body.speaker}, {body.capacity}", ByLanguage({body.lang: body.text}), body.source
        case UnveilingHeld():
            return f"{body.subject}: {body.by}", body.text, body.source
        case CommitmentMade():
            return str(body.obligor), ByLanguage({"en": body.text}), body.source
        case WitnessAttested():
            return "", ByLanguage({"en": body.text}), ""
        case _:  # pragma: no cover - asked for records only
            raise AssertionError(body)
