"""The members of a container, sorted by what their names say they are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from paraph.domain.ids import Digest
from paraph.verify.container_contents import digest_of
from paraph.verify.container_findings import ContainerFindings
from paraph.wire.container.archive import Member
from paraph.wire.container.layout import CHECKPOINT_NAME, envelope_name
from paraph.wire.container.manifest import META_FOLDER

__all__ = ["Shelves", "sort_members"]

_ATTACHMENT: Final = re.compile(r"attachments/([0-9a-f]{64})")
_ENVELOPE: Final = re.compile(r"acts/([0-9]{4})\.dsse\.json")
_MANIFEST: Final = re.compile(rf"{META_FOLDER}ASiCManifest([0-9]{{3}})\.xml")
_SEAL: Final = re.compile(rf"{META_FOLDER}signature([0-9]{{3}})\.p7s")


@dataclass(slots=True, kw_only=True)
class Shelves:
    """What is in a container.

    Attributes:
        members: All members by name, as they lie.
        envelopes: The acts in order.
        note: The checkpoint.
        attachments: By SHA-256, which is checked.
        manifests: By number.
        seals: By number.
    """

    members: dict[str, bytes]
    envelopes: tuple[bytes, ...] = ()
    note: bytes = b""
    attachments: dict[Digest, bytes] = field(default_factory=dict)
    manifests: dict[int, bytes] = field(default_factory=dict)
    seals: dict[int, bytes] = field(default_factory=dict)


def sort_members(members: Sequence[Member], findings: ContainerFindings) -> Shelves:
    """Sort members; what has no place here is found later, by comparing with what the acts ask for."""
    shelves = Shelves(members={member.name: member.data for member in members})
    envelopes: dict[int, bytes] = {}
    for name, data in shelves.members.items():
        if found := _ATTACHMENT.fullmatch(name):
            digest = Digest(found[1])
            shelves.attachments[digest] = data
            if digest_of(data) != digest:
                findings.add(
                    "attachment-digest", "the attachment does not have the SHA-256 in its name", name
                )
        elif found := _ENVELOPE.fullmatch(name):
            envelopes[int(found[1])] = data
        elif found := _MANIFEST.fullmatch(name):
            shelves.manifests[int(found[1])] = data
        elif found := _SEAL.fullmatch(name):
            shelves.seals[int(found[1])] = data
        elif name.startswith(META_FOLDER):
            findings.add("member-unknown", "nothing of this name belongs there", name)
    shelves.note = shelves.members.get(CHECKPOINT_NAME, b"")
    if not shelves.note:
        findings.add("member-missing", "the container has no checkpoint", CHECKPOINT_NAME)
    if sorted(envelopes) != list(range(len(envelopes))) or not envelopes:
        gap = next(n for n in range(len(envelopes) + 1) if n not in envelopes)
        findings.add("act-missing", "the acts are not numbered from 0 without a gap", envelope_name(gap))
    shelves.envelopes = tuple(envelopes[number] for number in sorted(envelopes))
    return shelves
