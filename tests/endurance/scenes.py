"""What else happens to nodes, each a scene: away for long, stalled, cut off, upgraded. Those about disks are in ``disks``.

A scene is a program of its own (``python -m tests.endurance.scenes away --help``), so that it can have a network and
mounts of its own. It ends with an error if something did not hold, and prints what it measured.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from paraph.app.delivery import PROBE_S
from paraph.cli.output import say
from tests.endurance.homes import STORE, Prepared, prepared_once
from tests.endurance.play import Play
from tests.endurance.rooms import enter
from tests.endurance.wires import Wire, wired

__all__ = ["SCENES", "main"]

Told = dict[str, Any]


def away(prepared: Prepared, folder: Path) -> Told:
    """One node is stopped, for so long that the others have nearly given up; then it comes back."""
    with Play(prepared=prepared, moment="planned", folder=folder) as play:
        play.start("israel", "mediator")
        play.away.add("kosovo")
        play.go_on(lambda: held(play, "mediator", "israel"), "the deposit is held")
        give_up(play, ("israel", "kosovo"), ("mediator", "kosovo"))
        play.start("kosovo")
        news = play.go_on(lambda: held(play, "kosovo", "israel"), "it knows what happened")
        play.conclude()
        return {"news_after_s": news, **good(play)}


def cut_off(prepared: Prepared, folder: Path) -> Told:
    """One node loses its network for so long that everybody has nearly given up; it is never restarted."""
    with play_on_wires(prepared, folder) as (play, wires):
        for pair, wire in wires.items():
            if "kosovo" in pair:
                wire.set("cut")
        play.go_on(lambda: held(play, "mediator", "israel"), "the deposit is held")
        play.go_on(lambda: deposited(play, "kosovo", "kosovo"), "the one that is cut off deposits")
        play.go_on(
            lambda: all("peer-unreachable" in failures(play, name) for name in ("israel", "kosovo")),
            "both say that the other cannot be reached",
        )
        both = [pair for pair in wires if "kosovo" in pair]
        give_up(play, *both)
        for wire in wires.values():
            wire.set("whole")
        news = play.go_on(lambda: held(play, "kosovo", "israel"), "it knows what happened")
        play.conclude()
        return {"news_after_s": news, **good(play)}


def one_way(prepared: Prepared, folder: Path) -> Told:
    """Nobody reaches one node for a while; what it sends arrives, and it learns from the answers."""
    with play_on_wires(prepared, folder) as (play, wires):
        one_way = [wire for (_, there), wire in wires.items() if there == "kosovo"]
        for wire in one_way:
            wire.set("cut")
        play.go_on(lambda: held(play, "mediator", "israel"), "the deposit of one is held")
        play.go_on(lambda: held(play, "mediator", "kosovo"), "so is that of the one whom nobody reaches")
        for wire in one_way:
            wire.set("whole")
        seconds = play.conclude()
        return {"concluded_after_s": seconds, **good(play)}


def torn(prepared: Prepared, folder: Path) -> Told:
    """Connections are reset in the middle of answers, refused and stalled, all the time; then the network is good."""
    chance = random.Random(1)
    with play_on_wires(prepared, folder) as (play, wires):
        end = time.monotonic() + 8
        changes = 0
        while time.monotonic() < end:
            chance.choice(list(wires.values())).set(
                chance.choice(("torn", "torn", "cut", "stalled", "whole"))
            )
            changes += 1
            pause = time.monotonic() + chance.uniform(0.05, 0.3)
            play.go_on(lambda at=pause: time.monotonic() > at, "a moment passes")  # type: ignore[misc]
        for wire in wires.values():
            wire.set("whole")
        seconds = play.conclude()
        return {"changes": changes, "concluded_after_s": seconds, **good(play)}


def paused(prepared: Prepared, folder: Path, seconds: float = 14.0) -> Told:
    """A process stands still for longer than it takes to connect, while others talk to it; then it goes on."""
    with Play(prepared=prepared, moment="one-deposit", folder=folder) as play:
        play.start()
        wait_for(lambda: _listens(prepared.ports["mediator"]), "it listens")
        # Before officers look, so that the second deposit finds it so.
        play.nodes["mediator"].send_signal(signal.SIGSTOP)
        end = time.monotonic() + seconds
        play.go_on(lambda: time.monotonic() > end, "it stands still")
        assert not play.current["israel"].standing.concluded
        play.nodes["mediator"].send_signal(signal.SIGCONT)
        after = play.conclude()
        return {"paused_s": seconds, "concluded_after_s": after, **good(play)}


def upgraded(prepared: Prepared, folder: Path) -> Told:
    """One node goes on with the next version of the program in the middle; the older one then refuses its store."""
    following = next_version(folder / "next")
    with Play(prepared=prepared, moment="planned", folder=folder / "play") as play:
        play.resting.add("kosovo")
        play.start()
        play.go_on(lambda: held(play, "kosovo", "israel"), "one deposit is held")
        play.stop("kosovo")
        play.start("kosovo", source=following)
        wait_for(lambda: migrated(play.home("kosovo")), "the store is migrated")
        play.away.add("kosovo")  # nobody opens it with this program any more
        deposit = ["dossier", "deposit", "--place", "Pristina", "--date", "1 February 2021"]
        run(play, "kosovo", deposit, following)
        wait_for(lambda: (play.look(), play.current["israel"].standing.concluded)[1], "concluded")
        wait_for(lambda: _sealed(play, following), "the containers are sealed")
        refused = play.command("kosovo", "node", "status", expected=None)
        play.nodes["kosovo"].terminate()
        play.nodes["kosovo"].wait(30)
        older = play.command("kosovo", "node", "run", expected=None)
        for told in (refused, older):
            assert "later version" in told and "store-newer" in told, told
            assert "Traceback" not in told, told
        # All three are judged by the next version, which migrates the others' stores too.
        play.__exit__(None, None, None)
        faults = run_judge(play, following)
        assert not faults, faults
        return {"refusal": older.strip()[-300:]}


SCENES: Final[dict[str, Callable[[Prepared, Path], Told]]] = {
    "away": away,
    "cut-off": cut_off,
    "one-way": one_way,
    "torn": torn,
    "paused": paused,
    "upgraded": upgraded,
}


def held(play: Play, where: str, whose: str) -> bool:
    """Whether a node knows that a deposit is held."""
    plan = play.current[where].standing.plan
    found = [d for p, d in plan.deposits.items() if p == whose] if plan else []
    return any(d.answer == "held" for d in found)


def deposited(play: Play, where: str, whose: str) -> bool:
    """Whether a node knows of a deposit."""
    plan = play.current[where].standing.plan
    return plan is not None and whose in plan.deposits


def _listens(port: int) -> bool:
    """Whether somebody takes connections at a port of this machine."""
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


def failures(play: Play, name: str) -> str:
    """What a node's status says about its peers."""
    return play.command(name, "node", "status")


def give_up(play: Play, *pairs: tuple[str, str]) -> None:
    """Let running nodes fail to reach peers until the pause between two attempts is as long as it gets."""
    rarely: set[tuple[str, str]] = set()

    def seen() -> bool:
        rarely.update(pair for pair in pairs if _pause(play, *pair) > PROBE_S - 3)
        return len(rarely) == len(pairs)

    play.go_on(seen, "they try but rarely")


def _pause(play: Play, name: str, peer: str) -> float:
    """Seconds until a node tries to reach a peer again."""
    with closing(sqlite3.connect(f"file:{play.home(name) / STORE}?mode=ro", uri=True)) as store:
        (due,) = store.execute("SELECT MIN(not_before) FROM paraph_due WHERE peer = ?", (peer,)).fetchone()
    return (datetime.fromisoformat(due) - datetime.now(UTC)).total_seconds() if due else 0.0


def good(play: Play) -> Told:
    """Judge; nothing may be wrong."""
    found = play.judge()
    assert not found["faults"], found["faults"]
    return {"log": found["log"]}


@contextmanager
def play_on_wires(prepared: Prepared, folder: Path) -> Iterator[tuple[Play, dict[tuple[str, str], Wire]]]:
    """Nodes whose connections all go through wires."""
    with (
        Play(prepared=prepared, moment="planned", folder=folder) as play,
        wired(folder / "wires", prepared.ports) as wires,
    ):
        for (here, there), wire in wires.items():
            card = str(prepared.folder / "making" / f"{there}.card")
            play.command(here, "peer", "add", card, "--url", f"https://127.0.0.1:{wire.port}")
        play.start()
        yield play, wires


def wait_for(so: Callable[[], bool], what: str) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + 120
    while not so():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


MIGRATION: Final = """
from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [("paraph_store", "{last}")]
    operations = [migrations.CreateModel("Next", [("id", models.BigAutoField(primary_key=True))],
                                         options={{"db_table": "paraph_next"}})]
"""


def next_version(folder: Path) -> Path:
    """The next version of the program: this one, with another number and one more table."""
    import paraph

    source = Path(paraph.__file__).parent
    shutil.copytree(source, folder / "paraph", ignore=shutil.ignore_patterns("__pycache__"))
    init = folder / "paraph" / "__init__.py"
    init.write_text(init.read_text("utf-8").replace(paraph.__version__, "99.0"), "utf-8")
    migrations = folder / "paraph" / "adapters" / "store" / "migrations"
    last = max(path.stem for path in migrations.glob("0*.py"))
    text = MIGRATION.replace("{last}", last).replace("{{", "{").replace("}}", "}")
    (migrations / "9999_next.py").write_text(text, "utf-8")
    return folder


def migrated(home: Path) -> bool:
    """Whether the next version has migrated a store."""
    with closing(sqlite3.connect(f"file:{home / STORE}?mode=ro", uri=True)) as store:
        return bool(store.execute("SELECT 1 FROM sqlite_master WHERE name = 'paraph_next'").fetchall())


def run(play: Play, name: str, arguments: list[str], source: Path) -> str:
    """Run a command of the program in another folder, until it succeeds; what it printed."""
    deadline = time.monotonic() + 120
    while True:
        done = subprocess.run(
            [sys.executable, "-m", "paraph", *arguments, "--home", str(play.home(name)), "--json"],
            env={"PYTHONPATH": str(source), "PATH": "/usr/bin:/bin"},
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        if not done.returncode:
            return done.stdout
        assert time.monotonic() < deadline, done.stdout + done.stderr
        time.sleep(0.2)


def _sealed(play: Play, source: Path) -> bool:
    play.look()
    shown = json.loads(run(play, "kosovo", ["dossier", "show"], source))
    plans = [play.current[name].standing.plan for name in ("israel", "mediator")]
    sizes = {play.current[name].final for name in ("israel", "mediator")} | {shown["final"]}
    return (
        all(p and len(p.container_seals) == 2 for p in plans) and len(sizes) == 1 and shown["acts"] in sizes
    )


def run_judge(play: Play, source: Path) -> list[str]:
    """Judge with the program in another folder."""
    program = (
        "import json, sys; from pathlib import Path; from tests.endurance.judging import Witness, judge; "
        "d, f = sys.argv[1], Path(sys.argv[2]); "
        "print(json.dumps(judge({n: f / n for n in ('israel', 'kosovo', 'mediator')}, d, Witness(d))['faults']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, play.prepared.dossier, str(play.folder / "nodes")],
        env={"PYTHONPATH": f"{source}:{Path(__file__).parents[2]}", "PATH": "/usr/bin:/bin"},
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    faults: list[str] = json.loads(done.stdout)
    return faults


def main(arguments: list[str] | None = None) -> int:
    """Play one scene and print what was measured as one JSON object."""
    from tests.endurance.disks import DISKS

    scenes = {**SCENES, **DISKS}
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scene", choices=scenes)
    parser.add_argument("--prepared", type=Path, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    options = parser.parse_args(arguments)
    enter()
    say(json.dumps(scenes[options.scene](prepared_once(options.prepared), options.folder.absolute())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
