"""One killed run: a package goes on from some moment, processes are killed on the way, and it is concluded all the same.

A program of its own, so that a run can have a network of its own: ``python -m tests.endurance.killed --help``.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from paraph.cli.output import say
from tests.endurance.homes import MOMENTS, prepared_once
from tests.endurance.officers import fork
from tests.endurance.play import LOOK_S, PATIENCE_S, Play
from tests.endurance.rooms import enter
from tests.endurance.strikes import Strike, aim, draw

__all__ = ["KilledRun", "main"]


@dataclass(slots=True, kw_only=True)
class KilledRun:
    """One run.

    Attributes:
        play: What goes on.
        seed: From which the strikes are drawn.
        waiting: Strikes to come.
        aimed: The one that waits for its instant, or struck last.
        struck: Those whose instant came.
    """

    play: Play
    seed: int
    waiting: list[Strike] = field(default_factory=list)
    struck: list[dict[str, object]] = field(default_factory=list)
    aimed: Strike | None = None
    dead_until: dict[str, float] = field(default_factory=dict)
    nodes_killed: int = 0
    killer: int = 0
    returned: bool = False

    def run(self) -> dict[str, Any]:
        """Run, judge, and tell."""
        begun = time.monotonic()
        self.waiting = draw(self.seed, self.play.moment)
        with self.play:
            self.play.start()
            try:
                self._go_on()
            finally:
                self._end_killer()
        found = self.play.judge()
        kills = {"node": self.nodes_killed, "command": self._commands_killed()}
        return {
            "moment": self.play.moment,
            "seed": self.seed,
            "seconds": round(time.monotonic() - begun, 1),
            "kills": {kind: n for kind, n in kills.items() if n},
            "strikes": self.struck,
            **found,
        }

    def _go_on(self) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while True:
            self._bury()
            self._raise()
            running = {name for name, officer in self.play.officers.items() if officer.pid}
            done = self.play.look()
            self.returned = any(not self.play.officers[name].pid for name in running)
            if done and not self.play.away:
                return  # a strike whose instant has not come does not come any more
            if self.waiting and not self.killer and not self.play.away:
                self._aim()
            assert time.monotonic() < deadline, f"stuck: {self.play.where()}"
            time.sleep(LOOK_S)

    def _aim(self) -> None:
        """Let the next strike watch for its instant, once there is somebody to strike."""
        strike = self.waiting[0]
        first = self.play.officers[strike.names[0]]
        pids = [self.play.nodes[name].pid for name in strike.names]
        if strike.target == "officer":
            if not first.pid:
                if self._idle(strike.names[0]):
                    self.waiting.pop(0)  # this officer has nothing to do any more
                return
            pids = [first.pid]
        elif strike.target == "all":
            pids += [officer.pid for officer in self.play.officers.values() if officer.pid]
        if strike.aim == "return" and not self.returned:
            if all(self._idle(name) for name in self.play.officers):
                self.waiting.pop(0)
            return
        self.aimed = self.waiting.pop(0)
        home = self.play.home(strike.names[0])
        self.killer = fork(aim(strike, home, pids), self.play.folder / "strikes.log")

    def _idle(self, name: str) -> bool:
        officer = self.play.officers[name]
        return not officer.pid and officer.is_done(self.play.current[name].standing)

    def _bury(self) -> None:
        """See who has died, and what was durable then."""
        if self.killer:
            pid, status = os.waitpid(self.killer, os.WNOHANG)
            if pid:
                self.killer = 0
                if not status and self.aimed:
                    self.struck.append(self.aimed.told())
        pause = self.aimed.pause_s if self.aimed else 0.0
        for name, node in self.play.nodes.items():
            if name in self.play.away or node.poll() is None:
                continue
            assert node.returncode == -signal.SIGKILL, f"{name} ended: {self.play.log(name)[-2000:]}"
            self.nodes_killed += 1
            self.play.away.add(name)
            self.dead_until[name] = time.monotonic() + pause
            self.play.witness.look(name, self.play.home(name))

    def _raise(self) -> None:
        for name, at in list(self.dead_until.items()):
            if time.monotonic() >= at:
                del self.dead_until[name]
                self.play.start(name)

    def _commands_killed(self) -> int:
        return sum(officer.killed for officer in self.play.officers.values())

    def _end_killer(self) -> None:
        if self.killer:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.killer, signal.SIGKILL)
            os.waitpid(self.killer, 0)


def main(arguments: list[str] | None = None) -> int:
    """Do one run and print what happened as one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prepared", type=Path, required=True, help="folder with homes; made if missing")
    parser.add_argument("--folder", type=Path, required=True, help="new folder for this run")
    parser.add_argument("--moment", choices=MOMENTS, required=True)
    parser.add_argument("--seed", type=int, required=True)
    options = parser.parse_args(arguments)
    enter()
    play = Play(
        prepared=prepared_once(options.prepared), moment=options.moment, folder=options.folder.absolute()
    )
    say(json.dumps(KilledRun(play=play, seed=options.seed).run()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
