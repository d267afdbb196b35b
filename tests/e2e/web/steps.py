"""What the people of two ministries do in their browsers, step by step, from opening a dossier to identical originals."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from paraph import case
from paraph.cli.demo.stage import NODES, Stage
from paraph.verify.anchors import TrustAnchors
from paraph.verify.container import verify_container
from paraph.wire.card import unpack_card
from tests.e2e.web.persons import Ministry, Person, material

TITLES = {"title-en": "Package of 1 February 2021 (re-enactment)", "title-he": "חבילת 1 בפברואר 2021 (שחזור)"}

MOST_GESTURES = 60
"""Pages of three originals, and the steps around them."""


def of(stage: Stage, rest: str = "") -> str:
    return f"/dossiers/{stage.dossier}/{rest}"


def open_dossier(stage: Stage, opener: Ministry, other: Ministry) -> None:
    who = opener.officer
    who.go("/dossiers/open")
    who.fill({**TITLES, f"role-{other.party}": "party", "role-mediator": "mediator", "specimen": specimen()})
    who.send()
    who.no_refusal()
    stage.dossier = who.page.url.rstrip("/").rpartition("/")[2]  # type: ignore[assignment]
    other.officer.until(
        of(stage, "join"),
        lambda page: bool(page.locator("main form[method=post] button").count()),
        "the dossier",
    )
    other.officer.send()
    stage.until("the dossier has arrived", lambda _d: True)
    stage.act("mediator", "join")
    stage.until("all joined", lambda d: len(d.joined) == len(NODES))


def specimen() -> str:
    return str(json.loads(case.story_file())["specimen"]["en"])


def particulars(party: str) -> dict[str, Any]:
    return next(one for one in json.loads(case.parties_file()) if one["id"] == party)


def describe(stage: Stage, one: Ministry) -> None:
    said = particulars(one.party)
    who = one.officer
    who.go(of(stage, "describe"))
    values = {
        f"{part}-{lang}": words for lang, names in said["names"].items() for part, words in names.items()
    }
    values |= {f"place-{lang}": place for lang, place in said["places"].items()}
    signatory = said["signatory"]
    values |= {"id-0": signatory["id"], "script-0": signatory["script_lang"]}
    values |= {f"name-0-{lang}": name for lang, name in signatory["name"].items()}
    values |= {f"title-0-{lang}": title for lang, title in signatory["title"].items()}
    who.fill(values)
    who.send()
    who.no_refusal()
    stage.until("described", lambda d: one.party in d.described)


def agree(stage: Stage, first: Ministry, second: Ministry, *, count: int = 3) -> None:
    """Every instrument is proposed by one side, accepted by the other, initialled and engrossed by both."""
    for index, files in enumerate(list(material(stage).values())[:count]):
        proposer, other = (first, second) if index % 2 == 0 else (second, first)
        before = set(numbers(stage, proposer))
        propose(stage, proposer.officer, [str(file) for file in files])
        (number,) = set(numbers(stage, proposer)) - before
        there = of(stage, f"texts/{slug(proposer.officer.page.url)}/")
        stage.until("the proposal has arrived", lambda d, n=number: n in d.instruments, other.party)  # type: ignore[misc]
        proposer.officer.browsing.shoot(f"story-text-{index}-{proposer.party}")
        step(other.officer, f"{there}accept")
        stage.until("accepted", lambda d, n=number: d.instruments[n].state == "agreed")  # type: ignore[misc]
        for one in (first, second):
            step(one.officer, f"{there}initial", initials=f"treaty section of {one.party}")
        stage.until("initialled", lambda d, n=number: d.instruments[n].state == "initialled")  # type: ignore[misc]
        for one in (first, second):
            step(one.officer, f"{there}engross")
            if index == 0:
                one.officer.go(f"{there}originals")
                one.officer.browsing.shoot(f"story-originals-{one.party}")
        stage.until("engrossed", lambda d, n=number: d.instruments[n].state == "engrossed")  # type: ignore[misc]


def numbers(stage: Stage, one: Ministry) -> list[str]:
    shown = stage.command(one.party, "dossier", "show", "--dossier", stage.dossier)
    return sorted(shown["instruments"])


def slug(url: str) -> str:
    """How the number of an instrument stands in the address of its page."""
    return url.rstrip("/").rpartition("/")[2]


def propose(stage: Stage, who: Person, files: list[str]) -> None:
    who.go(of(stage, "drafts/new"))
    who.page.locator('main input[name="files"]').set_input_files(files)
    who.send()
    who.no_refusal()
    who.press('main button[name="do"][value="preview"]')
    who.no_refusal()
    who.send()
    who.no_refusal()


def step(who: Person, path: str, **values: str) -> None:
    """One page, one form, one button."""
    who.go(path)
    who.fill(values)
    who.send()
    who.no_refusal()


def authorise(stage: Stage, one: Ministry, *, passkey: bool = True) -> None:
    """Full powers by office, the certificate, the minister's passkey if it shall approve, and the separate go."""
    who, there = one.officer, of(stage, "authority")
    who.go(f"{there}/powers")
    who.fill(
        {
            "signatory": f"{one.party}.fm",
            "basis": "by-office",
            "office": "foreign-minister",
            "from-day": "1",
            "from-month": "1",
            "from-year": "2020",
            "channel": "official gazette (demonstration)",
        }
    )
    who.send()
    who.no_refusal()
    for address in ("certificate", *(("passkeys",) if passkey else ()), "go"):
        who.go(there)
        who.send(f'form[action$="/authority/{address}"]')
        who.no_refusal()
    stage.until("the go is given", lambda d: any(party == one.party for party, _, _ in d.orders))


def plan(stage: Stage, first: Ministry, second: Ministry) -> None:
    """One side proposes how it is signed; the other and the mediator accept."""
    there = of(stage, "plan")
    first.officer.go(there)
    first.officer.send('form[action$="/plan/propose"]')
    first.officer.no_refusal()
    stage.until("the plan has arrived", lambda d: d.plan is not None)
    second.officer.go(there)
    second.officer.send('form[action$="/plan/accept"]')
    second.officer.no_refusal()
    stage.act("mediator", "accept-plan")
    stage.until("the plan is accepted", lambda d: d.plan is not None and d.plan.state == "open")


def ready(stage: Stage, one: Ministry) -> None:
    """The readiness page says for every line what it is about; what can be tried is tried."""
    one.officer.go(of(stage, "readiness"))
    one.officer.send('form[action$="/readiness/try"]')
    one.officer.until(
        of(stage, "readiness"), lambda page: page.locator("main table tbody tr").count() > 10, "its lines"
    )


def sign(stage: Stage, one: Ministry) -> None:
    """The minister reads every page, hears the words, and signs with one gesture."""
    who = one.minister
    room = f"/room/{stage.dossier}/"
    who.until(room, lambda page: bool(page.locator("main .govuk-button").count()), "the signing room")
    who.gestures = 0
    who.browsing.shoot(f"story-room-{one.party}")
    for number in range(MOST_GESTURES):
        if who.page.url.endswith("/done"):
            break
        if number in (1, 2) or who.page.url.endswith("/last"):
            who.browsing.shoot(
                f"story-room-{one.party}-{'last' if who.page.url.endswith('/last') else number}"
            )
        if who.page.locator("form[data-passkey=get]").count():
            who.press("form[data-passkey=get] button")
            who.page.wait_for_url("**/done")
        else:
            who.press("main .govuk-button:not(.govuk-button--secondary)")
            who.no_refusal()
    assert who.page.url.endswith("/done"), who.text()
    who.browsing.shoot(f"story-signed-{one.party}")
    stage.until("deposited", lambda d: d.plan is not None and one.party in d.plan.deposits)


def same_everywhere(stage: Stage, *ministries: Ministry) -> None:
    """Both nodes hold identical originals and containers, and the verifier says what they are."""
    taken: dict[str, dict[str, str]] = {}
    for one in ministries:
        folder = stage.folder / "out" / one.party
        stage.command(one.party, "dossier", "originals", "--dossier", stage.dossier, "--out", str(folder))
        stage.command(
            one.party, "dossier", "export", "--dossier", stage.dossier, "--out", str(folder / "dossier.asice")
        )
        taken[one.party] = {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())
        }
    assert len(next(iter(taken.values()))) == 2 * len(numbers(stage, ministries[0])) + 1
    assert len({json.dumps(files) for files in taken.values()}) == 1
    anchors = TrustAnchors.load(
        [pem.encode() for name in NODES for pem in unpack_card(stage.opened(name).node.card).anchors]
    )
    data = (stage.folder / "out" / ministries[0].party / "dossier.asice").read_bytes()
    verdict = verify_container(data, path="dossier.asice", anchors=anchors, at=datetime.now(UTC))
    assert verdict.verdict == "pass", verdict.findings


def conclude(stage: Stage, *ministries: Ministry) -> None:
    """Wait for what the nodes do by themselves, and look at what came of it."""
    for one in ministries:
        one.officer.go("/")
        one.officer.browsing.shoot(f"story-desk-{one.party}")
    stage.until("concluded", lambda d: d.concluded)
    stage.until("containers sealed", lambda d: d.plan is not None and len(d.plan.container_seals) == 2)
    same_everywhere(stage, *ministries)
    for one in ministries:
        one.officer.go(of(stage))
        one.officer.browsing.shoot(f"story-dossier-{one.party}")
