"""Every limit of the wire formats, in one place, each with its unit and its reason.

A limit is checked before the bytes are parsed, so that a hostile peer cannot make a node spend memory or time
that an honest peer would never need. Raising a limit is a change of the format and belongs in ``docs/spec``.
"""

from __future__ import annotations

from typing import Final

__all__ = [
    "MAX_ACT",
    "MAX_ACTS",
    "MAX_ANCHORS",
    "MAX_AUTHORS",
    "MAX_BLOB",
    "MAX_BLOBS",
    "MAX_BUNDLE",
    "MAX_BUNDLE_CONTENT",
    "MAX_CARD",
    "MAX_CERTIFICATE_PEM",
    "MAX_ENDPOINTS",
    "MAX_ENVELOPE",
    "MAX_INTEGER",
    "MAX_KEY_FILE",
    "MAX_LOG_SIZE",
    "MAX_NAME",
    "MAX_NAMES",
    "MAX_NESTING",
    "MAX_NOTE",
    "MAX_NOTES",
    "MAX_NOTE_LINES",
    "MAX_ORDER",
    "MAX_PARTIES",
    "MAX_PROOF",
    "MAX_PROOFS",
    "MAX_PROOF_FILE",
    "MAX_RENEWALS",
    "MAX_RENEWAL_FILE",
    "MAX_SECTIONS",
    "MAX_URL",
]

_KIB: Final = 1024
_MIB: Final = 1024 * _KIB

MAX_INTEGER: Final = 2**53 - 1
"""Largest absolute integer in JSON: what every reader of I-JSON holds exactly (RFC 8785 §3.2.2.3)."""

MAX_NESTING: Final = 32
"""Levels of objects and arrays in JSON. An act uses about eight; deeper input only aims at the stack."""

MAX_ACT: Final = 1 * _MIB
"""Bytes of an act. The largest genuine act carries one text in all its languages (about 200 KiB); files are blobs."""

MAX_ENVELOPE: Final = (MAX_ACT + 2) // 3 * 4 + 8 * _KIB
"""Bytes of an envelope: an act in base64, and two signatures (4.8 KiB in base64) with their names."""

MAX_BLOB: Final = 32 * _MIB
"""Bytes of one attached file. An original with embedded fonts is 1 MiB, a scan in colour of 30 pages 20 MiB."""

MAX_BUNDLE_CONTENT: Final = 64 * _MIB
"""Bytes of a bundle's content after decompression: one largest blob in base64, and 20 MiB of acts beside it."""

MAX_BUNDLE: Final = MAX_BUNDLE_CONTENT + 64 * _KIB
"""Bytes of a sealed bundle: the content, and room for two signatures, the key encapsulation and the first line."""

MAX_SECTIONS: Final = 256
"""Dossiers in one bundle. What does not fit goes into the next one."""

MAX_ACTS: Final = 4096
"""Acts in one section: about 20 MiB of smallest acts, so the content limit is reached first."""

MAX_ORDER: Final = 2**18
"""Places in the order of one section. It is proved as a whole by one checkpoint, so unlike acts it cannot come in parts;
at some ten bytes each it is small."""

MAX_BLOBS: Final = 1024
"""Files sent, or asked for, in one section."""

MAX_NOTES: Final = 64
"""Checkpoint notes in one section. The newest one is enough; a node that was away gets a few."""

MAX_PARTIES: Final = 64
"""Parties to one dossier. The largest genuine case foreseen has 34; twice that, rounded, leaves room."""

MAX_AUTHORS: Final = MAX_PARTIES + 16
"""Feeds in one dossier: its parties, a mediator, and witnesses."""

MAX_NOTE_LINES: Final = 2 + 2 * MAX_AUTHORS
"""Signature lines of a note: two of the log, two of every cosigner (C2SP signed-note asks for at least 16)."""

MAX_NOTE: Final = 1 * _KIB + MAX_NOTE_LINES * 5 * _KIB
"""Bytes of a note. The longest line, ML-DSA-65 in base64, is 4.5 KiB."""

MAX_LOG_SIZE: Final = 2**40
"""Leaves of a log: beyond any dossier, and it bounds every proof."""

MAX_PROOF: Final = 80
"""Hashes in an inclusion or consistency proof; two per level of the largest log (RFC 9162 §2.1)."""

MAX_PROOFS: Final = 8
"""Portable proofs kept and sent of one dossier: one is enough to freeze it, a few more name others who lied."""

MAX_PROOF_FILE: Final = 16 * _MIB
"""Bytes of a portable proof. Genuine ones have 60 KiB; two of the largest acts, the largest opening act and a full
chain of the largest cards come to 11 MiB in base64."""

MAX_CARD: Final = 256 * _KIB
"""Bytes of a peer card: keys (5 KiB in base64), one server certificate and the anchors."""

MAX_RENEWALS: Final = 64
"""Cards in a renewal file: every one that a node ever had, one a year in a long life."""

MAX_RENEWAL_FILE: Final = 8 * _MIB
"""Bytes of a renewal file: one of 64 cards with eight certificates each has 3 MiB."""

MAX_CERTIFICATE_PEM: Final = 16 * _KIB
"""Bytes of one certificate in PEM. An ML-DSA-65 certificate has 7.5 KiB."""

MAX_ANCHORS: Final = 8
"""Trust anchors on a peer card: one ministry authority, its successor, and those of other kinds of signatory."""

MAX_ENDPOINTS: Final = 8
"""Addresses on a peer card: one per channel, and a spare."""

MAX_URL: Final = 2048
"""Characters of an address: what browsers and proxies carry without trouble."""

MAX_NAMES: Final = 64
"""Languages in which a party states its name. The European Union needs 24."""

MAX_NAME: Final = 256
"""Characters of a name. The longest formal name of a state has 70."""

MAX_KEY_FILE: Final = 16 * _KIB
"""Bytes of a file of node keys: four seeds in base64."""
