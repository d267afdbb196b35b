"""The frame of every page: headers, language, errors, assets."""

from __future__ import annotations

import pytest

from tests.support.nodes import World
from tests.support.site import signed_in, site_of


@pytest.fixture(autouse=True)
def _site(people: None) -> None:
    site_of(World.at("agreed").first)


def test_a_page_loads_nothing_from_elsewhere_and_nothing_inline() -> None:
    answer = signed_in().get("/people/sign-in")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert b"<style" not in answer.content
    assert b"style=" not in answer.content


@pytest.mark.parametrize(("lang", "direction"), [("en", "ltr"), ("he", "rtl"), ("sq", "ltr")])
def test_the_language_decides_the_direction(lang: str, direction: str) -> None:
    text = signed_in(lang=lang).get("/people/sign-in").content.decode()
    assert f'<html lang="{lang}" dir="{direction}"' in text


def test_an_address_that_is_in_no_table_is_refused() -> None:
    assert signed_in().get("/nowhere").status_code == 404
