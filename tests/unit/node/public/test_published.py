"""Published dossiers: what everybody sees, and what nobody can guess."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from django.test import Client

from tests.support.nodes import World
from tests.support.site import signed_in, site_of


@pytest.fixture
def world(people: None) -> World:
    world = World.at("concluded")
    site_of(world.first)
    return world


def publish(world: World, **fields: str) -> Any:
    from paraph.node.public.models import Publication

    given = {
        "dossier": str(world.dossier),
        "proposed_by": "first officer",
        "confirmed_by": "second officer",
        "confirmed_at": world.first.node.clock.now(),
    }
    return Publication.objects.create(**{**given, **fields})


def page(world: World, client: Client | None = None, query: str = "") -> Any:
    return (client or signed_in()).get(f"/published/{world.dossier}/{query}")


def test_a_published_dossier_says_who_signed_what_in_which_capacity_when_and_where(world: World) -> None:
    publish(world)
    answer = page(world)
    text = answer.content.decode()
    assert answer.status_code == 200
    plan = world.first.plan
    for slot in world.slots:
        assert plan.sealed[slot].sha256 in text
        for party, signature in plan.countersigned[slot]:
            assert signature.slot.signed_at in text
            assert signature.slot.place in text
            assert world.first.standing.described[party].signatories[0].title["en"] in text
    assert "govuk-tag--green" in text, "this node verified the container now, and it passes"
    assert "pdfsig" in text
    assert "openssl" in text


def test_originals_and_container_are_the_sealed_bytes(world: World) -> None:
    publish(world)
    for slot in world.slots:
        digest = world.first.plan.sealed[slot].sha256
        answer = signed_in().get(f"/published/{world.dossier}/{digest}.pdf")
        assert hashlib.sha256(answer.content).hexdigest() == digest
        assert answer["Content-Disposition"].startswith("attachment")
    container = signed_in().get(f"/published/{world.dossier}/dossier.asice")
    assert hashlib.sha256(container.content).hexdigest() in page(world).content.decode()
    assert b"BEGIN CERTIFICATE" in signed_in().get(f"/published/{world.dossier}/trust.pem").content


ADDRESSES = ("", "dossier.asice", "trust.pem", "0" * 64 + ".pdf")


@pytest.mark.parametrize("rest", ADDRESSES)
def test_what_is_not_published_cannot_be_told_from_what_does_not_exist(world: World, rest: str) -> None:
    real, invented = (signed_in().get(f"/published/{one}/{rest}") for one in (world.dossier, "ab" * 32))
    assert real.status_code == invented.status_code == 404
    assert same(real, world.dossier) == same(invented, "ab" * 32)
    publish(world, not_before="2999-01-01T00:00:00Z")
    embargoed = signed_in().get(f"/published/{world.dossier}/{rest}")
    assert embargoed.status_code == 404
    assert same(embargoed, world.dossier) == same(invented, "ab" * 32)
    assert str(world.dossier) not in signed_in().get("/published/").content.decode()


def same(answer: Any, dossier: object) -> tuple[Any, ...]:
    """Everything but what differs between two requests for one address."""
    import re

    body = re.sub(rb'name="csrfmiddlewaretoken" value="[^"]*"', b"", answer.content)
    body = re.sub(rb"\d{1,2}:\d\d(:\d\d)?", b"", body)
    headers = {k: v for k, v in answer.headers.items() if k != "Content-Length"}
    return body.replace(str(dossier).encode(), b"ID"), headers


def test_an_embargo_ends_at_its_instant(world: World) -> None:
    from paraph.domain.instants import after

    now = world.first.node.clock.now()
    publish(world, not_before=after(now, 60))
    assert page(world).status_code == 404
    world.clock.advance(60)
    assert page(world).status_code == 200


def test_a_withdrawn_publication_says_so_and_shows_nothing_else(world: World) -> None:
    publish(
        world, withdrawn_at=world.first.node.clock.now(), withdrawn_by="x", reason="The text was misread."
    )
    answer = page(world)
    assert answer.status_code == 410
    assert "The text was misread." in answer.content.decode()
    assert world.first.plan.sealed[world.slots[0]].sha256 not in answer.content.decode()
    for rest in ADDRESSES[1:]:
        assert signed_in().get(f"/published/{world.dossier}/{rest}").status_code == 404
    assert "withdrawn" in signed_in().get("/published/").content.decode()


def test_pages_for_everybody_can_be_cached_and_carry_nobodys_token(world: World) -> None:
    publish(world)
    for path in ("/published/", f"/published/{world.dossier}/"):
        answer = signed_in().get(path)
        assert answer["Cache-Control"].startswith("public, max-age=")
        assert not answer.cookies
        assert b"csrfmiddlewaretoken" not in answer.content
        again = signed_in().get(path, headers={"If-None-Match": answer["ETag"]})
        assert again.status_code == 304
        assert not again.content


@pytest.mark.parametrize(("lang", "direction"), [("en", "ltr"), ("he", "rtl"), ("sq", "ltr")])
def test_each_language_has_an_address(world: World, lang: str, direction: str) -> None:
    publish(world)
    answer = page(world, query=f"?lang={lang}")
    assert f'<html lang="{lang}" dir="{direction}"' in answer.content.decode()
    assert answer["Content-Language"] == lang
    for other in ("en", "he", "sq"):
        assert f'hreflang="{other}"' in answer.content.decode()


def test_a_dossier_that_was_frozen_since_says_so(world: World) -> None:
    publish(world)
    with world.first.node.store.write() as uow:
        uow.set_setting(f"frozen:{world.dossier}", "two roots for one size")
    assert "has frozen it" in page(world).content.decode()
