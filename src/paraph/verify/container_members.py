"""The members of a container, from what it is made of.

Everything in a container but the seals follows from the acts, their checkpoint and their attachments. A node writes
what this gives; a verifier compares.

Source: docs/spec/container.md §2 and §3.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from paraph.domain.acts import CardRenewed, ExchangeReleased, TextInitialled
from paraph.domain.ids import Digest, PartyId
from paraph.domain.standing import Plan, Slot
from paraph.errors import FormatError
from paraph.verify.container_contents import ContainerContents, digest_of
from paraph.verify.dossier_replay import PlacedSignature, ReplayedOriginal, replay_original
from paraph.wire import oids
from paraph.wire.akoma_ntoso import write_akoma_ntoso
from paraph.wire.card import PeerCard
from paraph.wire.checkpoint import cosigners
from paraph.wire.container.archive import MIMETYPE, MIMETYPE_NAME, Member
from paraph.wire.container.guide import Guide, GuideOriginal, GuideSignature, guide, release_statement
from paraph.wire.container.layout import (
    CHECKPOINT_NAME,
    README_NAME,
    VERIFY_NAME,
    act_name,
    anchor_name,
    attachment_name,
    envelope_name,
    original_name,
    stems,
    text_name,
    words_name,
)
from paraph.wire.container.manifest import manifest_name, signature_name, write_manifest
from paraph.wire.container.readme import Shelf, readme
from paraph.wire.note import Note
from paraph.wire.signed_data import parse_signed_data
from paraph.wire.timestamp import parse_token

__all__ = ["bind", "compose_members", "names_of_originals", "proved_instant", "replay_all"]


def names_of_originals(plan: Plan) -> Mapping[Slot, str]:
    """Name of each planned original in the archive, in the order in which they lie there."""
    slots = sorted((o.instrument, o.holder) for o in plan.body.originals)
    stem = stems(number for number, _ in slots)
    return {slot: original_name(stem[slot[0]], slot[1]) for slot in slots}


def replay_all(contents: ContainerContents) -> Mapping[Slot, ReplayedOriginal]:
    """Replay every original.

    Raises:
        FormatError: ``attachment-missing`` or what is wrong with a step.
    """
    replayed = {}
    for slot in names_of_originals(contents.plan):
        base = contents.bases.get(slot)
        if base is None:
            raise FormatError(
                "attachment-missing", f"the agreed original of {slot[0]} kept by {slot[1]} is not here"
            )
        replayed[slot] = replay_original(base, contents.plan, slot, contents.get)
    return replayed


def compose_members(
    contents: ContainerContents, replayed: Mapping[Slot, ReplayedOriginal]
) -> tuple[Member, ...]:
    """Lay out all members but those in ``META-INF``.

    Args:
        contents: What the container is made of.
        replayed: What :func:`replay_all` gives.

    Returns:
        The members in the order of the archive.

    Raises:
        FormatError: Something that acts name is missing or cannot be read.
    """
    names, cards = names_of_originals(contents.plan), contents.cards()
    shelves = [
        *(Member(names[slot], original.data) for slot, original in replayed.items()),
        *_texts(contents),
        *_acts(contents),
        Member(CHECKPOINT_NAME, contents.note),
        *(Member(attachment_name(digest), data) for digest, data in sorted(contents.attachments.items())),
        *_anchors(cards),
    ]
    return (
        Member(MIMETYPE_NAME, MIMETYPE),
        Member(README_NAME, _readme(contents, names)),
        Member(VERIFY_NAME, _guide(contents, names, replayed, cards)),
        *shelves,
    )


def bind(members: Sequence[Member], seals: Sequence[bytes | None]) -> tuple[Member, ...]:
    """Add the manifest of each party, and its seal where there is one.

    Args:
        members: What :func:`compose_members` gives.
        seals: CAdES signature of each party over its manifest, in the order of party ids; None if not made yet.
    """
    manifests = [
        Member(manifest_name(number), write_manifest(number, members)) for number, _ in enumerate(seals, 1)
    ]
    signatures = [
        Member(signature_name(number), seal) for number, seal in enumerate(seals, 1) if seal is not None
    ]
    return (*members, *manifests, *signatures)


def proved_instant(cms: bytes) -> datetime | None:
    """When the time stamp inside a signature says that it existed; None without a readable one."""
    try:
        tokens = parse_signed_data(cms).unsigned.get(oids.SIGNATURE_TIMESTAMP, ())
    except FormatError:
        return None
    return _stamped_at(tokens[0]) if tokens else None


def _stamped_at(token: bytes) -> datetime | None:
    """What a time stamp says; None if it cannot be read, which is for the verdict to tell, not for the guide."""
    try:
        return parse_token(token).info.at
    except FormatError:
        return None


def _texts(contents: ContainerContents) -> Iterator[Member]:
    for stem, digest in _planned_texts(contents):
        data = contents.attachments.get(digest)
        if data is None:
            raise FormatError("attachment-missing", f"the text with digest {digest} is not here")
        yield Member(text_name(stem), data)
        text = contents.text(digest)
        for lang in sorted(text.versions):
            yield Member(words_name(stem, lang), write_akoma_ntoso(text, lang))


def _planned_texts(contents: ContainerContents) -> list[tuple[str, Digest]]:
    named = stems(o.instrument for o in contents.plan.body.originals)
    return [(stem, contents.standing.instruments[number].text) for number, stem in named.items()]


def _acts(contents: ContainerContents) -> Iterator[Member]:
    for position, one in enumerate(contents.sealed):
        yield Member(act_name(position), one.envelope.payload)
        yield Member(envelope_name(position), one.envelope.data)


def _anchors(cards: Mapping[PartyId, tuple[PeerCard, ...]]) -> Iterator[Member]:
    """Every authority that a card of a participant named, the earliest first."""
    for party, chain in cards.items():
        for number, pem in enumerate(dict.fromkeys(pem for card in chain for pem in card.anchors), 1):
            yield Member(anchor_name(party, number), pem.encode("ascii"))


def _readme(contents: ContainerContents, names: Mapping[Slot, str]) -> bytes:
    standing = contents.standing
    return readme(
        Shelf(
            dossier=standing.id,
            titles=sorted(standing.title.items()),
            specimen=standing.specimen,
            parties=standing.parties,
            others=sorted(set(standing.roles) - set(standing.parties)),
            originals=[(name, number, holder) for (number, holder), name in names.items()],
            size=len(contents.sealed),
        )
    )


def _guide(
    contents: ContainerContents,
    names: Mapping[Slot, str],
    replayed: Mapping[Slot, ReplayedOriginal],
    cards: Mapping[PartyId, tuple[PeerCard, ...]],
) -> bytes:
    standing, checkpoint = contents.standing, contents.checkpoint
    note = Note.read(contents.note)
    cosigned = sorted(cosigners(note, {party: chain[-1].keys for party, chain in cards.items()}).items())
    instants = [(PartyId(party), _seconds_of(c.time)) for party, c in cosigned]
    return guide(
        Guide(
            dossier=standing.id,
            parties=standing.parties,
            anchors=[(member.name, _der_digest(member.data)) for member in _anchors(cards)],
            originals=[_original(contents, slot, names[slot], replayed[slot]) for slot in names],
            texts=[
                (text_name(stem), digest, _initialled(contents, digest))
                for stem, digest in _planned_texts(contents)
            ],
            release=_release(contents),
            size=checkpoint.size,
            root=checkpoint.root_hex,
            cards=[(party, standing.cards_of(party)[0]) for party in sorted(standing.cards)],
            renewals=_renewals(contents),
            cosigned=instants,
            sealed_after=max((at for _, at in instants), default=0),
        )
    )


def _original(
    contents: ContainerContents, slot: Slot, name: str, replayed: ReplayedOriginal
) -> GuideOriginal:
    placed = [_signature(one) for one in replayed.placed]
    stamped = any(one.is_timestamp for one in replayed.placed)
    base = contents.bases[slot]
    return GuideOriginal(
        name=name,
        sha256=digest_of(replayed.data),
        agreed=len(base),
        agreed_sha256=digest_of(base),
        signatures=placed[:-1] if stamped else placed,
        stamp=placed[-1] if stamped else None,
    )


def _signature(placed: PlacedSignature) -> GuideSignature:
    proved = _stamped_at(placed.cms) if placed.is_timestamp else proved_instant(placed.cms)
    if proved is None and placed.claimed:
        proved = datetime.fromisoformat(placed.claimed)
    return GuideSignature(
        field=placed.field,
        gap=placed.gap,
        stop=placed.stop,
        length=len(placed.cms),
        at=0 if proved is None else int(proved.timestamp()),
    )


def _renewals(contents: ContainerContents) -> list[tuple[str, PartyId, Digest]]:
    found = []
    for party, positions in contents.folded.view.renewals.items():
        for position in positions:
            body = contents.acts[position].body
            assert isinstance(body, CardRenewed)
            found.append((act_name(position), party, body.card))
    return sorted(found)


def _initialled(contents: ContainerContents, text: Digest) -> list[str]:
    return [
        act_name(position)
        for position, act in enumerate(contents.acts)
        if isinstance(act.body, TextInitialled) and act.body.text == text
    ]


def _release(contents: ContainerContents) -> tuple[Digest, bytes, int] | None:
    plan = contents.plan
    released = [
        act.body
        for act in contents.acts
        if isinstance(act.body, ExchangeReleased)
        and (act.body.plan, act.body.token) == (plan.body.plan, plan.token)
    ]
    token = contents.attachments.get(released[0].token) if released else None
    at = None if token is None else _stamped_at(token)
    if not released or at is None:
        return None
    statement = release_statement(plan.body.plan, plan.proposal, released[0].deposits)
    return released[0].token, statement, int(at.timestamp())


def _seconds_of(instant: str) -> int:
    return int(datetime.fromisoformat(instant).timestamp())


def _der_digest(pem: bytes) -> Digest:
    """Digest of the certificate in a PEM file as cards hold it: one block, lines of 64 characters."""
    return digest_of(base64.b64decode(b"".join(pem.splitlines()[1:-1])))
