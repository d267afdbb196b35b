"""Plan and exchange pages: what is promised, what has come, stopping, countersigning at command."""

from __future__ import annotations

import pytest

from paraph.domain.acts import Mode
from paraph.domain.standing import PlanState
from tests.support.nodes import World
from tests.unit.node.signing.conftest import Pages


def ordered(**settings: object) -> Pages:
    world = World.at("agreed", **settings)
    for name in world.parties:
        world[name].order()
    world.settle()
    return Pages(world, world.first)


@pytest.fixture
def agreed(people: None) -> Pages:
    return ordered()


def form(**changes: object) -> dict[str, object]:
    return {
        "mode": "mediated",
        "signatory-north": "north.fm",
        "signatory-south": "south.fm",
        "instruments": ["X/2026/1"],
        "minutes": "90",
        **changes,
    }


def test_a_plan_is_proposed_shown_and_accepted(agreed: Pages) -> None:
    browser = agreed.as_("treaty-officer")
    text = browser.get(agreed.at("plan")).content.decode()
    assert "Propose a plan" in text
    answer = browser.post(agreed.at("plan/propose"), form())
    assert (answer.status_code, answer["Location"]) == (303, agreed.at("plan"))
    plan = agreed.world.first.plan
    assert (plan.body.mode, plan.state) == (Mode.MEDIATED, PlanState.PROPOSED)
    text = browser.get(agreed.at("plan")).content.decode()
    assert "A mediator that colludes with a party" in text
    assert "Waits" in text
    assert browser.post(agreed.at("plan/propose"), form()).status_code == 409  # one is under way
    agreed.world.settle()
    others = Pages(agreed.world, agreed.world.second)
    assert others.as_("treaty-officer").post(others.at("plan/accept")).status_code == 303
    agreed.world.settle()
    assert "south" in agreed.world.first.plan.accepted


def test_without_a_mediator_the_page_says_what_nobody_can_promise(agreed: Pages) -> None:
    browser = agreed.as_("treaty-officer")
    assert browser.post(agreed.at("plan/propose"), form(mode="direct")).status_code == 303
    text = browser.get(agreed.at("plan")).content.decode()
    assert "Without a mediator nobody can promise that signatures change hands at once." in text


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"minutes": "4"}, "minutes"),
        ({"minutes": "soon"}, "minutes"),
        ({"minutes": "9" * 40}, "minutes"),
        ({"mode": ""}, "mode"),
        ({"signatory-north": "nobody"}, "signatory-north"),
    ],
)
def test_a_plan_filled_in_wrongly_says_where(agreed: Pages, change: dict[str, str], field: str) -> None:
    answer = agreed.as_("treaty-officer").post(agreed.at("plan/propose"), form(**change))
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.content.decode()
    assert agreed.world.first.standing.plan is None


@pytest.mark.parametrize("pages", ["planned"], indirect=True)
def test_the_exchange_is_followed_from_deposit_to_containers(pages: Pages) -> None:
    browser = pages.as_("auditor")
    address = pages.at("exchange")
    answer = browser.get(address)
    text = answer.content.decode()
    assert "Before the release anyone may stop; after it anyone can obtain everything." in text
    assert text.count("Not in yet") == 2
    assert int(answer["Refresh"]) >= 10
    mark = browser.get(pages.at("exchange/state.json")).json()
    pages.world.first.deposit()
    assert browser.get(pages.at("exchange/state.json")).json()["mark"] != mark["mark"]
    assert "In, not checked yet" in browser.get(address).content.decode()
    pages.world.second.deposit()
    pages.world.settle()
    answer = browser.get(address)
    text = answer.content.decode()
    assert "nobody can stop it any more" in text
    assert "2 of 2" in text
    assert "Stop the exchange" not in text
    assert "Refresh" not in answer  # nothing is still to come


@pytest.mark.parametrize("pages", ["planned"], indirect=True)
def test_stopping_says_first_what_comes_of_it(pages: Pages) -> None:
    browser = pages.as_("treaty-officer")
    address = pages.at("exchange/stop")
    assert "The exchange ends at once." in browser.get(address).content.decode()
    assert browser.post(address, {"reason": "  "}).status_code == 422
    answer = browser.post(address, {"reason": "the minister is ill"})
    assert (answer.status_code, answer["Location"]) == (303, pages.at("exchange"))
    pages.world.settle()
    assert pages.world.first.plan.state is PlanState.ABORTED
    text = browser.get(pages.at("exchange")).content.decode()
    assert "The exchange was stopped" in text
    assert "the minister is ill" in text
    assert browser.get(address).status_code == 303  # there is nothing to stop
    assert "Propose a plan" in browser.get(pages.at("plan")).content.decode()


@pytest.mark.parametrize("pages", ["deposited"], indirect=True)
def test_after_the_release_it_is_too_late(pages: Pages) -> None:
    browser = pages.as_("treaty-officer")
    pages.world.settle()
    answer = browser.post(pages.at("exchange/stop"), {"reason": "too late"})
    assert answer.status_code in (303, 409)
    assert pages.world.first.plan.state is not PlanState.ABORTED


def test_countersigning_at_command(people: None) -> None:
    world = World.at("deposited", countersign=False)
    world.settle()
    pages = Pages(world, world.first)
    browser = pages.as_("treaty-officer")
    assert "Countersign now" in browser.get(pages.at("exchange")).content.decode()
    assert browser.post(pages.at("exchange/countersign")).status_code == 303
    assert browser.post(pages.at("exchange/countersign")).status_code == 409  # done
    world.second.countersign()
    world.settle()
    world.assert_concluded()


@pytest.mark.parametrize("pages", ["planned"], indirect=True)
def test_a_duty_that_fails_is_told(pages: Pages) -> None:
    with pages.member.store.write() as uow:
        uow.set_setting(f"duty:{pages.world.dossier}:reveal", "the disk is full")
    assert "the disk is full" in pages.as_("auditor").get(pages.at("exchange")).content.decode()


@pytest.mark.parametrize("stage", ["open", "agreed", "planned", "deposited", "concluded"])
@pytest.mark.parametrize("lang", ["en", "he", "sq"])
def test_every_stage_in_every_language(people: None, stage: str, lang: str) -> None:
    world = World.at(stage)
    for member in (world.first, world.middle):
        pages = Pages(world, member)
        browser = pages.as_("treaty-officer", lang=lang)
        for path in ("authority", "plan", "exchange", "readiness"):
            answer = browser.get(pages.at(path))
            assert answer.status_code == 200, (member.party, path)
            assert b"style=" not in answer.content


@pytest.mark.parametrize("pages", ["planned"], indirect=True)
@pytest.mark.parametrize("role", ["legal-adviser", "auditor", "signatory"])
def test_others_read_and_do_nothing(pages: Pages, role: str) -> None:
    browser = pages.as_(role)
    assert browser.get(pages.at("exchange")).status_code == 200
    for path in ("exchange/stop", "exchange/countersign", "plan/accept", "plan/propose"):
        assert browser.post(pages.at(path), {"reason": "x"}).status_code == 403
    assert pages.world.first.plan.state is PlanState.OPEN
