"""Authority pages: present, verify, withdraw, suspend, the go; refusals in place, what was entered kept."""

from __future__ import annotations

from typing import Any

import pytest

from paraph.domain.acts import Basis, Office
from tests.support.authenticator import enrolled
from tests.support.nodes import World
from tests.unit.node.signing.conftest import Pages

FORM = {
    "signatory": "north.fm",
    "basis": "by-office",
    "office": "foreign-minister",
    "from-day": "1",
    "from-month": "1",
    "from-year": "2026",
    "channel": "note verbale 7/2026",
}


@pytest.fixture
def pages(people: None) -> Pages:
    world = World.at("agreed")
    return Pages(world, world.first)


def powers_of(pages: Pages, party: str = "north") -> list[Any]:
    return [p for p in pages.world.first.standing.powers.values() if p.party == party]


def test_the_page_shows_the_basis_of_every_signatory(pages: Pages) -> None:
    text = pages.as_("auditor").get(pages.at("authority")).content.decode()
    assert "by office (foreign minister)" in text
    assert "X/2026/1" in text
    assert "Not given" in text
    assert "Give the order to sign" not in text


def test_full_powers_are_presented(pages: Pages) -> None:
    answer = pages.as_("legal-adviser").post(pages.at("authority/powers"), FORM)
    assert (answer.status_code, answer["Location"]) == (303, pages.at("authority"))
    body = powers_of(pages)[-1].body
    assert (body.basis, body.office, body.valid_from) == (
        Basis.BY_OFFICE,
        Office.FOREIGN_MINISTER,
        "2026-01-01T00:00:00Z",
    )
    assert body.channel == "note verbale 7/2026"


def test_a_head_of_mission_does_not_sign_by_office(pages: Pages) -> None:
    answer = pages.as_("legal-adviser").post(
        pages.at("authority/powers"), {**FORM, "office": "head-of-mission"}
    )
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "head-of-mission does not sign by office" in text
    assert "note verbale 7/2026" in text  # what was entered is kept
    assert len(powers_of(pages)) == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"from-day": "32"}, "from"),
        ({"from-day": "", "from-month": "", "from-year": ""}, "from"),
        ({"until-day": "x", "until-month": "1", "until-year": "2030"}, "until"),
        ({"basis": "because"}, "basis"),
        ({"office": "king"}, "office"),
        ({"signatory": "somebody"}, "signatory"),
        ({"channel": "x" * 301}, "channel"),
    ],
)
def test_a_form_filled_in_wrongly_says_where(pages: Pages, change: dict[str, str], field: str) -> None:
    answer = pages.as_("legal-adviser").post(pages.at("authority/powers"), {**FORM, **change})
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.content.decode()
    assert len(powers_of(pages)) == 1


def test_full_powers_by_document_carry_the_document(pages: Pages) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    browser = pages.as_("legal-adviser")
    form = {**FORM, "basis": "by-document", "office": "other"}
    assert browser.post(pages.at("authority/powers"), form).status_code == 409
    for name, data, status in (("a.txt", b"no PDF", 409), ("a.pdf", b"%PDF-1.7 powers", 303)):
        answer = browser.post(
            pages.at("authority/powers"), {**form, "document": SimpleUploadedFile(name, data)}
        )
        assert answer.status_code == status
    assert pages.world.first.blobs.get(powers_of(pages)[-1].body.document) == b"%PDF-1.7 powers"


def test_another_partys_powers_are_verified_with_the_channel(pages: Pages) -> None:
    pages.world.second.present_powers(basis=Basis.DISPENSED_WITH, office=Office.OTHER)
    pages.world.settle()
    act = next(
        a for a, p in pages.world.first.standing.powers.items() if p.body.basis is Basis.DISPENSED_WITH
    )
    browser = pages.as_("legal-adviser")
    assert "Verify these full powers" in browser.get(pages.at("authority")).content.decode()
    assert browser.post(pages.at("authority/verify"), {"powers": act, "channel": " "}).status_code == 422
    answer = browser.post(pages.at("authority/verify"), {"powers": act, "channel": "embassy"})
    assert answer.status_code == 303
    assert pages.world.first.standing.powers[act].verified == {"north"}
    assert browser.post(pages.at("authority/verify"), {"powers": "00", "channel": "x"}).status_code == 409


def test_the_go_is_given_by_another_officer_than_the_signatory(pages: Pages) -> None:
    both = pages.as_("legal-adviser", "signatory")
    assert both.post(pages.at("authority/go"), {"signatory": "north.fm"}).status_code == 409
    assert not pages.world.first.standing.orders
    answer = pages.as_("legal-adviser").post(pages.at("authority/go"), {"signatory": "north.fm"})
    assert answer.status_code == 303
    assert ("north", "north.fm", "X/2026/1") in pages.world.first.standing.orders


def test_a_certificate_is_presented_suspended_and_replaced(pages: Pages) -> None:
    browser = pages.as_("legal-adviser")
    assert browser.post(pages.at("authority/certificate"), {"signatory": "north.fm"}).status_code == 303
    suspend = pages.at("authority/suspend")
    assert browser.post(suspend, {"signatory": "north.fm", "reason": ""}).status_code == 422
    assert browser.post(suspend, {"signatory": "north.fm", "reason": "card lost"}).status_code == 303
    text = browser.get(pages.at("authority")).content.decode()
    assert "Suspended" in text
    assert "card lost" in text
    assert browser.post(pages.at("authority/certificate"), {"signatory": "north.fm"}).status_code == 409
    assert browser.post(pages.at("authority/certificate"), {"signatory": "nobody"}).status_code == 409


def test_full_powers_are_withdrawn_with_a_reason(pages: Pages) -> None:
    browser = pages.as_("legal-adviser")
    act = next(a for a, p in pages.world.first.standing.powers.items() if p.party == "north")
    withdraw = pages.at("authority/withdraw")
    assert browser.post(withdraw, {"powers": act, "reason": ""}).status_code == 422
    assert browser.post(withdraw, {"powers": act, "reason": "left office"}).status_code == 303
    assert powers_of(pages)[0].withdrawn
    assert browser.post(withdraw, {"powers": act, "reason": "again"}).status_code == 409


def test_passkeys_of_the_signatory_are_presented_and_withdrawn(pages: Pages) -> None:
    browser = pages.as_("legal-adviser")
    address = pages.at("authority/passkeys")
    assert browser.post(address, {"signatory": "north.fm"}).status_code == 409  # nobody has one
    pages.as_("signatory")
    enrolled(pages.people["signatory"])
    assert "Present these passkeys" in browser.get(pages.at("authority")).content.decode()
    assert browser.post(address, {"signatory": "north.fm"}).status_code == 303
    ((passkey,),) = pages.world.first.standing.passkeys.values()
    assert (passkey.rp_id, passkey.origin) == ("localhost", "http://localhost:7480")
    assert browser.post(address, {"signatory": "north.fm", "do": "without"}).status_code == 303
    assert not any(pages.world.first.standing.passkeys.values())


@pytest.mark.parametrize("path", ["powers", "verify", "withdraw", "certificate", "suspend", "passkeys", "go"])
@pytest.mark.parametrize("role", ["treaty-officer", "signatory", "auditor"])
def test_others_cannot(pages: Pages, path: str, role: str) -> None:
    assert pages.as_(role).post(pages.at(f"authority/{path}"), FORM).status_code == 403
    assert len(powers_of(pages)) == 1


@pytest.mark.parametrize("lang", ["en", "he", "sq"])
def test_pages_in_every_language(pages: Pages, lang: str) -> None:
    browser = pages.as_("legal-adviser", lang=lang)
    for path in ("authority", "authority/powers"):
        answer = browser.get(pages.at(path))
        assert answer.status_code == 200
        assert b"style=" not in answer.content


def test_there_is_no_page_about_a_dossier_that_is_not_here(pages: Pages) -> None:
    from tests.support.site import officer, signed_in

    browser = signed_in(officer("An auditor of all", "auditor"))
    for path in ("authority", "plan", "exchange", "readiness", "exchange/state.json"):
        assert browser.get(f"/dossiers/{'00' * 32}/{path}").status_code == 404
