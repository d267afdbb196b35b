"""What every store must do (``paraph.app.ports.Store`` and ``UnitOfWork``)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from paraph.app.ports import Due, PeerView, Store
from paraph.domain.ids import ActId, Digest, PartyId, Utc
from paraph.errors import ConflictError
from tests.support.rows import D1, D2, ISRAEL, KOSOVO, NOON, ONE, TWO, act, evidence, peer


class TestTransactions:
    def test_what_was_written_is_there_afterwards(self, store: Store):
        with store.write() as unit:
            unit.set_setting("a", "1")
            assert unit.setting("a") == "1"
        with store.read() as unit:
            assert unit.setting("a") == "1"

    def test_an_exception_undoes_everything(self, store: Store):
        with store.write() as unit:
            unit.add_act(act(0))
        with pytest.raises(RuntimeError), store.write() as unit:  # noqa: PT012 - the block is the unit of work
            unit.add_act(act(1))
            unit.place(D1, ISRAEL, 0, 0)
            unit.save_note(D1, 1, b"note")
            unit.save_peer(peer())
            unit.make_due(KOSOVO, D1, NOON)
            unit.keep_evidence(evidence("odd"))
            unit.put_secret("s", b"x")
            unit.set_setting("a", "1")
            unit.save_peer_view(KOSOVO, D1, PeerView(feeds={}, size=0, cosigned=0, wants=()))
            raise RuntimeError
        with store.read() as unit:
            assert (unit.feeds(D1), unit.size(D1), unit.unordered(D1)) == ({ISRAEL: 1}, 0, [act(0)])
            assert unit.latest_note(D1) is None
            assert unit.peers() == []
            assert unit.due(TWO, 9) == []
            assert unit.evidence() == []
            assert unit.secret("s") is None
            assert unit.setting("a") is None
            assert unit.peer_view(KOSOVO, D1) is None

    def test_the_store_can_be_written_after_an_undone_transaction(self, store: Store):
        for attempt in range(3):
            with pytest.raises(RuntimeError), store.write() as unit:  # noqa: PT012 - as above
                unit.set_setting("a", str(attempt))
                raise RuntimeError
        with store.write() as unit:
            unit.set_setting("a", "good")
        with store.read() as unit:
            assert unit.setting("a") == "good"

    def test_a_snapshot_does_not_see_later_writes(self, store: Store):
        with store.write() as unit:
            unit.set_setting("a", "old")
        with store.read() as reader:
            with store.write() as unit:
                unit.set_setting("a", "new")
            assert reader.setting("a") == "old"
        with store.read() as reader:
            assert reader.setting("a") == "new"

    def test_a_reader_neither_waits_for_a_writer_nor_sees_what_is_not_committed(self, store: Store):
        with store.write() as unit:
            unit.set_setting("a", "new")
            with ThreadPoolExecutor(1) as threads:

                def look() -> str | None:
                    with store.read() as reader:
                        return reader.setting("a")

                assert threads.submit(look).result(timeout=5) is None

    def test_a_reader_cannot_write(self, store: Store):
        with pytest.raises(AssertionError), store.read() as unit:
            unit.set_setting("a", "1")
        with store.read() as unit:
            assert unit.setting("a") is None

    def test_a_writer_within_a_writer_is_a_mistake_that_harms_nothing(self, store: Store):
        with store.write() as unit:
            unit.set_setting("a", "1")
            with pytest.raises(AssertionError), store.write():
                pass
        with store.write() as unit:
            assert unit.setting("a") == "1"

    def test_units_of_work_of_one_thread_may_be_nested_unless_both_write(self, store: Store):
        with store.read() as outer:
            with store.read() as inner:
                assert inner.setting("a") is None
            with store.write() as writer:
                with store.read() as inner:
                    writer.set_setting("a", "1")
                    assert inner.setting("a") is None
                assert writer.setting("a") == "1"
            with store.read() as inner:
                assert inner.setting("a") == "1"
            assert outer.setting("a") is None
        with store.read() as unit:
            assert unit.setting("a") == "1"
        with store.write() as unit:
            unit.set_setting("a", "2")

    def test_a_unit_of_work_is_used_once_and_only_inside_with(self, store: Store):
        with store.read() as unit:
            pass
        with pytest.raises(AssertionError):
            unit.setting("a")
        with pytest.raises(AssertionError), unit:
            pass

    def test_writers_of_four_threads_lose_nothing(self, store: Store):
        def count(_: int) -> None:
            for _ in range(25):
                with store.write() as unit:
                    unit.set_setting("n", str(int(unit.setting("n") or "0") + 1))

        with ThreadPoolExecutor(4) as threads:
            list(threads.map(count, range(4)))
        with store.read() as unit:
            assert unit.setting("n") == "100"

    def test_readers_in_four_threads_always_see_whole_units_of_work(self, store: Store):
        done = threading.Event()

        def watch(_: int) -> int:
            looks = 0
            while not done.is_set() or looks == 0:
                with store.read() as unit:
                    size, feeds = unit.size(D1), unit.feeds(D1)
                    assert feeds.get(ISRAEL, 0) == feeds.get(KOSOVO, 0)
                    assert (
                        size
                        == 2 * feeds.get(ISRAEL, 0)
                        == len(unit.log(D1, 0, 1000))
                        == int(unit.setting("n") or "0")
                    )
                looks += 1
            return looks

        with ThreadPoolExecutor(4) as threads:
            watchers = [threads.submit(watch, number) for number in range(4)]
            try:
                for number in range(60):
                    with store.write() as unit:
                        unit.add_act(act(number, position=2 * number))
                        unit.add_act(act(number, author=KOSOVO, position=2 * number + 1))
                        unit.set_setting("n", str(2 * number + 2))
            finally:
                done.set()
            assert all(watcher.result(timeout=30) > 0 for watcher in watchers)


class TestPeers:
    def test_peers_are_kept_as_they_are_and_sorted(self, store: Store):
        rows = [peer(PartyId(name)) for name in ("washington", "israel", "kosovo")]
        with store.write() as unit:
            for row in rows:
                unit.save_peer(row)
        with store.read() as unit:
            assert list(unit.peers()) == sorted(rows, key=lambda row: row.party)
            assert unit.peer(KOSOVO) == rows[2]
            assert unit.peer(PartyId("nobody")) is None

    def test_saving_again_replaces(self, store: Store):
        with store.write() as unit:
            unit.save_peer(peer(state="unverified"))
            unit.save_peer(replace(peer(), officers=(), card=b"new"))
        with store.read() as unit:
            assert list(unit.peers()) == [replace(peer(), officers=(), card=b"new")]


class TestActs:
    def test_nothing_is_held_at_first(self, store: Store):
        with store.read() as unit:
            assert (unit.feeds(D1), unit.size(D1), unit.act_count(D1)) == ({}, 0, 0)
            assert (
                list(unit.log(D1, 0, 9)),
                list(unit.feed(D1, ISRAEL, 0, 9)),
                list(unit.unordered(D1)),
            ) == ([], [], [])
            assert list(unit.dossiers()) == []

    def test_counts_follow_what_is_held(self, store: Store):
        with store.write() as unit:
            unit.add_act(act(0, position=0))
            unit.add_act(act(1))
            unit.add_act(act(0, author=KOSOVO, position=1))
            unit.add_act(act(0, dossier=D2))
            assert (unit.feeds(D1), unit.size(D1), unit.act_count(D1)) == ({ISRAEL: 2, KOSOVO: 1}, 2, 3)
        with store.read() as unit:
            assert (unit.feeds(D1), unit.size(D1), unit.act_count(D1)) == ({ISRAEL: 2, KOSOVO: 1}, 2, 3)
            assert (unit.feeds(D2), unit.size(D2), unit.act_count(D2)) == ({ISRAEL: 1}, 0, 1)

    def test_dossiers_come_in_the_order_of_their_first_acts(self, store: Store):
        with store.write() as unit:
            unit.save_note(D1, 0, b"a note is not yet an act")
        with store.write() as unit:
            unit.add_act(act(0, dossier=D2))
        with store.write() as unit:
            unit.add_act(act(0))
            unit.add_act(act(1, dossier=D2))
        with store.read() as unit:
            assert list(unit.dossiers()) == [D2, D1]

    def test_feeds_and_log_are_read_in_order_and_in_parts(self, store: Store):
        mine = [act(seq, position=seq * 2) for seq in range(5)]
        theirs = [act(seq, author=KOSOVO, position=seq * 2 + 1) for seq in range(5)]
        log = [row for pair in zip(mine, theirs, strict=True) for row in pair]
        with store.write() as unit:
            for row in log:
                unit.add_act(row)
        with store.read() as unit:
            assert list(unit.feed(D1, KOSOVO, 0, 100)) == theirs
            assert list(unit.feed(D1, KOSOVO, 3, 1)) == theirs[3:4]
            assert list(unit.feed(D1, KOSOVO, 9, 1)) == []
            assert list(unit.log(D1, 0, 100)) == log
            assert list(unit.log(D1, 4, 3)) == log[4:7]
            assert list(unit.log(D1, 10, 3)) == []
            assert list(unit.log(D1, 0, 0)) == []

    def test_an_act_is_placed_once(self, store: Store):
        with store.write() as unit:
            unit.add_act(act(0))
            unit.add_act(act(1))
            unit.add_act(act(0, author=KOSOVO))
        with store.read() as unit:
            assert list(unit.unordered(D1)) == [act(0), act(1), act(0, author=KOSOVO)]
        with store.write() as unit:
            unit.place(D1, KOSOVO, 0, 0)
            unit.place(D1, ISRAEL, 0, 1)
            unit.place(D1, ISRAEL, 0, 1)  # saying so again is harmless
        with store.read() as unit:
            assert list(unit.log(D1, 0, 9)) == [act(0, author=KOSOVO, position=0), act(0, position=1)]
            assert list(unit.unordered(D1)) == [act(1)]
            assert list(unit.feed(D1, ISRAEL, 0, 9)) == [act(0, position=1), act(1)]

    @pytest.mark.parametrize(
        "attempt",
        [
            lambda unit: unit.place(D1, ISRAEL, 0, 1),
            lambda unit: unit.place(D1, ISRAEL, 1, 0),
        ],
        ids=["another position", "a taken position"],
    )
    def test_another_place_is_a_conflict(self, store: Store, attempt: Callable[..., None]):
        with store.write() as unit:
            unit.add_act(act(0, position=0))
            unit.add_act(act(1))
        with pytest.raises(ConflictError) as caught, store.write() as unit:
            attempt(unit)
        assert caught.value.code == "position-taken"

    @pytest.mark.parametrize(
        "row",
        [act(0), replace(act(0), act=ActId("f" * 64), envelope=b"other"), act(0, author=KOSOVO, position=0)],
        ids=["the same", "another act in its place", "a taken position"],
    )
    def test_an_act_is_never_replaced(self, store: Store, row):
        with store.write() as unit:
            unit.add_act(act(0, position=0))
        with pytest.raises(ConflictError) as caught, store.write() as unit:
            unit.add_act(row)
        assert caught.value.code == "act-exists"
        with store.read() as unit:
            assert list(unit.log(D1, 0, 9)) == [act(0, position=0)]

    def test_after_a_conflict_the_unit_of_work_can_go_on(self, store: Store):
        with store.write() as unit:
            unit.add_act(act(0))
            with pytest.raises(ConflictError):
                unit.add_act(act(0))
            unit.add_act(act(1))
        with store.read() as unit:
            assert unit.feeds(D1) == {ISRAEL: 2}

    @pytest.mark.parametrize(
        "attempt",
        [
            lambda unit: unit.add_act(act(2)),
            lambda unit: unit.add_act(act(1, position=1)),
            lambda unit: unit.place(D1, ISRAEL, 0, 1),
            lambda unit: unit.place(D1, KOSOVO, 0, 0),
        ],
        ids=["in a feed", "in the log", "by placing", "an act not held"],
    )
    def test_a_gap_is_a_bug(self, store: Store, attempt: Callable[..., None]):
        with store.write() as unit:
            unit.add_act(act(0))
        with pytest.raises(AssertionError), store.write() as unit:
            attempt(unit)


class TestNotes:
    def test_a_note_is_kept_by_size_and_replaced(self, store: Store):
        with store.write() as unit:
            unit.save_note(D1, 3, b"three")
            unit.save_note(D1, 2, b"two")
            unit.save_note(D1, 3, b"three, more signatures")
        with store.read() as unit:
            assert (unit.note(D1, 2), unit.note(D1, 3), unit.note(D1, 4)) == (
                b"two",
                b"three, more signatures",
                None,
            )
            assert unit.latest_note(D1) == b"three, more signatures"
            assert unit.final_note(D1) is None
            assert unit.latest_note(D2) is None

    def test_final_forgets_smaller_notes_that_are_not_final(self, store: Store):
        with store.write() as unit:
            for size in (1, 2, 3, 4):
                unit.save_note(D1, size, b"%d" % size)
            unit.mark_final(D1, 1)
            unit.mark_final(D1, 3)
        with store.read() as unit:
            assert [unit.note(D1, size) for size in (1, 2, 3, 4)] == [b"1", None, b"3", b"4"]
            assert (unit.final_note(D1), unit.latest_note(D1)) == (b"3", b"4")

    def test_a_final_note_stays_final_when_it_gets_more_signatures(self, store: Store):
        with store.write() as unit:
            unit.save_note(D1, 3, b"three")
            unit.mark_final(D1, 3)
            unit.save_note(D1, 3, b"three, more")
        with store.read() as unit:
            assert unit.final_note(D1) == b"three, more"

    def test_larger_notes_are_forgotten(self, store: Store):
        with store.write() as unit:
            for size in (1, 2, 3, 4):
                unit.save_note(D1, size, b"%d" % size)
            unit.save_note(D2, 4, b"of another dossier")
            unit.mark_final(D1, 2)
        with store.write() as unit:
            unit.forget_notes(D1, 2)
        with store.read() as unit:
            assert [unit.note(D1, size) for size in (1, 2, 3, 4)] == [None, b"2", None, None]
            assert (unit.final_note(D1), unit.latest_note(D1)) == (b"2", b"2")
            assert unit.latest_note(D2) == b"of another dossier"

    def test_a_final_note_is_not_forgotten(self, store: Store):
        with store.write() as unit:
            unit.save_note(D1, 3, b"three")
            unit.mark_final(D1, 3)
        with pytest.raises(AssertionError), store.write() as unit:
            unit.forget_notes(D1, 2)
        with store.read() as unit:
            assert unit.final_note(D1) == b"three"

    def test_what_is_not_there_cannot_be_final(self, store: Store):
        with pytest.raises(AssertionError), store.write() as unit:
            unit.mark_final(D1, 3)


class TestOutbox:
    def one(self, store: Store) -> Due:
        with store.read() as unit:
            (entry,) = unit.due(TWO, 9)
            return entry

    def test_what_is_due_comes_oldest_first(self, store: Store):
        with store.write() as unit:
            unit.make_due(KOSOVO, D1, ONE)
            unit.make_due(KOSOVO, D2, NOON)
            unit.make_due(ISRAEL, D1, NOON)
            unit.make_due(ISRAEL, D2, Utc("2021-02-01T14:00:01Z"))
        with store.read() as unit:
            found = [(entry.peer, entry.dossier) for entry in unit.due(TWO, 9)]
            assert found == [(KOSOVO, D2), (ISRAEL, D1), (KOSOVO, D1)]
            assert [entry.dossier for entry in unit.due(TWO, 1)] == [D2]
            assert list(unit.due(Utc("2021-02-01T11:59:59Z"), 9)) == []

    def test_reasons_coalesce_and_the_earliest_time_counts(self, store: Store):
        with store.write() as unit:
            unit.make_due(KOSOVO, D1, ONE)
            unit.make_due(KOSOVO, D1, NOON)
            unit.make_due(KOSOVO, D1, TWO)
        entry = self.one(store)
        assert (entry.not_before, entry.version, entry.attempts) == (NOON, 3, 0)

    def test_a_new_reason_starts_the_attempts_anew(self, store: Store):
        with store.write() as unit:
            unit.make_due(KOSOVO, D1, NOON)
            unit.retry_due(unit.due(NOON, 1)[0], TWO)
        assert (self.one(store).attempts, self.one(store).not_before) == (1, TWO)
        with store.write() as unit:
            unit.make_due(KOSOVO, D1, ONE)
        assert (self.one(store).attempts, self.one(store).not_before) == (0, ONE)

    def test_what_is_due_later_for_a_peer_is_made_due_now(self, store: Store):
        with store.write() as unit:
            unit.make_due(KOSOVO, D1, NOON)
            unit.retry_due(unit.due(NOON, 1)[0], TWO)
            unit.make_due(ISRAEL, D1, TWO)
            unit.make_due(KOSOVO, D2, NOON)
            unit.clear_due(unit.due(NOON, 1)[0])
            unit.hasten_due(KOSOVO, ONE)
        with store.read() as unit:
            found = [(d.peer, d.not_before, d.attempts) for d in unit.due(TWO, 9)]
        assert found == [(KOSOVO, ONE, 1), (ISRAEL, TWO, 0)]

    def test_an_attempt_that_reached_nobody_is_put_off_and_not_counted(self, store: Store):
        with store.write() as unit:
            unit.make_due(KOSOVO, D1, NOON)
        old = self.one(store)
        with store.write() as unit:
            unit.rest_due(old, TWO)
        assert self.one(store) == replace(old, not_before=TWO)
        with store.write() as unit:
            unit.make_due(KOSOVO, D1, ONE)
            unit.rest_due(old, TWO)
        assert self.one(store).not_before == ONE

    def test_an_old_attempt_neither_clears_nor_delays_a_newer_reason(self, store: Store):
        with store.write() as unit:
            unit.make_due(KOSOVO, D1, NOON)
        old = self.one(store)
        with store.write() as unit:
            unit.make_due(KOSOVO, D1, NOON)
            unit.clear_due(old)
            unit.retry_due(old, TWO)
        assert self.one(store) == replace(old, version=old.version + 1)

    def test_what_is_cleared_is_gone_until_there_is_a_new_reason(self, store: Store):
        with store.write() as unit:
            unit.make_due(KOSOVO, D1, NOON)
        old = self.one(store)
        with store.write() as unit:
            unit.clear_due(old)
            unit.clear_due(old)
            unit.retry_due(old, NOON)
            assert list(unit.due(TWO, 9)) == []
            unit.make_due(KOSOVO, D1, ONE)
        new = self.one(store)
        assert (new.not_before, new.attempts) == (ONE, 0)
        # An attempt from before the clearing must not clear the new reason.
        assert new.version > old.version
        with store.write() as unit:
            unit.clear_due(old)
        assert self.one(store) == new

    def test_what_a_peer_holds_is_remembered(self, store: Store):
        view = PeerView(
            feeds={ISRAEL: 3, KOSOVO: 0}, size=2, cosigned=1, wants=(Digest("b" * 64), Digest("a" * 64))
        )
        with store.write() as unit:
            unit.save_peer_view(KOSOVO, D1, PeerView(feeds={}, size=0, cosigned=0, wants=()))
            unit.save_peer_view(KOSOVO, D1, view)
        with store.read() as unit:
            assert unit.peer_view(KOSOVO, D1) == view
            assert unit.peer_view(KOSOVO, D2) is None
            assert unit.peer_view(ISRAEL, D1) is None


class TestTheRest:
    def test_evidence_is_kept_in_order(self, store: Store):
        rows = [evidence("one"), evidence("two", dossier=D2), evidence("one"), evidence("three", dossier="")]
        with store.write() as unit:
            for row in rows:
                unit.keep_evidence(row)
        with store.read() as unit:
            assert list(unit.evidence()) == rows
            assert list(unit.evidence(D1)) == [rows[0], rows[2]]
            assert list(unit.evidence("")) == [rows[3]]

    def test_secrets_are_replaced_and_forgotten(self, store: Store):
        with store.write() as unit:
            unit.put_secret("s", b"\x00one")
            unit.put_secret("s", b"\x00two")
            unit.put_secret("t", b"")
        with store.write() as unit:
            assert (unit.secret("s"), unit.secret("t"), unit.secret("u")) == (b"\x00two", b"", None)
            unit.delete_secret("s")
            unit.delete_secret("s")
            assert unit.secret("s") is None

    def test_settings_are_replaced(self, store: Store):
        with store.write() as unit:
            unit.set_setting("a", "קדם")
            unit.set_setting("a", "ç")
        with store.read() as unit:
            assert (unit.setting("a"), unit.setting("b")) == ("ç", None)
