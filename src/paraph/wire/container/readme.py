"""README.txt: what a container is, for somebody who finds one without having heard of Paraph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from paraph.domain.ids import DossierId, PartyId

__all__ = ["Shelf", "readme"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """What the README says about this container.

    Attributes:
        dossier: Its dossier.
        titles: Its title, by language.
        specimen: Banner of a re-enactment, or "".
        parties: The parties.
        others: Mediator and witnesses.
        originals: Name of each original in the archive, its instrument and its keeper.
        size: Number of acts.
    """

    dossier: DossierId
    titles: Sequence[tuple[str, str]]
    specimen: str
    parties: Sequence[PartyId]
    others: Sequence[PartyId]
    originals: Sequence[tuple[str, str, PartyId]]
    size: int


_FOLDERS: Final = """\
WHAT LIES WHERE

originals/     What was signed. Ordinary PDF files (PDF/A-3, PAdES signatures):
               one for each party of each instrument, the one that it keeps and
               that names it first. Open them with any PDF reader.
texts/         The agreed text of each instrument without the alternation of
               names: as JSON, whose SHA-256 was initialled, and in each
               language as Akoma Ntoso XML.
acts/          Who did what, one act after another, from the opening of the
               dossier to its conclusion: NNNN.json to be read, and
               NNNN.dsse.json with the same bytes in base64 and the two
               signatures of the node that made the act.
log/           The checkpoint: number of acts, root of the Merkle tree over
               them, signed by the node that ordered them and by every party.
attachments/   Files that acts name, each under its SHA-256: texts, signatures,
               certificates, revocation lists, time stamps, peer cards.
trust/         The trust anchors that each participant named for itself. They
               are here to be compared with yours; nobody should trust them
               because they are here.
META-INF/      For each party a list of all files with their SHA-512, and the
               party's seal over that list.

The file is an ASiC-E container (ETSI EN 319 162-1) with CAdES seals. All its
members are stored without compression. Every party holds the same bytes.
VERIFY.txt says how to check everything with common tools.

This file states facts: which bytes, whose keys, in which order, at what times.
What they mean in law is not for a file to say.
"""


def readme(shelf: Shelf) -> bytes:
    """Write README.txt, in UTF-8."""
    lines = ["DOSSIER OF A CONCLUDED AGREEMENT", ""]
    if shelf.specimen:
        lines += [_line(shelf.specimen.upper() if shelf.specimen.isascii() else shelf.specimen), ""]
    lines += [f"{_line(title)} [{lang}]" for lang, title in shelf.titles]
    lines += ["", f"Dossier   {shelf.dossier}", f"Parties   {', '.join(shelf.parties)}"]
    if shelf.others:
        lines.append(f"Also      {', '.join(shelf.others)}")
    lines += [f"Acts      {shelf.size}", "", "ORIGINALS", ""]
    for name, number, keeper in shelf.originals:
        lines += [name, f"    {number}, kept by {keeper}"]
    return ("\n".join(lines) + "\n\n" + _FOLDERS).encode("utf-8")


def _line(words: str) -> str:
    """Words of a participant on one line of their own, so that they cannot pass for ours."""
    return " ".join("".join(char if char.isprintable() else " " for char in words).split())
