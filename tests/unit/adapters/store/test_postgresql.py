"""What a store meets on a server that is somebody else's to run: it restarts, it refuses, it is not there."""

from __future__ import annotations

import pytest

from paraph.adapters.store.database import open_store
from paraph.errors import ParaphError, PermanentError, TransientError
from tests.support.cluster import Cluster
from tests.support.rows import D1, ISRAEL, act

pytestmark = pytest.mark.postgresql


def test_a_store_goes_on_after_the_server_ended_its_connections(postgresql: Cluster, database: str):
    store = open_store(database)
    with store.write() as unit:
        unit.add_act(act(0))
    with store.read() as unit, store.read() as another:
        assert unit.size(D1) == another.size(D1)
    postgresql.cut_off()
    with store.read() as unit:
        assert list(unit.feed(D1, ISRAEL, 0, 9)) == [act(0)]
    with store.write() as unit:
        unit.add_act(act(1))
    with store.read() as unit, store.read() as another:
        assert list(unit.feed(D1, ISRAEL, 0, 9)) == list(another.feed(D1, ISRAEL, 0, 9)) == [act(0), act(1)]
    store.close()


def test_a_connection_that_ends_within_a_unit_of_work_undoes_it(postgresql: Cluster, database: str):
    store = open_store(database)
    with pytest.raises(ParaphError) as caught, store.write() as unit:  # noqa: PT012 - the block is the unit of work
        unit.add_act(act(0))
        postgresql.cut_off()
        unit.add_act(act(1))
    assert isinstance(caught.value, TransientError)
    assert caught.value.code == "store-unreachable"
    with store.write() as unit:
        assert unit.feeds(D1) == {}
        unit.add_act(act(0))
    store.close()


def test_a_database_that_is_not_there_is_named_so(postgresql: Cluster):
    with pytest.raises(PermanentError) as caught:
        open_store(postgresql.url("absent"))
    assert caught.value.code == "store-missing"


def test_a_server_that_is_not_there_is_worth_another_try(postgresql: Cluster):
    with pytest.raises(TransientError) as caught:
        open_store(postgresql.url("x").replace("paraph-pg-", "no-server-"))
    assert caught.value.code == "store-unreachable"


def test_a_user_whom_the_server_does_not_know_is_refused(postgresql: Cluster):
    with pytest.raises(PermanentError) as caught:
        open_store(postgresql.url("postgres").replace("//paraph@", "//stranger@"))
    assert caught.value.code == "store-refused"
