"""Why something was refused, in the languages of the pages. The exact words of a refusal are English; these stand before them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.translation import get_language, gettext, gettext_noop

__all__ = ["REASONS", "reason_in_words"]

REASONS: Final[Mapping[str, str]] = {
    "not-yet": gettext_noop("Something else has to happen first."),
}
"""By the code of the refusal: what it means for the person at the page."""


def reason_in_words(code: str) -> str:
    """What a refusal means, in the reader's language.

    Args:
        code: The code of the error.

    Returns:
        Empty if the reader reads English, in which the refusal itself is more exact, or the code is not known.
    """
    if (get_language() or "en").partition("-")[0] == "en" or code not in REASONS:
        return ""
    return gettext(REASONS[code])
