"""The readiness page: go or no-go; arrangements and confirmations, voided by a change."""

from __future__ import annotations

import re

import pytest

from tests.support.nodes import World
from tests.support.site import officer, signed_in
from tests.unit.node.signing.conftest import Pages

ARRANGED = {
    "place": "Northtown",
    "zone": "Europe/Belgrade",
    "telephone_here": "+000 1",
    "telephone_there": "+000 2",
    "flags": "two flags, hoist to the left",
    "precedence": "the host enters last",
}


@pytest.fixture
def pages(people: None) -> Pages:
    world = World.at("planned")
    return Pages(world, world.first)


def text_of(pages: Pages, *roles: str) -> str:
    return pages.as_(*(roles or ("treaty-officer",))).get(pages.at("readiness")).content.decode()


def digest_in(text: str, what: str) -> str:
    found = re.search(
        rf'name="what" value="{what}"><input type="hidden" name="digest" value="([0-9a-f]+)"', text
    )
    assert found
    return found[1]


def protocol_digest(text: str) -> str:
    found = re.search(r'readiness/protocol">.*?name="digest" value="([0-9a-f]+)"', text, re.DOTALL)
    assert found
    return found[1]


def test_from_no_go_to_go(pages: Pages) -> None:
    assert "NO GO" in text_of(pages)
    browser = pages.as_("treaty-officer")
    for here, there in (("first", "second"), ("first", "middle")):
        with getattr(pages.world, here).store.write() as uow:
            uow.set_setting(f"heard:{getattr(pages.world, there).party}", pages.world.first.node.clock.now())
    assert browser.post(pages.at("readiness/try")).status_code == 303
    assert browser.post(pages.at("readiness/arrangements"), ARRANGED).status_code == 303
    text = text_of(pages)
    for what in ("languages", "names"):
        answer = browser.post(pages.at("readiness/confirm"), {"what": what, "digest": digest_in(text, what)})
        assert answer.status_code == 303
    digest = protocol_digest(text)
    assert browser.post(pages.at("readiness/protocol"), {"digest": digest}).status_code == 303
    assert "NO GO" in text_of(pages)  # one person is not two
    assert browser.post(pages.at("readiness/protocol"), {"digest": digest}).status_code == 409
    second = pages.as_("protocol-officer")
    assert second.post(pages.at("readiness/protocol"), {"digest": digest}).status_code == 303
    text = text_of(pages)
    assert "NO GO" not in text, re.findall(r">No go<.*?</td>.*?</td>", text, re.DOTALL)
    assert "+000 2" in text
    assert "Confirmed by The treaty-officer and The protocol-officer." in re.sub("<[^>]+>", "", text)


def test_a_change_voids_what_was_confirmed(pages: Pages) -> None:
    browser, second = pages.as_("treaty-officer"), pages.as_("protocol-officer")
    browser.post(pages.at("readiness/arrangements"), ARRANGED)
    digest = protocol_digest(text_of(pages))
    for one in (browser, second):
        one.post(pages.at("readiness/protocol"), {"digest": digest})
    assert "Two people have to confirm flags" not in text_of(pages)
    browser.post(pages.at("readiness/arrangements"), {**ARRANGED, "flags": "three flags"})
    assert "Two people have to confirm flags" in text_of(pages)
    assert browser.post(pages.at("readiness/protocol"), {"digest": digest}).status_code == 409


def test_only_what_was_on_the_page_is_confirmed(pages: Pages) -> None:
    browser = pages.as_("treaty-officer")
    for form in ({"what": "names", "digest": "00" * 32}, {"what": "flags", "digest": "x"}, {}):
        assert browser.post(pages.at("readiness/confirm"), form).status_code == 409


def test_arrangements_that_are_wrong_are_kept_for_correction(pages: Pages) -> None:
    browser = pages.as_("protocol-officer")
    answer = browser.post(pages.at("readiness/arrangements"), {**ARRANGED, "zone": "Nowhere/Town"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#zone"' in text
    assert "the host enters last" in text
    assert (
        browser.post(pages.at("readiness/arrangements"), {**ARRANGED, "flags": "x" * 5000}).status_code == 422
    )


def test_what_fails_when_tried_is_told(pages: Pages) -> None:
    pages.world.first.desk.signers.clear()
    pages.world.first.node.timestamper = None
    pages.as_("treaty-officer").post(pages.at("readiness/try"))
    text = text_of(pages)
    assert text.count("It failed when it was tried.") == 2
    assert "no time-stamp authority is set" in text


def test_arranged_place_and_zone_stand_beside_the_signature(pages: Pages) -> None:
    pages.as_("protocol-officer").post(pages.at("readiness/arrangements"), ARRANGED)
    minister = signed_in(
        officer("The minister", "signatory", dossier=pages.world.dossier, signatory="north.fm")
    )
    assert minister.post(pages.room("sign")).status_code == 303
    slot = pages.world.first.plan.deposits["north"].body.signatures[0].slot  # type: ignore[index]
    assert slot.place == "Northtown"
    assert slot.local_date


@pytest.mark.parametrize("role", ["auditor", "legal-adviser", "signatory"])
def test_others_read_and_change_nothing(pages: Pages, role: str) -> None:
    browser = pages.as_(role)
    assert browser.get(pages.at("readiness")).status_code == 200
    for path in ("try", "arrangements", "confirm", "protocol"):
        assert browser.post(pages.at(f"readiness/{path}"), ARRANGED).status_code == 403


@pytest.mark.parametrize("lang", ["en", "he", "sq"])
def test_pages_in_every_language(pages: Pages, lang: str) -> None:
    browser = pages.as_("treaty-officer", lang=lang)
    for path in ("readiness", "readiness/arrangements"):
        assert browser.get(pages.at(path)).status_code == 200


@pytest.mark.parametrize("lang", ["en", "he", "sq"])
def test_a_concluded_dossier_says_that_nothing_is_left_to_be_signed(people: None, lang: str) -> None:
    world = World.at("concluded")
    pages = Pages(world, world.first)
    text = pages.as_("treaty-officer", lang=lang).get(pages.at("readiness")).content.decode()
    said = {
        "en": ("CONCLUDED", "nothing is left to be signed"),
        "he": ("הושלם", "לא נותר דבר לחתום עליו"),
        "sq": ("E PËRFUNDUAR", "nuk mbetet asgjë për t"),
    }
    assert all(words in text for words in said[lang])
    assert f"/dossiers/{world.dossier}/take" in text
    assert "NO GO" not in text
    assert "readiness/try" not in text  # nothing is asked of anybody any more
    assert "readiness/confirm" not in text
