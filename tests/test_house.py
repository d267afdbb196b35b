"""The rules of the house that linters cannot see: sizes, names, purity, locks, decisions, documentation."""

from __future__ import annotations

import ast
import re
import socket
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_socket import SocketConnectBlockedError

ROOT = Path(__file__).resolve().parent.parent
SRC = ROOT / "src" / "paraph"

# A longer file holds more than one thing. Tests of one thing may need more room than the thing.
MOST_LINES = {"src": 400, "tests": 600}

# A file is named after what it holds; these names hold anything.
EMPTY_NAMES = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "misc",
    "manager",
    "managers",
    "service",
    "services",
}

# Calls that make a result depend on when or where it is computed. The domain and the wire formats have none.
IMPURE_CALLS = {
    "breakpoint", "input", "open", "print",
    "datetime.now", "datetime.today", "datetime.utcnow", "datetime.datetime.now", "datetime.datetime.today",
    "datetime.datetime.utcnow", "date.today", "datetime.date.today", "time.time", "time.monotonic", "time.time_ns",
    "os.environ.get", "os.getenv", "os.urandom", "random.random", "secrets.token_bytes", "uuid.uuid1", "uuid.uuid4",
}  # fmt: skip

# Packages that only the server or the tests have; the core must import without them.
NOT_IN_THE_CORE = {"django", "httpx", "typst", "uvicorn", "segno", "pkcs11", "pyhanko", "pytest"}


def modules(*parts: str) -> list[Path]:
    """Every Python file under a package of ``paraph``, migrations apart."""
    return sorted(p for p in SRC.joinpath(*parts).rglob("*.py") if "migrations" not in p.parts)


def name(path: Path) -> str:
    """A path as shown in a test id."""
    return path.relative_to(ROOT).as_posix()


def dotted(node: ast.expr) -> str:
    """``a.b.c`` for a name or an attribute chain, else the empty string."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return ""


def impure_calls(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and name of each call in ``IMPURE_CALLS``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and dotted(node.func) in IMPURE_CALLS:
            yield node.lineno, dotted(node.func)


@pytest.mark.parametrize("folder", ["src", "tests"])
def test_files_stay_small(folder: str) -> None:
    sizes = {name(p): len(p.read_text("utf-8").splitlines()) for p in (ROOT / folder).rglob("*.py")}
    long = {path: lines for path, lines in sizes.items() if lines > MOST_LINES[folder]}
    assert not long, "split by what they hold"


def test_files_are_named_after_what_they_hold() -> None:
    assert not [name(p) for p in modules() if p.stem in EMPTY_NAMES or p.parent.name in EMPTY_NAMES]


@pytest.mark.parametrize("package", ["domain", "wire"])
def test_results_depend_on_arguments_alone(package: str) -> None:
    found = [
        f"{name(path)}:{line} {call}"
        for path in modules(package)
        for line, call in impure_calls(ast.parse(path.read_text("utf-8")))
    ]
    assert not found


def test_the_purity_check_finds_what_it_looks_for() -> None:
    code = "import datetime\nt = datetime.datetime.now(tz=None)\nwith open('x') as f: pass\nx.open()\n"
    assert list(impure_calls(ast.parse(code))) == [(2, "datetime.datetime.now"), (3, "open")]


def test_nothing_signed_is_a_float() -> None:
    """Floats print differently in different languages; an act has none, so the domain declares none."""
    found = [
        f"{name(path)}:{node.lineno}"
        for path in modules("domain")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.AnnAssign) and "float" in ast.unparse(node.annotation)
    ]
    assert not found


def test_core_and_verifier_import_without_the_server() -> None:
    """What an auditor installs: ``pip install paraph``, no extras."""
    core = [
        ".".join(p.relative_to(SRC.parent).with_suffix("").parts).removesuffix(".__init__")
        for package in ("domain", "wire", "verify", "app")
        for p in modules(package)
    ]
    program = (
        "import importlib, sys\n"
        "class Absent:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name.partition('.')[0] in {sorted(NOT_IN_THE_CORE)!r}:\n"
        "            raise ModuleNotFoundError(f'{name} is not part of the core')\n"
        "sys.meta_path.insert(0, Absent())\n"
        f"for name in {core!r}: importlib.import_module(name)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60
    )
    assert run.returncode == 0, run.stderr


def test_a_test_that_leaves_the_machine_fails() -> None:
    with socket.create_server(("127.0.0.1", 0)) as here:
        socket.create_connection(here.getsockname(), timeout=5).close()
    # It warns before it raises, and warnings are errors. 192.0.2.0/24 is kept for examples (RFC 5737).
    with pytest.raises((UserWarning, SocketConnectBlockedError), match=r"192\.0\.2\.1"):
        socket.create_connection(("192.0.2.1", 443), timeout=5)


def locked(lock: str) -> dict[str, str]:
    """Package name to version, from a lock file."""
    text = (ROOT / "requirements" / f"{lock}.lock").read_text("utf-8")
    return dict(re.findall(r"^([a-z0-9._-]+)==([^\s;\\]+)", text, re.MULTILINE))


@pytest.mark.parametrize("lock", ["core", "node", "dev"])
def test_locks_pin_every_file_and_name_no_registry(lock: str) -> None:
    text = (ROOT / "requirements" / f"{lock}.lock").read_text("utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*(-i|-f|--(extra-)?index-url|--find-links|--trusted-host)", text, re.MULTILINE)
    requirements = re.split(r"\n(?=[a-z0-9])", re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE).strip())
    assert len(requirements) == len(locked(lock))
    assert all("--hash=sha256:" in r for r in requirements)


@pytest.mark.parametrize("smaller", ["core", "node"])
def test_what_is_installed_is_what_is_tested(smaller: str) -> None:
    assert locked(smaller).items() <= locked("dev").items()


def test_every_dependency_is_argued() -> None:
    metadata = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    lists = [
        metadata["project"]["dependencies"],
        *metadata["project"]["optional-dependencies"].values(),
        *metadata["dependency-groups"].values(),
    ]
    entries = [entry for entries in lists for entry in entries if isinstance(entry, str)]
    declared = {re.split(r"[<>=~\[; ]", entry)[0].lower() for entry in entries}
    argued = (ROOT / "docs" / "operate" / "dependencies.md").read_text("utf-8").lower()
    assert not sorted(d for d in declared if f"| {d} |" not in argued)


def test_decisions_are_numbered_stated_and_indexed() -> None:
    folder = ROOT / "docs" / "adr"
    index = (folder / "0000-index.md").read_text("utf-8")
    decisions = sorted(p for p in folder.glob("*.md") if p.name != "0000-index.md")
    assert [int(p.name[:4]) for p in decisions] == list(range(1, len(decisions) + 1))
    for path in decisions:
        text = path.read_text("utf-8")
        assert re.search(r"^Status: (proposed|accepted|superseded by \d{4})", text, re.MULTILINE), path.name
        for heading in ("## Context", "## Decision", "## Consequences"):
            assert heading in text, f"{path.name} lacks {heading}"
        assert f"({path.name})" in index, f"{path.name} is not in the index"


def test_links_between_documents_lead_somewhere() -> None:
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    broken = [
        f"{name(path)}: {target}"
        for path in documents
        for target in re.findall(r"(?<!!)\[[^\]]*\]\(([^)#\s]+)", path.read_text("utf-8"))
        if "://" not in target and not target.startswith("mailto:") and not (path.parent / target).exists()
    ]
    assert not broken


def test_every_error_code_is_documented() -> None:
    check = [sys.executable, str(ROOT / "scripts" / "error-codes"), "--check"]
    assert subprocess.run(check, check=False, timeout=60).returncode == 0, "run `make pages`"


def commands() -> set[str]:
    """The commands that the command line declares, read from its source."""
    found = set()
    for path in modules("cli"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and dotted(node.func).endswith("add_parser") and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    found.add(first.value)
    return found


def test_every_command_is_documented() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs" / "operate").glob("*.md")]
    words = set(re.findall(r"[a-z][a-z-]*", "\n".join(p.read_text("utf-8") for p in pages)))
    assert not sorted(commands() - words)


def test_the_two_commands_of_the_first_screen_exist() -> None:
    screen = (ROOT / "README.md").read_text("utf-8")[:3000]
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in ("demo", "test"):
        assert f"make {target}" in screen
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)
