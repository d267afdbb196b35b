"""The difference between two texts, clause by clause and word by word, for the people who have to accept it."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from paraph.domain.texts import InstrumentText, LanguageVersion, Paragraph

__all__ = ["Change", "Kind", "Run", "difference", "format_difference"]

# Comparing word by word takes time that grows with the square; beyond this, paragraph by paragraph will do.
MAX_COMPARED_WORDS: Final = 4_000
# Two clauses that share less than this share (in hundredths) of their words are two clauses, not one changed.
MIN_KINSHIP: Final = 35

_WORD: Final = re.compile(r"\s+|\w+|[^\w\s]")


class Kind(StrEnum):
    """What happened to a part of the text, or to a run of words in it."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive words with the same fate: same, added or removed."""

    kind: Kind
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One part of the text that differs.

    Attributes:
        kind: Added, removed or changed.
        lang: Language of the version, or "" for declarations and particulars.
        where: Place, counted in the newer text ("clause 3"), or in the older one if removed.
        runs: The words of both; those of the older are the same and removed ones, of the newer the same and added.
    """

    kind: Kind
    lang: str
    where: str
    runs: tuple[Run, ...]

    @property
    def before(self) -> str:
        """Words of the older text."""
        return "".join(run.words for run in self.runs if run.kind is not Kind.ADDED)

    @property
    def after(self) -> str:
        """Words of the newer text."""
        return "".join(run.words for run in self.runs if run.kind is not Kind.REMOVED)


def difference(before: InstrumentText, after: InstrumentText) -> tuple[Change, ...]:
    """Say how one text differs from another.

    Args:
        before: The older text.
        after: The newer text.

    Returns:
        Changes of declarations and particulars first, then of each language in the newer text's order, then of
        languages that went. Empty exactly if the two texts have the same digest.
    """
    changes = list(_particulars(before, after))
    langs = dict.fromkeys((*after.declarations.langs, *before.declarations.langs))
    for lang in langs:
        if lang not in before.versions:
            parts: Sequence[tuple[str, str]] = _parts(after.versions[lang])
            changes += [_whole(Kind.ADDED, lang, where, words) for where, words in parts]
        elif lang not in after.versions:
            parts = _parts(before.versions[lang])
            changes += [_whole(Kind.REMOVED, lang, where, words) for where, words in parts]
        else:
            changes += _versions(lang, before.versions[lang], after.versions[lang])
    return tuple(changes)


def _particulars(before: InstrumentText, after: InstrumentText) -> Iterator[Change]:
    old, new = (
        {
            path: value
            for key in ("number", "specimen", "declarations", "parties")
            for path, value in _leaves(text.to_json()[key], key)
        }
        for text in (before, after)
    )
    for path in dict.fromkeys((*old, *new)):
        if path not in new:
            yield _whole(Kind.REMOVED, "", path, old[path])
        elif path not in old:
            yield _whole(Kind.ADDED, "", path, new[path])
        elif old[path] != new[path]:
            yield _changed("", path, old[path], new[path])


def _leaves(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, one in sorted(value.items()):
            yield from _leaves(one, f"{path}, {key}")
    elif isinstance(value, list):
        for number, one in enumerate(value, 1):
            # Parties are known by their identifier, whatever their place in the list.
            name = one["id"] if isinstance(one, dict) and "id" in one else number
            yield from _leaves(one, f"{path}, {name}")
    else:
        yield path, str(value)


def _parts(version: LanguageVersion) -> list[tuple[str, str]]:
    outer = _outer(version)
    clauses = [(f"clause {number}", words) for number, words in enumerate(_clauses(version), 1)]
    return [*outer[:-1], *clauses, outer[-1]] if outer[-1][1] else [*outer[:-1], *clauses]


def _outer(version: LanguageVersion) -> list[tuple[str, str]]:
    return [
        ("title", version.title),
        ("specimen", version.specimen),
        ("preamble", _joined(version.preamble)),
        ("closing", _joined(version.closing)),
    ]


def _clauses(version: LanguageVersion) -> list[str]:
    return [f"{clause.heading}\n{_joined(clause.paragraphs)}" for clause in version.clauses]


def _joined(paragraphs: tuple[Paragraph, ...]) -> str:
    return "\n".join(
        line for one in paragraphs for line in (one.text, *(f"\u2013 {point}" for point in one.points))
    )


def _versions(lang: str, before: LanguageVersion, after: LanguageVersion) -> Iterator[Change]:
    *opening, (_, closing) = _outer(before)
    *newer_opening, (_, newer_closing) = _outer(after)
    for (where, old), (_, new) in zip(opening, newer_opening, strict=True):
        yield from _outer_change(lang, where, old, new)
    yield from _clause_changes(lang, _clauses(before), _clauses(after))
    yield from _outer_change(lang, "closing", closing, newer_closing)


def _outer_change(lang: str, where: str, old: str, new: str) -> Iterator[Change]:
    if old != new:
        if not old:
            yield _whole(Kind.ADDED, lang, where, new)
        elif not new:
            yield _whole(Kind.REMOVED, lang, where, old)
        else:
            yield _changed(lang, where, old, new)


def _clause_changes(lang: str, old: list[str], new: list[str]) -> Iterator[Change]:
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for tag, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        if tag == "equal":
            continue
        here = range(new_start, new_end)
        for index in range(old_start, old_end):
            kin = index - old_start + new_start
            if kin in here and _kin(old[index], new[kin]):
                yield _changed(lang, f"clause {kin + 1}", old[index], new[kin])
            else:
                yield _whole(Kind.REMOVED, lang, f"clause {index + 1}", old[index])
                if kin in here:
                    yield _whole(Kind.ADDED, lang, f"clause {kin + 1}", new[kin])
        for index in range(new_start + (old_end - old_start), new_end):
            yield _whole(Kind.ADDED, lang, f"clause {index + 1}", new[index])


def _kin(old: str, new: str) -> bool:
    """Whether two clauses share enough words, or their heading, to be one clause that changed."""
    if old.partition("\n")[0] == new.partition("\n")[0] != "":
        return True
    words = set(old.split()), set(new.split())
    return 100 * len(words[0] & words[1]) >= MIN_KINSHIP * max(len(words[0]), len(words[1]))


def _whole(kind: Kind, lang: str, where: str, words: str) -> Change:
    return Change(kind=kind, lang=lang, where=where, runs=(Run(kind, words),))


def _changed(lang: str, where: str, old: str, new: str) -> Change:
    a, b = _WORD.findall(old), _WORD.findall(new)
    if len(a) + len(b) > MAX_COMPARED_WORDS:
        a, b = old.splitlines(keepends=True), new.splitlines(keepends=True)
    runs: list[Run] = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == "equal":
            runs.append(Run(Kind.SAME, "".join(a[i1:i2])))
            continue
        if i1 < i2:
            runs.append(Run(Kind.REMOVED, "".join(a[i1:i2])))
        if j1 < j2:
            runs.append(Run(Kind.ADDED, "".join(b[j1:j2])))
    return Change(kind=Kind.CHANGED, lang=lang, where=where, runs=tuple(runs))


def format_difference(changes: Sequence[Change], *, colour: bool = False) -> str:
    """Write a difference for a terminal.

    Args:
        changes: As from `difference`.
        colour: Whether to mark words with ANSI colours instead of ``[-removed-]`` and ``{+added+}``.

    Returns:
        Lines of text; "No difference." if there are no changes.
    """
    if not changes:
        return "No difference."
    removed, added = ("\033[31m", "\033[0m"), ("\033[32m", "\033[0m")
    if not colour:
        removed, added = ("[-", "-]"), ("{+", "+}")
    marks = {Kind.SAME: ("", ""), Kind.REMOVED: removed, Kind.ADDED: added}
    lines: list[str] = []
    for change in changes:
        place = f"{change.lang}, {change.where}" if change.lang else change.where
        lines.append(f"{place} ({change.kind.value})")
        words = "".join(marks[run.kind][0] + run.words + marks[run.kind][1] for run in change.runs)
        lines += [f"    {line}" for line in words.splitlines()]
    return "\n".join(lines)
