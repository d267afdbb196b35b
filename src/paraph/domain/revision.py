"""What is said about a text while it is on the table: comments at their place, and the ticks of revisers.

Neither changes a letter, nor who stands behind it. Both are about one exact text: a new one on the table leaves the comments
in the log and takes the ticks away.

Source: docs/spec/acts.md sections 5 and 5a.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from paraph.domain.acts import Act, CommentMade, ConcordanceTicked
from paraph.domain.characters import check_words
from paraph.domain.negotiation import check_on_table
from paraph.domain.particulars import check_line
from paraph.domain.places import paragraph_places, places
from paraph.domain.standing import Attachments, Dossier, Instrument, Tick
from paraph.domain.texts import InstrumentText
from paraph.errors import FormatError, LocalActError

__all__ = ["MAX_COMMENT_CHARS", "all_ticked", "commented", "revised", "unticked"]

MAX_COMMENT_CHARS: Final = 8_000
"""Four pages: whoever has more to say about one place proposes another text."""


def commented(dossier: Dossier, act: Act, attachments: Attachments) -> Dossier:
    """A comment on the text on the table, at a place that it has."""
    body = act.body
    assert isinstance(body, CommentMade)
    instrument, text = _on_table(dossier, attachments, body)
    if body.lang and body.lang not in text.versions:
        raise LocalActError("comment-place", f"{body.instrument} has no version in “{body.lang[:40]}”")
    if body.where not in places(text.versions[body.lang or text.declarations.langs[0]]):
        raise LocalActError(
            "comment-place", f"“{body.where[:80]}” is no place of {body.instrument}; reload and read it first"
        )
    if len(body.words) > MAX_COMMENT_CHARS:
        raise LocalActError("comment-words", f"a comment has at most {MAX_COMMENT_CHARS} characters")
    try:
        for line in body.words.split("\n") if body.words else [""]:
            check_words(line, "the comment", empty=bool(body.words.strip()))
    except FormatError as error:
        raise LocalActError("comment-words", error.message) from error
    return dossier.with_instrument(replace(instrument, comments=instrument.comments + 1))


def revised(dossier: Dossier, act: Act, attachments: Attachments) -> Dossier:
    """A party's reviser compared paragraphs in some languages, and found that they say the same."""
    body = act.body
    assert isinstance(body, ConcordanceTicked)
    instrument, text = _on_table(dossier, attachments, body)
    try:
        check_line(body.reviser, "the reviser's name")
    except FormatError as error:
        raise LocalActError("reviser", error.message) from error
    langs = tuple(sorted(body.langs))
    enough = min(2, len(text.declarations.langs))
    if len(set(langs)) != len(langs) or len(langs) < enough or not set(langs) <= set(text.declarations.langs):
        raise LocalActError(
            "concordance-langs",
            f"name at least {enough} of the languages of {body.instrument}, each once: {', '.join(text.declarations.langs)}",
        )
    if unknown := sorted(set(body.paragraphs) - _common(text, langs)):
        raise LocalActError(
            "concordance-place",
            f"“{unknown[0][:80]}” is no paragraph of every named language of {body.instrument}",
        )
    before = instrument.ticked.get(act.author, frozenset())
    after = before | {(where, langs) for where in body.paragraphs}
    if after == before:
        raise LocalActError("already-ticked", "these paragraphs are ticked already, in these languages")
    if body.complete is not all_ticked(text, after):
        raise LocalActError(
            "concordance-complete",
            "all paragraphs in all languages are ticked now; say so"
            if not body.complete
            else f"not ticked yet: {unticked(text, after)[0]}",
        )
    ticked = {**instrument.ticked, act.author: frozenset(after)}
    complete = instrument.revised | ({act.author} if body.complete else set())
    return dossier.with_instrument(replace(instrument, ticked=ticked, revised=complete))


def unticked(text: InstrumentText, ticks: Iterable[Tick]) -> tuple[str, ...]:
    """The paragraphs that no chain of ticks compares in all languages of the text, in the order of reading.

    Whoever compared English with Hebrew, and English with Albanian, compared all three.
    """
    by_place: dict[str, list[frozenset[str]]] = {}
    for where, langs in ticks:
        by_place.setdefault(where, []).append(frozenset(langs))
    wanted = frozenset(text.declarations.langs)
    listed = dict.fromkeys(
        where for lang in text.declarations.langs for where in paragraph_places(text.versions[lang])
    )
    return tuple(where for where in listed if not _linked(by_place.get(where, []), wanted))


def all_ticked(text: InstrumentText, ticks: Iterable[Tick]) -> bool:
    """Whether every paragraph was compared in all languages."""
    return not unticked(text, ticks)


def _linked(groups: list[frozenset[str]], wanted: frozenset[str]) -> bool:
    if not groups:
        return False
    linked, rest = groups[0], groups[1:]
    while touching := [group for group in rest if group & linked]:
        linked = linked.union(*touching)
        rest = [group for group in rest if not group & linked]
    return linked >= wanted


def _common(text: InstrumentText, langs: tuple[str, ...]) -> frozenset[str]:
    first, *others = (frozenset(paragraph_places(text.versions[lang])) for lang in langs)
    return first.intersection(*others)


def _on_table(
    dossier: Dossier, attachments: Attachments, body: CommentMade | ConcordanceTicked
) -> tuple[Instrument, InstrumentText]:
    instrument = dossier.instruments[body.instrument]
    check_on_table(instrument, body.text)
    text = attachments.text(body.text)
    if text is None:
        raise LocalActError("text-unreadable", "the bytes of the text on the table are not a canonical text")
    return instrument, text
