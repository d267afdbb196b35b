"""Canonical text JSON: the bytes that are digested, initialled and attached to every original.

Reading accepts exactly what writing produces: unknown members, another order, spaces, empty optional members are
refused, so one text has one byte form and the digest of the file is the digest of the text.

Source: docs/spec/text.md section 2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from paraph.domain.ids import InstrumentNumber, PartyId
from paraph.domain.language import ByLanguage
from paraph.domain.texts import (
    FORMAT,
    MAX_CLAUSES,
    MAX_DAYS,
    MAX_LANGUAGES,
    MAX_PARAGRAPHS,
    MAX_PARTIES,
    MAX_POINTS,
    MAX_WORDS_CHARS,
    Alternat,
    Clause,
    Conclusion,
    Declarations,
    EntryIntoForce,
    EntryRule,
    InstrumentText,
    LanguageStatus,
    LanguageVersion,
    Layout,
    Method,
    Nature,
    Paragraph,
    PartyName,
    Signatory,
    TextParty,
    TextStatus,
)
from paraph.errors import FormatError
from paraph.wire import canonical, limits
from paraph.wire.members import MemberReader

if TYPE_CHECKING:
    from collections.abc import Callable
    from enum import StrEnum

    from paraph.wire.canonical import Value

__all__ = ["MAX_TEXT_BYTES", "read_parties", "read_text", "write_parties", "write_text"]

MAX_TEXT_BYTES: Final = limits.MAX_ACT
"""Bytes of a text: an act has to be able to carry it, and 100 articles in three languages have 300 KiB."""

_READ = MemberReader(code="text-format")
_E = TypeVar("_E", bound="StrEnum")
_T = TypeVar("_T")


def write_text(text: InstrumentText) -> bytes:
    """Write the canonical bytes of a text.

    Args:
        text: The text.

    Returns:
        RFC 8785 JSON; their SHA-256 is the text digest.
    """
    return canonical.dump(text.to_json())


def read_text(data: bytes) -> InstrumentText:
    """Read canonical bytes.

    Args:
        data: Bytes as written by `write_text`, at most `MAX_TEXT_BYTES`.

    Returns:
        The text.

    Raises:
        FormatError: If the bytes are too long, not this format, or not its one canonical form.
    """
    text = _text(canonical.load(data, limit=MAX_TEXT_BYTES))
    if write_text(text) != data:
        raise FormatError(
            "text-not-canonical", "the text is not in its canonical form; ask for the original bytes"
        )
    return text


def write_parties(parties: tuple[TextParty, ...]) -> bytes:
    """Write parties' particulars as `read_parties` reads them, in canonical form."""
    return canonical.dump([party.to_json() for party in parties])


def read_parties(data: bytes) -> tuple[TextParty, ...]:
    """Read parties' own particulars: a list of the objects that stand under ``parties`` in a text.

    Any layout of the JSON is accepted, and a party may be named in more languages than one text needs.

    Args:
        data: UTF-8 JSON.

    Returns:
        The parties, in order of identifier.

    Raises:
        FormatError: If a member is missing, unknown or not acceptable.
    """
    listed = _READ.array(canonical.load(data, limit=MAX_TEXT_BYTES), "parties", maximum=MAX_PARTIES)
    return tuple(sorted((_party(one) for one in listed), key=lambda party: party.id))


def _words(value: Value, where: str) -> str:
    # Emptiness and characters are judged by the text itself, with the place in the reader's words.
    return _READ.text(value, where, maximum=MAX_WORDS_CHARS, minimum=0)


def _choice(value: Value, kind: type[_E], where: str) -> _E:
    try:
        return kind(_words(value, where))
    except ValueError:
        raise _READ.fail(where, f"has to be one of {', '.join(kind)}") from None


def _by_language(value: Value, where: str, read: Callable[[Value, str], _T]) -> ByLanguage[_T]:
    found = _READ.mapping(value, where, maximum=limits.MAX_NAMES)
    return ByLanguage({lang: read(one, f"{where}, {lang[:40]}") for lang, one in found.items()})


def _text(value: Value) -> InstrumentText:
    found = _READ.members(
        value, "text", ("format", "number", "specimen", "parties", "declarations", "versions")
    )
    _READ.constant(found["format"], "format", FORMAT)
    parties = _READ.array(found["parties"], "parties", maximum=MAX_PARTIES)
    return InstrumentText(
        number=InstrumentNumber(_words(found["number"], "number")),
        specimen=_words(found["specimen"], "specimen"),
        parties=tuple(_party(one) for one in parties),
        declarations=_declarations(found["declarations"]),
        versions=_by_language(found["versions"], "versions", _version),
    )


def _party(value: Value) -> TextParty:
    party = _READ.members(value, "party", ("id", "names", "places", "date", "signatory"))
    name = _words(party["id"], "party id")
    where = f"party {name[: limits.MAX_NAME]}"
    signatory = _READ.members(
        party["signatory"], f"{where}, signatory", ("id", "name", "title", "script_lang")
    )
    return TextParty(
        id=PartyId(name),
        names=_by_language(party["names"], f"{where}, names", _names),
        places=_by_language(party["places"], f"{where}, places", _words),
        date=_words(party["date"], f"{where}, date"),
        signatory=Signatory(
            id=_words(signatory["id"], f"{where}, signatory id"),
            name=_by_language(signatory["name"], f"{where}, signatory's name", _words),
            title=_by_language(signatory["title"], f"{where}, signatory's title", _words),
            script_lang=_words(signatory["script_lang"], f"{where}, script_lang"),
        ),
    )


def _names(value: Value, where: str) -> PartyName:
    names = _READ.members(value, where, ("formal", "short", "in_title"), optional=("caption",))
    return PartyName(**{form: _words(words, f"{where}, {form}") for form, words in names.items()})


def _declarations(value: Value) -> Declarations:
    where = "declarations"
    found = _READ.members(
        value,
        where,
        ("languages", "alternat", "layout"),
        optional=("nature", "conclusion", "method", "entry_into_force"),
    )

    def declared(key: str, kind: type[_E]) -> _E | None:
        return _choice(found[key], kind, f"{where}, {key}") if key in found else None

    languages = _READ.array(found["languages"], f"{where}, languages", maximum=MAX_LANGUAGES)
    return Declarations(
        nature=declared("nature", Nature),
        languages=tuple(_language(one, f"{where}, languages") for one in languages),
        conclusion=declared("conclusion", Conclusion),
        method=declared("method", Method),
        entry_into_force=_entry(found["entry_into_force"]) if "entry_into_force" in found else None,
        alternat=_choice(found["alternat"], Alternat, f"{where}, alternat"),
        layout=_choice(found["layout"], Layout, f"{where}, layout"),
    )


def _language(value: Value, where: str) -> LanguageStatus:
    found = _READ.members(value, where, ("lang",), optional=("status",))
    return LanguageStatus(
        lang=_words(found["lang"], where),
        status=_choice(found["status"], TextStatus, where) if "status" in found else None,
    )


def _entry(value: Value) -> EntryIntoForce:
    where = "declarations, entry_into_force"
    found = _READ.members(value, where, ("rule",), optional=("days", "date"))
    return EntryIntoForce(
        rule=_choice(found["rule"], EntryRule, where),
        days=_READ.integer(found["days"], where, maximum=MAX_DAYS) if "days" in found else None,
        date=_words(found["date"], where) if "date" in found else "",
    )


def _version(value: Value, where: str) -> LanguageVersion:
    found = _READ.members(value, where, ("title", "preamble", "clauses", "closing"), optional=("specimen",))
    clauses = _READ.array(found["clauses"], f"{where}, clauses", maximum=MAX_CLAUSES)
    return LanguageVersion(
        title=_words(found["title"], f"{where}, title"),
        preamble=_paragraphs(found["preamble"], f"{where}, preamble"),
        clauses=tuple(_clause(one, f"{where}, clause {number}") for number, one in enumerate(clauses, 1)),
        closing=_paragraphs(found["closing"], f"{where}, closing"),
        specimen=_words(found["specimen"], f"{where}, specimen") if "specimen" in found else "",
    )


def _clause(value: Value, where: str) -> Clause:
    found = _READ.members(value, where, ("heading", "paragraphs"))
    return Clause(
        heading=_words(found["heading"], f"{where}, heading"),
        paragraphs=_paragraphs(found["paragraphs"], where),
    )


def _paragraphs(value: Value, where: str) -> tuple[Paragraph, ...]:
    return tuple(_paragraph(one, where) for one in _READ.array(value, where, maximum=MAX_PARAGRAPHS))


def _paragraph(value: Value, where: str) -> Paragraph:
    found = _READ.members(value, where, ("text",), optional=("points",))
    points = _READ.array(found["points"], where, maximum=MAX_POINTS) if "points" in found else []
    return Paragraph(text=_words(found["text"], where), points=tuple(_words(one, where) for one in points))
