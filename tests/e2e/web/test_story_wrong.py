"""The same story with everything that goes wrong on such a day: each time the page says what happened, and it goes on."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from paraph.cli.demo.stage import Stage
from tests.e2e.web.persons import Ministry, Person, material, ministry, served
from tests.e2e.web.steps import (
    TITLES,
    agree,
    authorise,
    conclude,
    describe,
    of,
    open_dossier,
    plan,
    sign,
    step,
)
from tests.e2e.web.test_story import restart, stage

__all__ = ["stage"]

WRONG = "# no front matter\n\nThis is no instrument.\n"


@pytest.fixture
def wrong_file(tmp_path: Path) -> str:
    file = tmp_path / "en.md"
    file.write_text(WRONG, "utf-8")
    return str(file)


def test_everything_goes_wrong_once_and_the_package_is_concluded(
    stage: Stage, browser: Browser, wrong_file: str
) -> None:
    with ExitStack() as kept:
        israel = ministry(stage, kept, browser, "israel", lang="en")
        kosovo = ministry(stage, kept, browser, "kosovo", lang="en")
        both = (israel, kosovo)
        nobody_to_agree_with(israel)
        open_dossier(stage, israel, kosovo)
        a_signatory_without_id(stage, israel)
        for one in both:
            describe(stage, one)
        a_file_that_is_no_text(stage, israel.officer, wrong_file)
        agree(stage, israel, kosovo, count=1)
        not_the_ministers_business(stage, israel.minister)
        for one in both:
            authorise(stage, one)
        too_early_in_the_room(stage, israel.minister)
        plan(stage, israel, kosovo)
        a_form_sent_twice(stage, kosovo)
        a_finger_that_is_not_recognised(stage, israel.minister)
        sign(stage, israel)
        stopped_and_planned_again(stage, israel, kosovo)
        a_node_that_stops_in_the_room(stage, kosovo)
        for one in both:
            sign(stage, one)
        conclude(stage, *both)
        signed_already(stage, israel.minister)


def refused(who: Person, *words: str) -> None:
    """The page says what is wrong, in its own words."""
    said = who.text()
    for word in words:
        assert word in said, said[:2000]


def nobody_to_agree_with(one: Ministry) -> None:
    who = one.officer
    who.go("/dossiers/open")
    who.fill({"title-en": TITLES["title-en"]})
    who.send()
    refused(who, "Choose at least one other party")
    assert who.page.input_value('[name="title-en"]') == TITLES["title-en"], "what was entered is kept"


def a_signatory_without_id(stage: Stage, one: Ministry) -> None:
    who = one.officer
    who.go(of(stage, "describe"))
    who.fill({"name-0-en": "Somebody"})
    who.send()
    refused(who, "Give the signatory a short id")
    assert who.page.input_value('[name="name-0-en"]') == "Somebody"


def a_file_that_is_no_text(stage: Stage, who: Person, file: str) -> None:
    """A draft takes anything; it says what is wrong, loses nothing, and cannot be proposed."""
    who.go(of(stage, "drafts/new"))
    who.page.locator('main input[name="files"]').set_input_files(file)
    who.send()
    if "/drafts/new" not in who.page.url:
        who.press('main button[name="do"][value="preview"]')
        assert "preview" not in who.page.url
        assert "This is no instrument" in who.page.content()
    assert who.page.locator("main .govuk-error-message, main .govuk-error-summary").count(), who.text()[:1500]


def not_the_ministers_business(stage: Stage, who: Person) -> None:
    """What the role does not include is refused, whatever is typed as address."""
    assert who.browsing.open(f"{who.url}{of(stage, 'authority/powers')}") == 403
    who.go("/")


def too_early_in_the_room(stage: Stage, who: Person) -> None:
    who.go(f"/room/{stage.dossier}/")
    assert who.page.locator(".paraph-room__told").count(), who.text()
    assert not who.page.locator("form").count(), "there is nothing to sign yet"


def a_form_sent_twice(stage: Stage, one: Ministry) -> None:
    """Back, and once more: the plan is accepted once."""
    who = one.officer
    who.page.go_back()
    form = who.page.locator('form[action$="/plan/accept"]')
    if form.count():
        who.send('form[action$="/plan/accept"]')
    who.go(of(stage, "plan"))
    shown = stage.command(one.party, "dossier", "log", "--dossier", stage.dossier)
    accepted = [act for act in shown if act["type"] == "plan-accepted" and act["author"] == one.party]
    assert len(accepted) == 1


def last_step(stage: Stage, who: Person) -> None:
    prepare = 'form[action$="/prepare"] button'
    who.until(
        f"/room/{stage.dossier}/",
        lambda page: bool(page.locator(prepare).count()),
        "the way to the last step",
    )
    who.press(prepare)


def deposited(stage: Stage, party: str) -> bool:
    shown = stage.command(party, "dossier", "log", "--dossier", stage.dossier)
    return any(act["type"] == "signature-deposited" and act["author"] == party for act in shown)


def a_finger_that_is_not_recognised(stage: Stage, who: Person) -> None:
    last_step(stage, who)
    who.key.refuse()
    who.page.locator("form[data-passkey=get] button").first.click()
    who.page.locator('[data-says="cancelled"]').wait_for(state="visible")
    assert not deposited(stage, "israel"), "nothing half-done"
    who.key.accept()


def stopped_and_planned_again(stage: Stage, first: Ministry, second: Ministry) -> None:
    """Before the release anybody may stop; then there is another plan, and everything is signed once more."""
    step(second.officer, of(stage, "exchange/stop"), reason="the wrong flag stands in the room")
    stage.until("stopped", lambda d: d.plan is not None and d.plan.state == "aborted")
    first.minister.go(f"/room/{stage.dossier}/")
    refused(first.minister, "stopped")
    plan(stage, first, second)


def a_node_that_stops_in_the_room(stage: Stage, one: Ministry) -> None:
    """The node is gone in the middle; when it is back, the session goes on and the step is done once more."""
    who = one.minister
    last_step(stage, who)
    restart(stage, one.party)
    served(stage)
    who.go(f"/room/{stage.dossier}/last")
    assert who.page.locator("form[data-passkey=get]").count(), who.text()


def signed_already(stage: Stage, who: Person) -> None:
    who.go(f"/room/{stage.dossier}/")
    assert who.page.url.endswith("/done")
    assert len(material(stage)) == 3
