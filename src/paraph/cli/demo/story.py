"""The story of the day, step by step, each a command of one officer on one node."""

from __future__ import annotations

import json
import time
from datetime import datetime
from itertools import combinations
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from paraph import case
from paraph.cli.demo.stage import NODES, Stage
from paraph.domain.standing import Dossier, InstrumentState, PlanState

__all__ = ["MINISTRIES", "agree", "arrange", "meet", "perform", "sign"]

MINISTRIES: Final = ("israel", "kosovo")
COUNTRY: Final = {"israel": "IL", "kosovo": "XK", "mediator": "US"}
"""Two letters in demonstration certificates. XK is in common use and not part of ISO 3166 (user-assigned)."""

TIME_ZONE: Final = {"israel": "Asia/Jerusalem", "kosovo": "Europe/Belgrade"}
"""Where each minister signs. The time-zone database has no zone of its own for Pristina (UTC+1, EU summer time)."""

AS_REPORTED: Final = "recorded from press reports; whether and how it binds is not asserted here"


def perform(stage: Stage, *, direct: bool) -> None:
    """Perform everything, from three empty folders to identical originals."""
    story: dict[str, Any] = json.loads(case.story_file())
    material = meet(stage)
    agree(stage, material)
    _notes_before(stage, story)
    _exchange(stage, direct=direct)
    _afterwards(stage, story)


def meet(stage: Stage) -> Path:
    """Make three nodes that know each other; return the folder with the case's material."""
    material = _lay_out(stage.folder / "material", json.loads(case.story_file()))
    _nodes(stage, material)
    _first_contact(stage)
    return material


def agree(stage: Stage, material: Path) -> None:
    """Open a dossier and bring the package to the point where only the exchange is missing."""
    _open(stage, material, json.loads(case.story_file()))
    _negotiate(stage, material)
    _authorise(stage)


def arrange(stage: Stage, *, direct: bool = False) -> None:
    """Plan the exchange and wait until everybody has cosigned the plan."""
    stage.act("israel", "plan", *(["--direct"] if direct else []))
    stage.until("the plan has arrived", lambda d: d.plan is not None)
    for name in ("kosovo",) if direct else ("kosovo", "mediator"):
        stage.act(name, "accept-plan")
    stage.until("the plan is accepted", lambda d: d.plan is not None and d.plan.state is PlanState.OPEN)
    _until_final(stage)


def sign(stage: Stage, name: str) -> None:
    """Sign all originals of one ministry at home, and deposit the signatures."""
    party = next(p for p in json.loads(case.parties_file()) if p["id"] == name)
    today = datetime.now(ZoneInfo(TIME_ZONE[name])).date().isoformat()
    stage.act(name, "deposit", "--place", party["places"][party["signatory"]["script_lang"]], "--date", today)


def _lay_out(folder: Path, story: dict[str, Any]) -> Path:
    """Write the case's files where the commands can read them."""
    folder.mkdir()
    for name in case.INSTRUMENTS:
        (folder / name).mkdir()
        for lang, data in case.instrument_files(name).items():
            (folder / name / f"{lang}.md").write_bytes(data)
    parties = json.loads(case.parties_file())
    (folder / "parties.json").write_bytes(case.parties_file())
    for party in parties:
        (folder / f"{party['id']}.json").write_text(json.dumps(party, ensure_ascii=False), "utf-8")
    mediator = story["mediator"]
    names = {
        lang: {"formal": name, "short": name, "in_title": name} for lang, name in mediator["names"].items()
    }
    (folder / "mediator.json").write_text(json.dumps({"names": names}, ensure_ascii=False), "utf-8")
    return folder


def _nodes(stage: Stage, material: Path) -> None:
    stage.tell("1  Three nodes, each with keys of its own and a DEMO certificate authority")
    for name, port in zip(NODES, stage.ports, strict=True):
        stage.command(
            name, "node", "init", "--party", name, "--role", "mediator" if name == "mediator" else "party",
            "--particulars", str(material / f"{name}.json"), "--port", str(port), "--country", COUNTRY[name],
            "--delay-ms", str(stage.delay_ms), *stage.node_options(name),
        )  # fmt: skip
        stage.start(name)
        stage.tell(f"     {name:<10} https://127.0.0.1:{port}   {stage.home(name)}")


def _first_contact(stage: Stage) -> None:
    stage.tell("2  First contact: cards are exchanged, and two officers a side compare twelve words")
    for name in NODES:
        stage.command(name, "peer", "card", "--out", str(stage.folder / f"{name}.card"))
    for one, other in combinations(NODES, 2):
        for here, there in ((one, other), (other, one)):
            stage.command(here, "peer", "add", str(stage.folder / f"{there}.card"))
        words = stage.command(one, "peer", "words", other)["words"]
        assert words == stage.command(other, "peer", "words", one)["words"]
        stage.tell(f"     {one} – {other}: {' '.join(words)}")
        for here, there in ((one, other), (other, one)):
            stage.command(
                here, "peer", "words", there, "--confirm", *words,
                "--officer", f"protocol officer of {here}", "--officer", f"security officer of {here}",
            )  # fmt: skip


def _open(stage: Stage, material: Path, story: dict[str, Any]) -> None:
    stage.tell("3  A dossier is opened; both ministries and the mediator take part")
    opened = stage.command(
        "israel", "dossier", "open", "--party", "kosovo", "--mediator", "mediator",
        "--specimen", story["specimen"]["en"],
        "--title", "en=Package of 1 February 2021 (re-enactment)",
        "--title", "he=חבילת 1 בפברואר 2021 (שחזור)",
        "--title", "sq=Paketa e 1 shkurtit 2021 (riinskenim)",
    )  # fmt: skip
    stage.dossier = opened["dossier"]
    stage.tell(f"     dossier {stage.dossier}")
    stage.until("the dossier has arrived", lambda _d: True)
    for name in ("kosovo", "mediator"):
        stage.act(name, "join")
    stage.until("all joined", lambda d: len(d.joined) == len(NODES))
    for name in MINISTRIES:
        stage.act(name, "describe", str(material / "parties.json"))
    stage.until("both parties described", lambda d: len(d.described) == len(MINISTRIES))
    for name in MINISTRIES:
        stage.act(name, "certify", f"{name}.fm")


def _negotiate(stage: Stage, material: Path) -> None:
    stage.tell(
        "4  Three instruments are proposed, accepted, initialled and engrossed, each in three languages"
    )
    numbers: list[str] = []
    for index, folder in enumerate(case.INSTRUMENTS):
        proposer, other = MINISTRIES if index % 2 == 0 else MINISTRIES[::-1]
        files = [str(path) for path in sorted((material / folder).glob("*.md"))]
        stage.act(proposer, "propose", *files, "--parties", str(material / "parties.json"))
        number = next(n for n in _numbers(stage, proposer) if n not in numbers)
        numbers.append(number)
        stage.until("the proposal has arrived", lambda d, n=number: n in d.instruments, other)  # type: ignore[misc]
        stage.act(other, "accept", number)
        _until_state(stage, number, InstrumentState.AGREED)
        for name in MINISTRIES:
            stage.act(name, "initial", number, "--initials", f"treaty section of {name}")
        _until_state(stage, number, InstrumentState.INITIALLED)
        for name in MINISTRIES:
            stage.act(name, "engross", number)
        _until_state(stage, number, InstrumentState.ENGROSSED)
        stage.tell(f"     {number}  initialled by both, originals rendered by both: the same bytes")


def _numbers(stage: Stage, name: str) -> list[str]:
    shown = stage.command(name, "dossier", "show", "--dossier", stage.dossier)
    return sorted(shown["instruments"])


def _until_state(stage: Stage, number: str, state: InstrumentState) -> None:
    def reached(dossier: Dossier) -> bool:
        found = next((i for n, i in dossier.instruments.items() if n == number), None)
        return found is not None and found.state is state

    stage.until(f"{number} is {state}", reached)


def _authorise(stage: Stage) -> None:
    stage.tell("5  Authority: each foreign minister signs by office, within a term; then a separate go")
    for name in MINISTRIES:
        stage.act(
            name, "powers", f"{name}.fm", "--basis", "by-office", "--office", "foreign-minister",
            "--from", "2020-01-01T00:00:00Z", "--channel", "official gazette (demonstration)",
        )  # fmt: skip
        stage.act(name, "go", f"{name}.fm")
    stage.until("both goes given", lambda d: len({party for party, _, _ in d.orders}) == len(MINISTRIES))


def _notes_before(stage: Stage, story: dict[str, Any]) -> None:
    stage.tell("6  The request to open an embassy, and its approval")
    request = next(n for n in story["notes"] if n["id"] == "embassy-request")
    answer = next(n for n in story["notes"] if n is not request)
    act = stage.act(
        request["from"], "note", "--number", request["number"], "--subject", request["title"]["en"],
        "--to", request["to"], *_texts(request["text"]), "--source", _sources(request),
    )  # fmt: skip
    stage.until("the request has arrived", lambda d: bool(d.notes))
    stage.act(
        answer["from"], "answer", act, "--number", answer["number"], "--answer", "approved",
        *_texts(answer["text"]), "--source", _sources(answer),
    )  # fmt: skip


def _texts(text: dict[str, str]) -> list[str]:
    return [item for lang, words in sorted(text.items()) for item in ("--text", f"{lang}={words}")]


def _sources(entry: dict[str, Any]) -> str:
    cited = [*entry.get("reported", ()), *entry.get("evidence", ())]
    return "; ".join(f"{c['claim']} {c['source']}: “{c['quote']}”" for c in cited)


def _exchange(stage: Stage, *, direct: bool) -> None:
    if direct:
        stage.tell(
            "7  The exchange, without a mediator: nobody can promise that signatures change hands at once;"
        )
        stage.tell(
            "   whoever reveals first depends on the other for one message. Who stopped where is proved."
        )
    else:
        stage.tell(
            "7  The exchange: each minister signs at home, the signatures are deposited with the mediator"
        )
    arrange(stage, direct=direct)
    begun = time.monotonic()
    for name in MINISTRIES:
        sign(stage, name)
        done = "committed to the signatures" if direct else "deposited, sealed to the mediator"
        stage.tell(f"     {name}: signed {len(case.INSTRUMENTS)} originals, {done}")
    stage.until("the release", _released)
    if direct:
        stage.tell("     revealed, each in its turn")
    else:
        stage.tell("     released: from this instant nobody can stop it, and everybody can obtain everything")
    stage.until("the originals are sealed", lambda d: d.plan is not None and bool(d.plan.sealed))
    stage.until("concluded", lambda d: d.concluded)
    stage.tell(
        f"     countersigned, sealed (PAdES B-LTA), received: {time.monotonic() - begun:.1f} s after the pens went down"
    )
    stage.until(
        "the containers are sealed", lambda d: d.plan is not None and len(d.plan.container_seals) == 2
    )


def _side(capacity: str) -> str:
    """Whose node records a statement: that of the side whose office the speaker holds."""
    for country, node in (("Israel", "israel"), ("Kosovo", "kosovo")):
        if capacity.endswith(country):
            return node
    return "mediator"


def _released(dossier: Dossier) -> bool:
    return dossier.plan is not None and dossier.plan.state not in (PlanState.PROPOSED, PlanState.OPEN)


def _until_final(stage: Stage) -> None:
    """Deposits wait until everybody has cosigned the plan (and the command says so if it is tried before)."""
    from paraph.app.dossiers import load  # noqa: PLC0415 - only this step looks below the standing
    from paraph.app.signing import plan_is_final  # noqa: PLC0415

    def final(name: str) -> bool:
        node = stage.opened(name).node
        with node.store.read() as uow:
            return plan_is_final(uow, load(node, uow, stage.dossier))

    for name in MINISTRIES:
        stage.until("the plan is final", lambda _d, n=name: final(n), name)  # type: ignore[misc]


def _afterwards(stage: Stage, story: dict[str, Any]) -> None:
    stage.tell("8  The unveiling, the statements and the pledges, each with its source")
    unveiling = story["unveiling"]
    stage.act(
        "israel", "unveiling", "--subject", unveiling["title"]["en"], "--by", "as reported, see source",
        *_texts(unveiling["title"]), "--source", _sources(unveiling),
    )  # fmt: skip
    for statement in story["statements"]:
        stage.act(
            _side(statement["capacity"]), "statement",
            "--speaker", statement["speaker"], "--capacity", statement["capacity"],
            "--text", statement["quote"], "--source", f"{statement['claim']} {statement['source']}",
        )  # fmt: skip
    for commitment in story["commitments"]:
        if commitment["obligor"] in MINISTRIES:
            stage.act(
                commitment["obligor"], "commitment", "--obligor", commitment["obligor"],
                "--text", f"As reported: {commitment['subject']}", "--bindingness", AS_REPORTED,
                "--source", _sources(commitment),
            )  # fmt: skip
    stage.act(
        "mediator", "attest", "--text",
        "The mediator's node held both deposits and released them together. SPECIMEN, re-enactment.",
    )  # fmt: skip
    count = 1 + len(story["statements"]) + sum(c["obligor"] in MINISTRIES for c in story["commitments"]) + 1
    stage.until("everything has arrived", lambda d: d.statements >= count)
