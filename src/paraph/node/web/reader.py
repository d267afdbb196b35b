"""In which language the reader of a page is shown what is there in several."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language

from paraph.domain.language import LINGUA_FRANCA, ByLanguage, nearest

__all__ = ["readers_language"]


def readers_language(values: Mapping[str, Any] | ByLanguage[Any]) -> str:
    """The language of the page if the values have it, else the nearest; empty if there are none."""
    return nearest(values.keys(), get_language() or LINGUA_FRANCA)
