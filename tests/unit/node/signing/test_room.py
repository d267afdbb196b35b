"""The signing room: one gesture, certainty afterwards, and plain words whenever something is in the way."""

from __future__ import annotations

import re
from typing import Any

import pytest

from paraph.app.approval import present_passkeys
from paraph.domain.ids import Digest, PartyId
from paraph.domain.standing import PlanState
from paraph.node.people.public_keys import spki
from tests.support.authenticator import Authenticator, enrolled, options_of
from tests.support.nodes import World
from tests.unit.node.signing.conftest import Pages

NORTH, SOUTH = PartyId("north"), PartyId("south")


@pytest.fixture
def token(people: None) -> Pages:
    """No passkey is presented: the key signs after its owner has shown who he or she is."""
    world = World.at("planned")
    return Pages(world, world.first)


class Minister:
    """A signatory with an authenticator that was presented before the plan."""

    def __init__(self) -> None:
        import hashlib

        world = World.at("agreed")
        self.pages = Pages(world, world.first)
        self.browser = self.pages.as_("signatory")
        self.key: Authenticator = enrolled(self.pages.people["signatory"])
        passkey = self.key.passkeys[0]
        present_passkeys(
            world.first.node,
            world.dossier,
            "north.fm",
            [(Digest(hashlib.sha256(passkey.credential_id).hexdigest()), spki(passkey.cose()))],
            rp_id="localhost",
            origin=self.key.origin,
        )
        world.settle()
        world.make_plan()
        self.world = world

    def last_step(self) -> Any:
        answer = self.browser.post(self.pages.room("prepare"))
        assert answer.status_code == 303, answer.content.decode()
        return self.browser.get(answer["Location"])

    def approve(self, page: Any, **wrong: Any) -> Any:
        key = self.key
        for name, value in wrong.items():
            setattr(key, name, value)
        fields = {
            "prepared": re.search(r'name="prepared" value="([0-9a-f]{64})"', page.content.decode())[1],  # type: ignore[index]
            "passkey": key.assertion(options_of(page)),
        }
        return self.browser.post(self.pages.room("approve"), fields)


@pytest.fixture
def minister(people: None) -> Minister:
    return Minister()


# --- with a passkey


def test_the_room_says_what_for_whom_and_with_whom(minister: Minister) -> None:
    text = minister.browser.get(minister.pages.room()).content.decode()
    own = minister.world.first.standing.described[NORTH].signatories[0]
    assert own.name[own.script_lang] in text
    assert "Letters" in text
    assert minister.world.first.standing.described[SOUTH].names["en"].short in text
    assert "take effect only when every party has signed" in text


def test_the_challenge_is_the_act_that_says_what_is_approved(minister: Minister) -> None:
    from fido2.utils import websafe_decode

    page = minister.last_step()
    (act,) = minister.world.first.plan.prepared
    assert websafe_decode(options_of(page)["publicKey"]["challenge"]).hex() == act
    assert [len(options_of(page)["publicKey"]["allowCredentials"])] == [1]


def test_one_gesture_signs_and_the_package_is_concluded(minister: Minister) -> None:
    answer = minister.approve(minister.last_step())
    assert (answer.status_code, answer["Location"]) == (303, minister.pages.room("done"))
    told = minister.browser.get(answer["Location"]).content.decode()
    assert "You have signed" in told
    minister.world.second.deposit()
    minister.world.settle()
    minister.world.assert_concluded()
    told = minister.browser.get(answer["Location"]).content.decode()
    assert "You have signed" in told  # it stays true
    assert "Concluded" in told


def test_the_words_to_read_aloud_are_those_of_the_plan(minister: Minister) -> None:
    from paraph.wire.words import digest_words

    text = minister.last_step().content.decode()
    words = digest_words(minister.world.first.plan.proposal, 6)
    assert all(f"<span>{word}</span>" in text for word in words)


def test_reloading_the_last_step_asks_for_the_same_approval(minister: Minister) -> None:
    first = minister.last_step().content
    count = len(minister.world.first.feed("north"))
    again = minister.last_step().content
    assert len(minister.world.first.feed("north")) == count
    assert options_of_text(first) == options_of_text(again)


def options_of_text(content: bytes) -> str:
    return re.search(r'"challenge": "([^"]+)"', content.decode())[1]  # type: ignore[index]


def test_the_same_gesture_sent_twice_signs_once(minister: Minister) -> None:
    page = minister.last_step()
    first = minister.approve(page)
    signed = len(minister.world.first.signer.signed)
    second = minister.approve(page)
    assert (first["Location"], second["Location"]) == (minister.pages.room("done"),) * 2
    assert len(minister.world.first.signer.signed) == signed


@pytest.mark.parametrize(
    "wrong",
    [{"verified": False}, {"origin": "http://localhost:9"}, {"cross_origin": True}],
    ids=["not verified", "other pages", "in a frame"],
)
def test_a_passkey_that_was_not_used_as_it_should_signs_nothing(
    minister: Minister, wrong: dict[str, Any]
) -> None:
    answer = minister.approve(minister.last_step(), **wrong)
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "Your passkey was not accepted" in text
    assert "Nothing was signed" in text
    assert not minister.world.first.plan.deposits
    assert not minister.world.first.signer.signed
    minister.key.verified, minister.key.origin, minister.key.cross_origin = (
        True,
        Authenticator().origin,
        False,
    )
    assert minister.approve(minister.last_step()).status_code == 303  # and it can be tried again


def test_a_cancelled_passkey_leaves_the_page_as_it_was(minister: Minister) -> None:
    page = minister.last_step()
    act = next(iter(minister.world.first.plan.prepared))
    answer = minister.browser.post(minister.pages.room("approve"), {"prepared": act, "passkey": ""})
    assert answer.status_code == 409
    assert minister.approve(page).status_code == 303


def test_an_approval_of_something_else_is_refused(minister: Minister) -> None:
    page = minister.last_step()
    answer = minister.browser.post(
        minister.pages.room("approve"),
        {"prepared": "00" * 32, "passkey": minister.key.assertion(options_of(page))},
    )
    assert answer.status_code == 409
    assert "not current any more" in answer.content.decode()


def test_the_button_for_tokens_does_nothing_where_a_passkey_is_asked_for(minister: Minister) -> None:
    answer = minister.browser.post(minister.pages.room("sign"))
    assert answer.status_code == 409
    assert not minister.world.first.plan.deposits


def test_a_minister_whose_presented_passkey_is_not_here_is_told(minister: Minister) -> None:
    from paraph.node.people.models import Credential

    minister.last_step()
    Credential.objects.all().delete()
    text = minister.browser.get(minister.pages.room("last")).content.decode()
    assert "no passkey here of those that were presented" in text


def test_countersigning_can_wait_for_a_second_gesture(minister: Minister) -> None:
    answer = minister.browser.post(minister.pages.room("prepare"), {"countersign": "no"})
    minister.approve(minister.browser.get(answer["Location"]))
    minister.world.second.deposit()
    minister.world.settle()
    assert minister.world.first.plan.state is PlanState.RELEASED
    room = minister.browser.get(minister.pages.room()).content.decode()
    assert "You countersign the originals that the others keep" in room
    assert minister.approve(minister.last_step()).status_code == 303
    minister.world.settle()
    minister.world.assert_concluded()


# --- with a token


def test_without_a_passkey_the_same_button_signs(token: Pages) -> None:
    browser = token.as_("signatory")
    answer = browser.post(token.room("prepare"))
    assert answer["Location"] == token.room("last")
    assert "data-passkey" not in browser.get(token.room("last")).content.decode()
    assert not token.world.first.plan.prepared
    answer = browser.post(token.room("sign"))
    assert (answer.status_code, answer["Location"]) == (303, token.room("done"))
    assert browser.post(token.room("sign"))["Location"] == token.room("done")
    token.world.second.deposit()
    token.world.settle()
    token.world.assert_concluded()


# --- every page


def test_every_page_of_every_original_is_shown_own_ones_first(token: Pages) -> None:
    browser = token.as_("signatory")
    shown = []
    address = token.room("pages/1")
    while address:
        text = browser.get(address).content.decode()
        shown.append(re.search(r"/originals/([0-9a-f]{64})/(\d+)\.png", text)[0])  # type: ignore[index]
        found = re.search(r'href="([^"]+)" rel="next"', text)
        address = found[1] if found else ""
    plan = token.world.first.plan
    own = next(o.sha256 for o in plan.body.originals if o.holder == "north")
    other = next(o.sha256 for o in plan.body.originals if o.holder == "south")
    assert len(shown) == len(set(shown))
    assert own in shown[0]
    assert other in shown[-1]
    assert browser.get(token.room(f"pages/{len(shown) + 1}")).status_code == 404
    image = browser.get(f"/room/{token.world.dossier}{shown[0]}")
    assert image.content.startswith(b"\x89PNG")
    assert "immutable" in image["Cache-Control"]
    assert browser.get(token.room(f"originals/{'00' * 32}/1.png")).status_code == 404


# --- wrong moment, wrong person


@pytest.mark.parametrize("pages", ["agreed"], indirect=True)
def test_without_a_plan_there_is_nothing_to_sign(pages: Pages) -> None:
    browser = pages.as_("signatory")
    assert "nothing to sign yet" in browser.get(pages.room()).content.decode()
    assert browser.post(pages.room("prepare")).status_code == 409
    assert browser.post(pages.room("sign")).status_code == 409
    assert browser.get(pages.room("pages/1")).status_code == 404
    assert browser.get(pages.room("done")).status_code == 303


def test_another_signatory_is_told_that_somebody_else_signs(token: Pages) -> None:
    browser = token.as_("signatory", signatory="somebody.else")
    text = browser.get(token.room()).content.decode()
    assert "Somebody else signs this package" in text
    assert browser.post(token.room("sign")).status_code == 409
    assert browser.get(token.room("pages/1")).status_code == 404
    assert not token.world.first.plan.deposits


@pytest.mark.parametrize("role", ["treaty-officer", "legal-adviser", "protocol-officer", "auditor"])
def test_only_signatories_enter(token: Pages, role: str) -> None:
    browser = token.as_(role)
    assert browser.get(token.room()).status_code == 403
    assert browser.post(token.room("sign")).status_code == 403


def test_a_plan_that_was_stopped_meanwhile(minister: Minister) -> None:
    page = minister.last_step()
    minister.world.second.request_abort()
    minister.world.settle()
    answer = minister.approve(page)
    assert answer.status_code == 409
    assert "The exchange was stopped" in answer.content.decode()
    assert not minister.world.first.signer.signed


def test_a_certificate_that_was_suspended_meanwhile(minister: Minister) -> None:
    page = minister.last_step()
    minister.world.first.suspend()
    answer = minister.approve(page)
    assert answer.status_code == 409
    assert not minister.world.first.plan.deposits


def test_a_time_limit_that_is_over(token: Pages) -> None:
    token.world.clock.advance(3 * 3600)
    browser = token.as_("signatory")
    assert "The time for signing is over" in browser.get(token.room()).content.decode()
    assert browser.post(token.room("sign")).status_code == 409
    assert not token.world.first.plan.deposits


def test_a_token_that_is_missing(token: Pages) -> None:
    token.world.first.desk.signers.clear()
    text = token.as_("signatory").get(token.room()).content.decode()
    assert "Your signing key is not here" in text
    assert "Put your token in" in text


@pytest.mark.parametrize("pages", ["agreed"], indirect=True)
def test_a_plan_that_is_not_accepted_yet_makes_the_page_look_again(pages: Pages) -> None:
    pages.world.first.order()
    pages.world.second.order()
    pages.world.settle()
    pages.world.first.propose_plan()
    answer = pages.as_("signatory").get(pages.room())
    assert "Not everybody has accepted" in answer.content.decode()
    assert int(answer["Refresh"]) >= 10


def test_a_refused_deposit_is_told_and_can_be_made_again(token: Pages) -> None:
    from paraph.domain.acts import DepositRefused

    browser = token.as_("signatory")
    browser.post(token.room("sign"))
    token.world.settle("north")
    token.world.first.delivery.send_due()
    plan = token.world.middle.plan
    token.world.middle.say(
        DepositRefused(
            plan=plan.body.plan,
            party=NORTH,
            deposit=plan.deposits[NORTH].act,
            code="x",
            reason="a test",
        )
    )
    token.world.settle()
    text = browser.get(token.room("done")).content.decode()
    assert "refused them" in text
    assert "Nothing has taken effect" in text
    assert browser.post(token.room("sign"))["Location"] == token.room("done")


@pytest.mark.parametrize("lang", ["en", "he", "sq"])
def test_the_room_speaks_the_ministers_language(token: Pages, lang: str) -> None:
    browser = token.as_("signatory", lang=lang)
    for path in ("", "pages/1", "last"):
        answer = browser.get(token.room(path))
        assert answer.status_code == 200
        assert f'lang="{lang}"' in answer.content.decode()
        assert b"style=" not in answer.content
