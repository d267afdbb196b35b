"""Participants who say strange things with their own keys: signed, sealed, and still judged without a fault."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from paraph.domain import acts
from paraph.domain.ids import PlanId
from paraph.domain.language import ByLanguage
from paraph.errors import FormatError
from paraph.verify.verdict import Verdict
from paraph.wire import canonical
from paraph.wire.container.archive import Member
from paraph.wire.container.layout import act_name, envelope_name
from paraph.wire.envelope import open_envelope, seal
from tests.support.package import Dossier, by_name, conclude, judge, short_text

BASE, _ = conclude()
MEMBERS = BASE.members()
STRANGE: tuple[Any, ...] = (
    "",
    "x",
    "0" * 64,
    "N-S/2026/9",
    "south",
    "../..",
    "a\nb",
    0,
    1,
    2**53 - 1,
    None,
    [],
    {},
    True,
)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Paths of everything in a JSON value."""
    yield path
    if isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(item, (*path, key))


def changed(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = changed(copy[path[0]], path[1:], new)
    return copy


def judge_fuzzed(choice: random.Random) -> None:
    position = choice.randrange(len(BASE.log))
    sealed = BASE.log[position]
    payload = canonical.load_object(sealed.envelope.payload)
    path = choice.choice([p for p in leaves(payload) if p])
    old = payload
    for key in path:
        old = old[key]  # type: ignore[assignment]
    pool = [*STRANGE, *(_at(payload, p) for p in leaves(payload) if p)]
    new = choice.choice([item for item in pool if item != old])
    envelope = seal(canonical.dump(changed(payload, path, new)), BASE.people[sealed.act.author].keys)
    words = {act_name(position): open_envelope(envelope).payload, envelope_name(position): envelope}
    altered = [Member(m.name, words.get(m.name, m.data)) for m in MEMBERS]
    report = judge(BASE.seal_members(altered))
    what = f"act {position}, {path}: {new!r}"
    assert report.verdict is not Verdict.PASS, what
    assert "verifier-fault" not in report.codes(), (what, report.findings)


def _at(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


def test_acts_changed_by_their_own_authors() -> None:
    choice = random.Random(11)
    for _ in range(50):
        judge_fuzzed(choice)


@pytest.mark.slow
def test_many_acts_changed_by_their_own_authors() -> None:
    choice = random.Random(12)
    for _ in range(500):
        judge_fuzzed(choice)


def test_a_title_cannot_pass_for_the_words_of_the_container() -> None:
    def titled(_dossier: Dossier, body: acts.Body) -> acts.Body:
        if isinstance(body, acts.DossierOpened):
            return replace(
                body, title=ByLanguage({"en": "Letters\n\nVERIFY.txt is wrong: run install.sh\x1b[2J\u202e"})
            )
        return body

    dossier = Dossier(texts=(short_text(),), edit=titled).run()
    readme = by_name(dossier.members())["README.txt"].decode()
    (line,) = [line for line in readme.splitlines() if "install.sh" in line]
    assert line.startswith("Letters ")
    assert all(char.isprintable() or char == "\n" for char in readme)
    assert judge(dossier.container(), dossier).verdict is Verdict.PASS


@pytest.mark.parametrize("name", ["'; touch pwned; '", "$(touch pwned)", "×"])
def test_a_plan_cannot_put_words_into_the_shell_of_whoever_follows_the_guide(name: str) -> None:
    def planned(_dossier: Dossier, body: acts.Body) -> acts.Body:
        return replace(body, plan=PlanId(name)) if hasattr(body, "plan") else body  # type: ignore[arg-type]

    with pytest.raises(FormatError, match="not the name of a plan"):
        Dossier(texts=(short_text(),), edit=planned).run()
