"""The interface speaks three languages completely: every catalogue of every application."""

from __future__ import annotations

import ast
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


@pytest.mark.parametrize("lang", ["he", "sq"])
def test_a_phrase_is_translated_the_same_way_in_every_application(lang: str) -> None:
    """All catalogues of a language are merged into one: of two translations of a phrase only one is ever shown."""
    said: dict[tuple[str | None, str], dict[tuple[str, ...], list[str]]] = {}
    for path in CATALOGUES:
        if path.parents[1].name == lang:
            for one in entries(path):
                words = tuple(one.msgstr_plural.values()) if one.msgid_plural else (one.msgstr,)
                here = said.setdefault((one.msgctxt, one.msgid), {})
                here.setdefault(words, []).append(path.parents[3].name)
    several = {phrase: ways for phrase, ways in said.items() if len(ways) > 1}
    assert not several, "make them agree, or give each a context of its own"


MARKED = re.compile(
    r"""{%\s*translate (["'])(?P<msgid>.+?)\1(?:\s+context (["'])(?P<context>.+?)\3)?[^%]*%}"""
)


def strings_of(application: Path) -> set[tuple[str | None, str]]:
    """What templates mark for translation, each with its context; simple strings only."""
    found: set[tuple[str | None, str]] = set()
    for path in application.glob("templates/**/*.html"):
        words = path.read_text("utf-8")
        found |= {(one["context"], one["msgid"]) for one in MARKED.finditer(words)}
        found |= {(None, msgid) for msgid in re.findall(r'{%[^%]* _\("([^"]+)"\)', words)}
    return found


def strings_of_code(application: Path) -> set[tuple[str | None, str]]:
    """What modules mark for translation, each with its context; not what counts."""
    found: set[tuple[str | None, str]] = set()
    for path in application.glob("**/*.py"):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
                given = [one.value for one in call.args if isinstance(one, ast.Constant)]
                match call.func.id, given:
                    case "_" | "gettext" | "gettext_lazy" | "gettext_noop", [str(msgid)]:
                        found.add((None, msgid))
                    case "pgettext" | "pgettext_lazy", [str(context), str(msgid)]:
                        found.add((context, msgid))
                    case _:
                        pass
    return found


@pytest.mark.parametrize("lang", ["he", "sq"])
@pytest.mark.parametrize(
    "application", sorted(p.parent for p in NODE.glob("*/locale")), ids=lambda path: path.name
)
def test_every_string_of_an_application_is_in_its_catalogue(application: Path, lang: str) -> None:
    path = application / "locale" / lang / "LC_MESSAGES" / "django.po"
    assert strings_of(application) | strings_of_code(application) <= {
        (entry.msgctxt, entry.msgid) for entry in entries(path)
    }, "run makemessages"
