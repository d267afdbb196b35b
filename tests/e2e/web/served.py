"""Pages to look at: of a world in memory, served by this process, or of a real node in a process of its own."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.asgi import get_asgi_application
from django.core.management import call_command

from paraph import case
from paraph.cli.demo import story
from paraph.node.server import ServerThread
from tests.e2e.conftest import PARAPH, paraph
from tests.support.nodes import World
from tests.support.site import officer, signed_in, site_of

__all__ = ["Site", "WebNode", "free_port"]

START_S = 30
"""Longest time until a node that was started serves its pages."""

STOP_S = 10


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@dataclass(slots=True, kw_only=True)
class Site:
    """The pages of a world in memory.

    Attributes:
        url: Where they are.
        folder: Home of whichever node is shown.
    """

    url: str
    folder: Path
    _shown: tuple[str, str] = ("", "")
    _worlds: dict[str, World] = field(default_factory=dict)
    _cookies: dict[str, list[Any]] = field(default_factory=dict)

    @classmethod
    @contextmanager
    def open(cls) -> Iterator[Site]:
        port = free_port()
        application: Any = get_asgi_application()
        with (
            TemporaryDirectory(prefix="paraph-site-") as folder,
            ServerThread(application, tls_cert=None, tls_key=None, host="127.0.0.1", port=port),
        ):
            yield cls(url=f"http://localhost:{port}", folder=Path(folder))
        call_command("flush", verbosity=0, interactive=False)

    def show(self, stage: str, member: str = "first") -> World:
        """Serve one member's node of a world that has come to a stage."""
        from paraph.node.desk.projection import forget_everything

        if self._shown != (stage, member):
            if stage not in self._worlds:
                self._worlds[stage] = World.at(stage)
            world = self._worlds[stage]
            shown = world.members[world.mediator] if member == "mediator" else getattr(world, member)
            site_of(shown, self.folder)
            forget_everything()  # all these worlds are the same dossier, at different times
            self._shown = (stage, member)
        return self._worlds[stage]

    def cookies_of(self, role: str) -> list[Any]:
        """Cookies of a browser in which somebody with a role in all dossiers signed in; none for nobody."""
        if not role:
            return []
        if role not in self._cookies:
            # In the worlds of these tests the first party is "north", and its foreign minister signs.
            fields = {"signatory": "north.fm"} if role == "signatory" else {}
            client = signed_in(
                officer(f"{role.replace('-', ' ').capitalize()} of the ministry", role, **fields)
            )
            self._cookies[role] = [
                {"name": name, "value": kept.value, "url": self.url} for name, kept in client.cookies.items()
            ]
        return self._cookies[role]


@dataclass(slots=True, kw_only=True)
class WebNode:
    """A real node with pages, on this machine.

    Attributes:
        home: Its folder.
        url: Its pages: a name of its own, so that browsers keep nodes apart.
        said: What ``node init`` printed.
    """

    home: Path
    url: str
    said: Any
    process: subprocess.Popen[bytes] | None = None

    @classmethod
    def make(cls, folder: Path, party: str) -> WebNode:
        """Make a node and start it."""
        folder.mkdir()
        material = folder / "material"
        story._lay_out(material, json.loads(case.story_file()))
        port, web_port = free_port(), free_port()
        url = f"http://{party}.localhost:{web_port}"
        said = paraph(
            "node", "init", "--home", str(folder / "home"), "--party", party, "--particulars",
            str(material / f"{party}.json"), "--port", str(port), "--web-port", str(web_port), "--web-url", url,
            "--country", story.COUNTRY[party], "--json",
        )  # fmt: skip
        node = cls(home=folder / "home", url=url, said=json.loads(said))
        node.start()
        return node

    def start(self) -> None:
        with (self.home.parent / "node.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*PARAPH, "node", "run", "--home", str(self.home)],
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
            )
        deadline = time.monotonic() + START_S
        while not self._answers():
            assert self.process.poll() is None, (self.home.parent / "node.log").read_text("utf-8")[-3000:]
            assert time.monotonic() < deadline, "the pages did not come up"
            time.sleep(0.1)

    def _answers(self) -> bool:
        port = self.url.rpartition(":")[2]
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/people/sign-in", headers={"Host": self.url.removeprefix("http://")}
        )
        try:
            with urllib.request.urlopen(request, timeout=5):
                return True
        except urllib.error.HTTPError as answer:
            answer.close()
            return True
        except OSError:
            return False

    def stop(self) -> None:
        """Stop it as an operator does; kill what does not stop."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(STOP_S)
        self.process = None
