"""The catalogues are complete, and their placeholders are those of the English."""

from __future__ import annotations

import gettext
import re
from pathlib import Path

import pytest

import paraph.node.signing

FOLDER = Path(paraph.node.signing.__file__).parent
NAMED = re.compile(r"%\(\w+\)s")


def catalogue(lang: str) -> dict[object, str]:
    with (FOLDER / "locale" / lang / "LC_MESSAGES" / "django.mo").open("rb") as file:
        found: dict[object, str] = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    return found


def sources() -> set[str]:
    """What templates and modules ask to be translated, as far as it stands on one line."""
    found: set[str] = set()
    for path in FOLDER.rglob("*.html"):
        found |= set(re.findall(r'\{% translate "([^"]+)"', path.read_text("utf-8")))
    for path in FOLDER.rglob("*.py"):
        found |= set(re.findall(r'\b_\("([^"]+)"\)', path.read_text("utf-8")))
    return found


@pytest.mark.parametrize("lang", ["he", "sq"])
def test_everything_is_translated(lang: str) -> None:
    known = catalogue(lang)
    assert sources() - {key for key in known if isinstance(key, str) and known[key]} == set()


@pytest.mark.parametrize("lang", ["he", "sq"])
def test_placeholders_are_kept(lang: str) -> None:
    for key, words in catalogue(lang).items():
        if isinstance(key, str) and key:
            assert sorted(NAMED.findall(key)) == sorted(NAMED.findall(words)), key
