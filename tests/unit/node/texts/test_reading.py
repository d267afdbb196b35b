"""Reading pages: every page in every state and language, nothing of the text lost, everything escaped."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from paraph.app.revision import comment
from paraph.domain.language import ByLanguage
from paraph.domain.texts import Paragraph
from paraph.node.texts.addresses import number_of, slug_of
from paraph.wire.text_json import read_text
from tests.support.nodes import text
from tests.support.text_pages import NUMBER, pages_at

PAGES = (
    "",
    "versions",
    "concordance",
    "certificate",
    "originals",
    "accept",
    "initial",
    "reopen",
    "engross",
    "comment",
)


@pytest.mark.parametrize("stage", ["agreed", "planned", "deposited", "concluded"])
@pytest.mark.parametrize("lang", ["en", "he", "sq"])
def test_every_page_is_there_in_every_state_and_language(people: None, stage: str, lang: str) -> None:
    pages = pages_at(stage)
    client = pages.as_("treaty-officer", "reviser", lang=lang)
    assert client.get(f"{pages.folder}/texts/").status_code == 200
    for page in PAGES:
        answer = client.get(pages.here + page)
        assert answer.status_code == 200, page
        assert answer.content.decode().count("<h1") == 1, page


def test_the_text_stands_in_its_languages_each_with_its_direction(agreed: Any) -> None:
    page = agreed.client.get(agreed.here).content.decode()
    assert 'lang="he" dir="rtl"' in page
    assert 'id="clause-1"' in page
    one = text(NUMBER)
    for lang in ("en", "he"):
        for clause in one.versions[lang].clauses:
            assert clause.heading in page


def test_the_mediator_reads_and_is_offered_nothing_to_decide(people: None) -> None:
    from tests.support.site import officer, signed_in, site_of

    pages = pages_at("agreed")
    site_of(pages.world.middle)
    client = signed_in(officer("B. Officer", "treaty-officer", "reviser"))
    page = client.get(pages.here).content.decode()
    assert "Initial this text</a>" not in page
    assert client.post(pages.here + "accept", {"text": pages.table}).status_code == 409


@pytest.mark.parametrize("address", ["/dossiers/{}/texts/", "/dossiers/{}/texts/X~2026~1/"])
def test_an_unknown_dossier_is_not_there(agreed: Any, address: str) -> None:
    assert agreed.client.get(address.format("ab" * 32)).status_code == 404
    assert agreed.client.get(address.format("nothing")).status_code == 404


def test_an_unknown_instrument_is_not_there(agreed: Any) -> None:
    for slug in ("X~2026~2", "..", "X!2F2026!2F1", "~", "!", "X!zz"):
        assert agreed.client.get(f"{agreed.folder}/texts/{slug}/").status_code == 404


@pytest.mark.parametrize(
    "number", ["IL-KS/2021/1", "~", "//", "a b", "!", "../x", ".", "מס 7", "a?b#c%2F", "X~!2E"]
)
def test_a_number_and_its_address_belong_together(number: str) -> None:
    slug = slug_of(number)
    assert number_of(slug) == number
    assert "/" not in slug
    assert not slug.startswith(".")


def test_two_numbers_never_share_an_address() -> None:
    numbers = ["a/b", "a~b", "a!7Eb", "a!b", "a b", "a-b", "a//b", "a/ b"]
    assert len({slug_of(n) for n in numbers}) == len(numbers)


@pytest.mark.parametrize("name", ["en.md", "he.md", "en.xml", "text.json"])
def test_files_of_the_text_can_be_taken_away(agreed: Any, name: str) -> None:
    answer = agreed.client.get(f"{agreed.here}files/{name}")
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    if name == "text.json":
        assert read_text(answer.content) == text(NUMBER)


@pytest.mark.parametrize("name", ["fr.md", "text.pdf", "en.html", "..md"])
def test_other_files_are_not_there(agreed: Any, name: str) -> None:
    assert agreed.client.get(f"{agreed.here}files/{name}").status_code == 404


# --- versions


def counter(pages: Any) -> None:
    one = text(NUMBER)
    versions = dict(one.versions.items())
    versions["en"] = dataclasses.replace(versions["en"], closing=(Paragraph(text="<b>Another</b> closing."),))
    versions["he"] = dataclasses.replace(versions["he"], closing=(Paragraph(text="סיום אחר."),))
    pages.world.first.propose(dataclasses.replace(one, versions=ByLanguage(versions)))
    pages.world.settle()


def test_the_difference_is_told_to_who_cannot_see_it(proposed: Any) -> None:
    counter(proposed)
    page = proposed.client.get(proposed.here + "versions").content.decode()
    assert "<ins" in page
    assert "added:" in page
    assert "&lt;b&gt;Another" in page
    assert "<b>Another" not in page


def test_any_two_proposals_can_be_compared(proposed: Any) -> None:
    counter(proposed)
    backwards = proposed.client.get(proposed.here + "versions?from=2&to=1").content.decode()
    assert "<del" in backwards
    for query in ("?from=1&to=1", "?from=99&to=x", "?from=-1", "?from=²"):
        assert proposed.client.get(proposed.here + "versions" + query).status_code == 200


# --- comments


def test_a_comment_is_shown_at_its_place_with_its_answer(agreed: Any) -> None:
    world = agreed.world
    asked = comment(
        world.second.node, world.dossier, NUMBER, "Shall <i>or</i> will?", lang="en", where="clause 1"
    )
    world.settle()
    comment(world.first.node, world.dossier, NUMBER, "Will.", where="clause 1", in_reply_to=asked.id)
    page = agreed.client.get(agreed.here).content.decode()
    start, end = page.index('id="clause-1"'), page.index('id="closing"') if 'id="closing"' in page else None
    here = page[start:end]
    assert "Shall &lt;i&gt;or" in here
    assert here.index("Shall") < here.index("Will.")


def test_comments_of_an_earlier_text_are_still_there(proposed: Any) -> None:
    comment(proposed.world.first.node, proposed.world.dossier, NUMBER, "On the first one.")
    counter(proposed)
    page = proposed.client.get(proposed.here).content.decode()
    assert "Comments on earlier texts" in page
    assert "On the first one." in page
