"""What pages about people say: every refusal of this application has words, in all three languages."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from paraph.errors import LocalActError
from paraph.node.people.roles import Role

SRC = Path(__file__).resolve().parents[4] / "src" / "paraph" / "node" / "people"


def raised() -> set[str]:
    """Codes of refusals that the source raises."""
    found = set()
    for path in SRC.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "LocalActError":
                code = node.args[0]
                assert isinstance(code, ast.Constant)
                found.add(str(code.value))
    return found


def test_every_refusal_has_words() -> None:
    from paraph.node.people.refusals import REFUSALS

    assert raised() == set(REFUSALS)


@pytest.mark.parametrize("lang", ["he", "sq"])
def test_they_are_in_the_language_of_the_page(lang: str) -> None:
    from django.utils import translation

    from paraph.node.people.deeds import DEEDS
    from paraph.node.people.refusals import REFUSALS
    from paraph.node.people.role_names import ROLE_HINTS, ROLE_NAMES
    from paraph.node.web.reasons import reason_in_words

    words = {**REFUSALS, **ROLE_NAMES, **ROLE_HINTS, **DEEDS}
    with translation.override("en"):
        english = {code: str(text) for code, text in words.items()}
    with translation.override(lang):
        same = [code for code, text in words.items() if str(text) == english[code]]
        assert reason_in_words(LocalActError("second-done", "…")) == str(REFUSALS["second-done"])
    assert not [code for code in same if (lang, code) not in {("sq", "administrator"), ("sq", "auditor")}]


def test_every_role_has_a_name_and_a_purpose() -> None:
    from paraph.node.people.role_names import ROLE_HINTS, ROLE_NAMES

    assert set(ROLE_NAMES) == set(ROLE_HINTS) == set(Role)
