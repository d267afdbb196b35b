"""Where things lie in a container: the names of its members.

Source: docs/spec/container.md §2.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from paraph.domain.ids import Digest, InstrumentNumber, PartyId

__all__ = [
    "CHECKPOINT_NAME",
    "ORIGINALS_FOLDER",
    "README_NAME",
    "VERIFY_NAME",
    "act_name",
    "anchor_name",
    "attachment_name",
    "envelope_name",
    "original_name",
    "stems",
    "text_name",
    "words_name",
]

README_NAME: Final = "README.txt"
VERIFY_NAME: Final = "VERIFY.txt"
CHECKPOINT_NAME: Final = "log/checkpoint.txt"
ORIGINALS_FOLDER: Final = "originals/"

_MAX_STEM: Final = 60
"""Characters of an instrument's number in names; with party id and folder a name stays below the archive's limit."""

_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]")


def stems(numbers: Iterable[InstrumentNumber]) -> Mapping[InstrumentNumber, str]:
    """Give each instrument a file name of its own: its number, with ``-`` for everything that is not safe.

    Two numbers that would get one name are told apart by ``-2``, ``-3`` … in the order of the numbers.
    """
    names: dict[InstrumentNumber, str] = {}
    taken: set[str] = set()
    for number in sorted(set(numbers)):
        plain = _UNSAFE.sub("-", number)[:_MAX_STEM].strip(".-") or "instrument"
        stem, copy = plain, 1
        while stem.lower() in taken:
            copy += 1
            stem = f"{plain}-{copy}"
        taken.add(stem.lower())
        names[number] = stem
    return names


def original_name(stem: str, holder: PartyId) -> str:
    """The finished original of an instrument that a party keeps."""
    return f"{ORIGINALS_FOLDER}{stem}.{holder}.pdf"


def text_name(stem: str) -> str:
    """The canonical text of an instrument."""
    return f"texts/{stem}.json"


def words_name(stem: str, lang: str) -> str:
    """One language of it as Akoma Ntoso."""
    return f"texts/{stem}.{lang}.xml"


def envelope_name(position: int) -> str:
    """The act at a position of the log, in its envelope: the exact leaf of the log."""
    return f"acts/{position:04d}.dsse.json"


def act_name(position: int) -> str:
    """The payload of that act, to be read."""
    return f"acts/{position:04d}.json"


def attachment_name(digest: Digest) -> str:
    """Bytes that an act names by their SHA-256."""
    return f"attachments/{digest}"


def anchor_name(party: PartyId, number: int) -> str:
    """One of the trust anchors on a participant's card, from 1."""
    return f"trust/{party}.{number}.pem"
