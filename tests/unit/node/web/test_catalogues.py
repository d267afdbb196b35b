"""The interface speaks three languages completely: every catalogue of every application."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import polib
import pytest

NODE = Path(__file__).resolve().parents[4] / "src" / "paraph" / "node"

CATALOGUES = sorted(NODE.glob("*/locale/*/LC_MESSAGES/django.po"))

PLACES = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


def entries(path: Path) -> list[Any]:
    return [entry for entry in polib.pofile(str(path)) if not entry.obsolete]


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: "/".join(path.relative_to(NODE).parts[0:3:2]))
def test_a_catalogue_is_complete_and_compiled(path: Path) -> None:
    missing = [entry.msgid for entry in entries(path) if not entry.translated()]
    assert not missing
    compiled = {
        (entry.msgctxt, entry.msgid): entry.msgstr for entry in polib.mofile(str(path.with_suffix(".mo")))
    }
    stale = [
        e.msgid
        for e in entries(path)
        if not e.msgid_plural and compiled.get((e.msgctxt, e.msgid)) != e.msgstr
    ]
    assert not stale, "compile it again with msgfmt"


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: "/".join(path.relative_to(NODE).parts[0:3:2]))
def test_a_translation_keeps_every_place_of_a_value(path: Path) -> None:
    lost = [
        entry.msgid
        for entry in entries(path)
        for words in (entry.msgstr_plural.values() if entry.msgid_plural else (entry.msgstr,))
        if not set(PLACES.findall(words)) <= set(PLACES.findall(entry.msgid + entry.msgid_plural))
        or (not entry.msgid_plural and set(PLACES.findall(words)) != set(PLACES.findall(entry.msgid)))
    ]
    assert not lost


def test_every_catalogue_exists_in_both_languages() -> None:
    applications = {path.parents[3].name for path in CATALOGUES}
    assert {"web"} <= applications
    for application in applications:
        assert {p.parents[1].name for p in CATALOGUES if p.parents[3].name == application} == {"he", "sq"}


def strings_of(application: Path) -> set[str]:
    """What templates mark for translation, simple strings only."""
    found = set()
    for path in application.glob("templates/**/*.html"):
        found |= set(re.findall(r'{%\s*translate "([^"]+)"', path.read_text("utf-8")))
    return found


@pytest.mark.parametrize("lang", ["he", "sq"])
@pytest.mark.parametrize(
    "application", sorted(p.parent for p in NODE.glob("*/locale")), ids=lambda path: path.name
)
def test_every_string_of_a_template_is_in_the_catalogue(application: Path, lang: str) -> None:
    path = application / "locale" / lang / "LC_MESSAGES" / "django.po"
    assert strings_of(application) <= {entry.msgid for entry in entries(path)}, "run makemessages"
