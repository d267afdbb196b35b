"""The journal: those who may see it see what they may, page by page, and take it away."""

from __future__ import annotations

import json
import re

from tests.support.people import rows
from tests.support.site import officer, signed_in

D, E = "d" * 64, "e" * 64


def write(count: int, **fields: str) -> None:
    rows("JournalEntry").bulk_create(
        rows("JournalEntry").model(
            **{
                "at": "2026-03-01T00:00:00Z",
                "officer": "A treaty officer",
                "what": "text-initialled",
                "detail": f"{n}",
                **fields,
            }
        )
        for n in range(count)
    )


def lines(browser: object, query: str = "") -> list[dict[str, object]]:
    answer = browser.get(f"/people/journal.jsonl{query}")  # type: ignore[attr-defined]
    assert answer["Content-Type"].startswith("application/jsonl")
    return [json.loads(line) for line in b"".join(answer.streaming_content).splitlines()]


def test_it_is_read_page_by_page_without_a_gap() -> None:
    write(120)
    browser, address, seen = signed_in(officer("An auditor", "auditor")), "/people/journal", []
    for _ in range(3):
        text = browser.get(address).content.decode()
        seen += re.findall(r"<bdi>(\d+)</bdi></td></tr>", text)
        more = re.search(r'href="\?([^"]*before=\d+)"', text)
        address = f"/people/journal?{more[1]}" if more else ""
    assert seen == [str(n) for n in range(119, -1, -1)] and not address


def test_it_is_filtered_by_dossier_and_officer() -> None:
    write(2, dossier=D)
    write(3, dossier=E, officer="Somebody else")
    browser = signed_in(officer("An auditor", "auditor"))
    assert len(lines(browser, f"?dossier={D[:8]}")) == 2
    assert len(lines(browser, "?officer=somebody")) == 3
    assert len(lines(browser, "?officer=nobody&what=text-initialled")) == 0


def test_an_auditor_of_one_dossier_sees_that_one_only() -> None:
    write(2, dossier=D)
    write(3, dossier=E)
    write(1)
    browser = signed_in(officer("An auditor", "auditor", dossier=D))
    assert {line["dossier"] for line in lines(browser)} == {D}
    assert {line["dossier"] for line in lines(browser, f"?dossier={E}")} == set()


def test_taking_it_away_is_written_down() -> None:
    write(1)
    who = officer("An auditor", "auditor")
    found = lines(signed_in(who))
    assert found[-1]["what"] == "journal-exported" and found[-1]["officer_number"] == who.pk


def test_nonsense_in_the_address_shows_the_first_page() -> None:
    write(1)
    browser = signed_in(officer("An auditor", "auditor"))
    for query in ("before=x", "before=-1", "before=" + "9" * 50, "dossier=%F0%28"):
        assert browser.get(f"/people/journal?{query}").status_code == 200
