"""Digests of a text: what is initialled, what is compared, what is read aloud.

The canonical bytes are RFC 8785 JSON. A text holds only strings, small integers and ASCII keys, for which
sorted keys, no spaces and literal UTF-8 *are* that form; `paraph.wire.text_json` writes the same bytes with
the general implementation, and a property test holds the two together.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from paraph.domain.ids import Digest

if TYPE_CHECKING:
    from paraph.domain.texts import InstrumentText

__all__ = [
    "PARTICULARS",
    "canonical_json",
    "canonical_text",
    "digest_set",
    "language_digest",
    "particulars_digest",
    "text_digest",
]

# Name of the member of the digest set that is no language: declarations, parties, number, specimen.
PARTICULARS = "particulars"


def canonical_json(value: Any) -> bytes:
    """Write strings, integers, lists and objects with ASCII keys as RFC 8785 does.

    Args:
        value: The value; no floats, no keys outside ASCII.

    Returns:
        UTF-8 bytes.

    Source: RFC 8785 sections 3.2.2 and 3.2.3.
    """
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def canonical_text(text: InstrumentText) -> bytes:
    """The canonical bytes of a text (the file ``text.json`` attached to every original)."""
    return canonical_json(text.to_json())


def text_digest(text: InstrumentText) -> Digest:
    """Hex SHA-256 of the canonical bytes."""
    return Digest(hashlib.sha256(canonical_text(text)).hexdigest())


def language_digest(text: InstrumentText, lang: str) -> Digest:
    """Digest of one language version, bound to its number and language.

    Args:
        text: The text.
        lang: One of its languages.

    Returns:
        Hex SHA-256 of ``{"format", "lang", "number", "version"}``.

    Raises:
        KeyError: If the text has no such language.
    """
    part = {
        "format": "paraph.text-language/1",
        "number": text.number,
        "lang": lang,
        "version": text.versions[lang].to_json(),
    }
    return Digest(hashlib.sha256(canonical_json(part)).hexdigest())


def particulars_digest(text: InstrumentText) -> Digest:
    """Digest of everything that is no language version: number, specimen, parties, declarations."""
    whole = text.to_json()
    part = {"format": "paraph.text-particulars/1"} | {
        key: whole[key] for key in ("number", "specimen", "parties", "declarations")
    }
    return Digest(hashlib.sha256(canonical_json(part)).hexdigest())


def digest_set(text: InstrumentText) -> dict[str, Digest]:
    """The set of digests that initialling fixes: one per language and one for the particulars."""
    digests = {lang: language_digest(text, lang) for lang in text.versions}
    return digests | {PARTICULARS: particulars_digest(text)}
