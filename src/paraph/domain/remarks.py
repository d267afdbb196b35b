"""Remarks on a text: what a drafter should look at, with the place and what to do."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Remark"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One remark.

    Attributes:
        code: Stable kebab-case name.
        lang: Language of the version it is about.
        where: Place ("clause 3, paragraph 1"), as in the text's own error messages.
        message: What is noticed and what to do.
        word: The word it is about, or "".
        suggestion: What to write instead, or "".
    """

    code: str
    lang: str
    where: str
    message: str
    word: str = ""
    suggestion: str = ""
