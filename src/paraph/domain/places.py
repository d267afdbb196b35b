"""Places in a text, as its own error messages name them: "clause 3, paragraph 1".

Whatever is said about a text, a comment or a reviser's tick, names its place in these words, so that two nodes, and a
person who reads the log, find the same lines.

Source: docs/spec/acts.md section 5a.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paraph.domain.texts import LanguageVersion, Paragraph

__all__ = ["WHOLE", "paragraph_places", "places"]

WHOLE = ""
"""The place of what is said about all of a text."""


def places(version: LanguageVersion) -> frozenset[str]:
    """Every place of one language version at which something can be said.

    Args:
        version: The version.

    Returns:
        The whole (""), the parts ("clause 3"), and all inside them down to the points.
    """
    parts = {where.partition(", ")[2] for where, _ in version.words("-")}
    clauses = {f"clause {number}" for number in range(1, len(version.clauses) + 1)}
    return frozenset({WHOLE, "preamble", "closing"} | parts | clauses)


def paragraph_places(version: LanguageVersion) -> tuple[str, ...]:
    """What a reviser ticks: title, headings and paragraphs (with their points), in the order of reading."""
    found = ["title", *_numbered("preamble", version.preamble)]
    for number, clause in enumerate(version.clauses, 1):
        found += [f"clause {number}, heading"] if clause.heading else []
        found += _numbered(f"clause {number}", clause.paragraphs)
    return (*found, *_numbered("closing", version.closing))


def _numbered(where: str, paragraphs: tuple[Paragraph, ...]) -> Iterator[str]:
    return (f"{where}, paragraph {number}" for number in range(1, len(paragraphs) + 1))
