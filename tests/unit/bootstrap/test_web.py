"""People's tables, made when pages are first served."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from paraph.bootstrap.configuration import Configuration, write_configuration
from paraph.domain.ids import PartyId

AT_ONCE = 4
PROGRAM = "import sys; from pathlib import Path; from paraph.bootstrap.web import prepare_web; prepare_web(Path(sys.argv[1]))"


def test_processes_that_begin_at_once_make_the_tables_once(tmp_path: Path) -> None:
    settings = Configuration(party=PartyId("israel"), web_port=7480, web_url="http://localhost:7480")
    (tmp_path / "paraph.toml").write_text(write_configuration(settings), "utf-8")
    (tmp_path / "keys").mkdir()
    started = [
        subprocess.Popen([sys.executable, "-c", PROGRAM, str(tmp_path)], stderr=subprocess.PIPE, text=True)
        for _ in range(AT_ONCE)
    ]
    told = [one.communicate(timeout=120)[1] for one in started]
    assert [one.returncode for one in started] == [0] * AT_ONCE, told
