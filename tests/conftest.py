"""What every test may rely on: loopback only, the same examples for everybody, no silent gaps.

A test marked ``tools`` names the programs it calls: ``@pytest.mark.tools("pdfsig", "qpdf")``. Where one is missing the test
is skipped with its name, except under ``make test``, which has installed them and therefore fails instead.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from tests.support.cluster import Cluster, cluster, programs

if TYPE_CHECKING:  # Django is not ready when this is read
    from tests.support.databases import PeopleElsewhere

# Debian and Ubuntu put the module here, on every architecture.
SOFTHSM = Path("/usr/lib/softhsm/libsofthsm2.so")

# Set by `make test`: nothing may be skipped because the machine lacks it.
COMPLETE = os.environ.get("PARAPH_TESTS_COMPLETE") == "1"

# Deadlines measure the machine, not the code. Every run draws the same examples; HYPOTHESIS_PROFILE=wide draws new and more.
settings.register_profile(
    "same", deadline=None, derandomize=True, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "wide", deadline=None, max_examples=1000, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


@pytest.fixture(autouse=True)
def _ordinary_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy, no locale and no time zone of the machine decides a result."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name bytes by their length: random ones would give every worker another name for the same test."""
    return f"{argname}-{len(val)}-bytes" if isinstance(val, bytes) else None


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip, or under ``make test`` fail, a test whose programs are missing."""
    missing = [
        name for mark in item.iter_markers("tools") for name in mark.args if shutil.which(name) is None
    ]
    if item.get_closest_marker("hsm") is not None and not SOFTHSM.exists():
        missing.append(str(SOFTHSM))
    if item.get_closest_marker("postgresql") is not None and programs() is None:
        missing.append("initdb (PostgreSQL)")
    if not missing:
        return
    reason = f"missing here: {', '.join(missing)} (`make test` installs them)"
    if COMPLETE:
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session", autouse=True)
def _pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Django as a node with pages has it: stores and pages are tested in the same process."""
    import django
    from django.conf import settings as django_settings
    from django.core.management import call_command
    from django.db import connections

    from paraph.adapters.store.location import database_settings
    from paraph.node.web.settings import web_settings
    from tests.support.site import URL

    writing, _ = database_settings(tmp_path_factory.mktemp("people") / "people.sqlite3")
    django_settings.configure(**web_settings(url=URL, secret_key="of tests only, " * 5, database=writing))
    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    yield
    connections["default"].close()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Cluster]:
    """A PostgreSQL server of this process of tests; a test that asks for it is marked ``postgresql``."""
    with cluster() as server:
        yield server


@pytest.fixture(scope="session")
def people_on_postgresql(postgresql: Cluster) -> Iterator[PeopleElsewhere]:
    """Tables of people on PostgreSQL."""
    from tests.support.databases import PeopleElsewhere

    elsewhere = PeopleElsewhere(postgresql.make("people"))
    yield elsewhere
    elsewhere.close()


ENGINES = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql))
"""Parameters of a test that runs on both."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that meets tables of people runs on both engines, unless it, its class or its module is marked otherwise.

    One of many cases has those on PostgreSQL among the slow ones: they ask for the same rows.
    """
    if "people" not in metafunc.fixturenames:
        return
    mark = metafunc.definition.get_closest_marker("engines")
    chosen: list[Any] = list(ENGINES)
    if mark is not None and "postgresql" not in mark.args:
        chosen = ["sqlite"]
    elif metafunc.definition.get_closest_marker("parametrize") is not None:
        chosen[1] = pytest.param("postgresql", marks=[pytest.mark.postgresql, pytest.mark.slow])
    metafunc.parametrize("people", chosen, indirect=True)


@pytest.fixture
def people(request: pytest.FixtureRequest) -> Iterator[None]:
    """Tables of people that are as they were when the test ends."""
    from tests.support.site import rolled_back

    with ExitStack() as kept:
        if request.param == "postgresql":
            kept.enter_context(request.getfixturevalue("people_on_postgresql").in_use())
        kept.enter_context(rolled_back())
        yield
