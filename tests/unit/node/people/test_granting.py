"""Roles: given and taken by one administrator, or by two where one is not enough; people invited on the pages."""

from __future__ import annotations

import re
from typing import Any

import pytest

from paraph.node.web.host import Host
from tests.support.nodes import World
from tests.support.people import rows
from tests.support.site import officer, signed_in

LINK = re.compile(r"http://localhost:7480/people/enrol/[A-Za-z0-9_-]{43}")


def administrator(name: str = "An administrator") -> Any:
    return officer(name, "administrator")


def test_one_administrator_invites_a_treaty_officer_and_the_link_is_shown_once(site: Host) -> None:
    browser = signed_in(administrator())
    dossier = World.at("agreed").dossier
    answer = browser.post(
        "/people/invite",
        {
            "name": "A treaty officer",
            "role": "treaty-officer",
            "dossier": dossier[:12],
            "signatory": "",
            "lang": "sq",
        },
    )
    link = LINK.search(answer.content.decode())
    assert link
    assert signed_in().get(link[0].removeprefix("http://localhost:7480")).status_code == 200
    page = browser.get("/people/").content.decode()
    assert "A treaty officer" in page and link[0] not in page
    entry = rows("JournalEntry").get(what="officer-invited")
    assert entry.dossier == dossier and link[0].rpartition("/")[2] not in entry.detail


def test_an_invitation_is_withdrawn(site: Host) -> None:
    browser = signed_in(administrator())
    answer = browser.post("/people/invite", {"name": "A reviser", "role": "reviser"})
    link = LINK.search(answer.content.decode())
    (file,) = (site.folder / "invitations").glob("*.json")
    assert browser.post(f"/people/invitations/{file.stem}/withdraw").status_code == 302
    assert link and signed_in().get(link[0].removeprefix("http://localhost:7480")).status_code == 404
    for nonsense in ("..", "x" * 500, "%2e%2e"):
        assert browser.post(f"/people/invitations/{nonsense}/withdraw").status_code in (302, 404)


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"name": "", "role": "reviser"}, "name"),
        ({"name": "A reviser"}, "role"),
        ({"name": "A reviser", "role": "king"}, "role"),
        ({"name": "A reviser", "role": "reviser", "dossier": "abcdef"}, "dossier"),
        ({"name": "A reviser", "role": "reviser", "dossier": "a"}, "dossier"),
        ({"name": "The minister", "role": "signatory"}, "signatory"),
        ({"name": "The minister", "role": "signatory", "signatory": "Not an id"}, "signatory"),
    ],
)
def test_a_form_with_an_error_says_where_and_keeps_the_rest(sent: dict[str, str], field: str) -> None:
    answer = signed_in(administrator()).post("/people/invite", sent)
    text = answer.content.decode()
    assert answer.status_code == 409 and f'<a href="#{field}">' in text
    assert not sent["name"] or f'value="{sent["name"]}"' in text


@pytest.mark.parametrize("role", ["administrator", "signatory"])
def test_a_solemn_role_needs_a_second_administrator(site: Host, role: str) -> None:
    first, second = administrator(), administrator("A second administrator")
    sent = {"name": "The minister", "role": role, "signatory": "israel.fm"}
    assert signed_in(first).post("/people/invite", sent)["Location"] == "/people/second"
    assert not (site.folder / "invitations").exists()
    proposal = rows("Proposal").get()
    assert signed_in(first).post(f"/people/second/{proposal.pk}/confirm").status_code == 409
    page = signed_in(second).get("/people/second").content.decode()
    assert "The minister" in page and ("israel.fm" in page) is (role == "signatory")
    answer = signed_in(second).post(f"/people/second/{proposal.pk}/confirm")
    assert LINK.search(answer.content.decode())
    assert signed_in(second).post(f"/people/second/{proposal.pk}/confirm").status_code == 409, "once"


def test_the_only_administrator_is_told_what_to_do() -> None:
    answer = signed_in(administrator()).post(
        "/people/invite", {"name": "The minister", "role": "signatory", "signatory": "israel.fm"}
    )
    assert answer.status_code == 409 and "paraph node invite" in answer.content.decode()
    assert not rows("Proposal").exists()


def test_a_role_is_given_in_one_dossier_and_taken_again() -> None:
    who, dossier = officer("A reviser"), World.at("agreed").dossier
    browser = signed_in(administrator())
    assert (
        browser.post(f"/people/officers/{who.pk}/give", {"role": "reviser", "dossier": dossier}).status_code
        == 302
    )
    grant = rows("Grant").get(officer=who)
    assert (grant.role, grant.dossier) == ("reviser", dossier)
    assert (
        browser.post(f"/people/officers/{who.pk}/give", {"role": "reviser", "dossier": dossier}).status_code
        == 302
    )
    assert rows("Grant").filter(officer=who).count() == 1
    assert browser.post(f"/people/officers/{who.pk}/take", {"grant": grant.pk}).status_code == 302
    assert not rows("Grant").filter(officer=who).exists()


def test_nobody_gives_roles_to_oneself_alone() -> None:
    first, second = administrator(), administrator("A second administrator")
    browser = signed_in(first)
    assert (
        browser.post(f"/people/officers/{first.pk}/give", {"role": "treaty-officer"})["Location"]
        == "/people/second"
    )
    assert not rows("Grant").filter(officer=first, role="treaty-officer").exists()
    assert signed_in(second).post(f"/people/second/{rows('Proposal').get().pk}/confirm").status_code == 302
    assert rows("Grant").get(officer=first, role="treaty-officer").given_by == f"{first.name}, {second.name}"


def test_nobody_becomes_a_signatory_beside_the_role_that_needs_two(site: Host) -> None:
    who, browser = officer("A reviser", "signatory", signatory="israel.fm"), signed_in(administrator())
    sent = {"role": "reviser", "signatory": "israel.pm"}
    assert browser.post(f"/people/officers/{who.pk}/give", sent).status_code == 302
    assert rows("Officer").get(pk=who.pk).signatory == "israel.fm"
    assert browser.post("/people/invite", {"name": "A reviser", **sent}).status_code == 200
    (file,) = (site.folder / "invitations").glob("*.json")
    assert "israel.pm" not in file.read_text("utf-8")


def test_two_administrators_with_the_longest_names_give_a_role_together(site: Host) -> None:
    """A database that holds columns to their length takes what any other takes."""
    first, second = administrator("a" * 120), administrator("b" * 120)
    who = officer("A reviser", "reviser")
    signed_in(first).post(f"/people/officers/{who.pk}/give", {"role": "signatory", "signatory": "north.fm"})
    (proposal,) = rows("Proposal").filter(by=first)
    assert signed_in(second).post(f"/people/second/{proposal.pk}/confirm").status_code == 302
    given = rows("Grant").get(officer=who, role="signatory")
    given.full_clean()
    assert given.given_by == f"{'a' * 120}, {'b' * 120}"


def test_an_administrator_is_one_for_the_whole_node() -> None:
    who, dossier = officer("A reviser"), World.at("agreed").dossier
    administrator("A second administrator")
    answer = signed_in(administrator()).post(
        f"/people/officers/{who.pk}/give", {"role": "administrator", "dossier": dossier}
    )
    assert answer.status_code == 409
    assert not rows("Proposal").exists()


def test_the_last_administrator_stays() -> None:
    last = administrator()
    other = administrator("Who left")
    rows("Officer").filter(pk=other.pk).update(active=False)
    browser, grant = signed_in(last), rows("Grant").get(officer=last)
    assert browser.post(f"/people/officers/{last.pk}/take", {"grant": grant.pk}).status_code == 409
    assert browser.post(f"/people/officers/{last.pk}/active", {"active": "no"}).status_code == 409
    assert browser.get("/people/").status_code == 200


def test_a_grant_is_taken_from_its_officer_only() -> None:
    who, other = officer("A reviser", "reviser"), officer("Another", "auditor")
    grant = rows("Grant").get(officer=other)
    browser = signed_in(administrator())
    for number in (grant.pk, "x", "9" * 40, "-1", ""):
        assert browser.post(f"/people/officers/{who.pk}/take", {"grant": number}).status_code == 302
    assert rows("Grant").filter(pk=grant.pk).exists()


def test_letting_a_signatory_in_again_needs_two_and_others_one() -> None:
    first = administrator()
    administrator("A second administrator")
    browser = signed_in(first)
    for role, needed in (("signatory", True), ("reviser", False)):
        who = officer(f"A {role}", role, active=False)
        answer = browser.post(f"/people/officers/{who.pk}/active", {"active": "yes"})
        assert (answer["Location"] == "/people/second") is needed
        assert rows("Officer").get(pk=who.pk).active is not needed


def test_many_officers_stand_on_several_pages_each_once() -> None:
    browser = signed_in(administrator())
    made = {officer(f"Officer {n:03}").pk for n in range(120)}
    seen: list[int] = []
    for page in (1, 2, 3):
        text = browser.get(f"/people/?page={page}").content.decode()
        seen += map(int, re.findall(r'href="/people/officers/(\d+)"', text))
    assert len(seen) == len(set(seen)) and made <= set(seen)
    for nonsense in ("x", "-1", "9" * 40):
        assert browser.get(f"/people/?page={nonsense}").status_code == 200


def test_an_officer_who_is_not_there() -> None:
    browser = signed_in(administrator())
    for number in (0, 10**6, 10**30):
        assert browser.get(f"/people/officers/{number}").status_code == 404
