"""One transaction on the store (``paraph.app.ports.UnitOfWork``).

The statements are written out: each is portable between SQLite and PostgreSQL, uses one index, and can
be read beside the port. Django contributes connections, transactions and the schema.

Counting never scans: feeds and positions have no gaps, so a count is one more than a maximum, and the
unique indexes know their maxima.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from paraph.adapters.store.transaction import Transaction
from paraph.app.ports import ActRow, Due, EvidenceRow, PeerRow, PeerView
from paraph.domain.ids import ActId, Digest, DossierId, PartyId, Utc
from paraph.errors import ConflictError

__all__ = ["DjangoUnitOfWork"]

_FINAL, _OPEN = True, False
"""Values of the column that tells final notes from others."""

_MOST_NAMES = 500
"""Values in one statement; databases take a thousand at least."""

_ACT = "SELECT dossier, author, author_seq, act, envelope, position FROM paraph_act "


class DjangoUnitOfWork(Transaction):
    """One transaction that speaks the words of the port."""

    # peers

    def peers(self) -> Sequence[PeerRow]:
        """All peers, by party id."""
        return [
            _peer(row)
            for row in self._all("SELECT party, card, state, officers, url FROM paraph_peer ORDER BY party")
        ]

    def peer(self, party: PartyId) -> PeerRow | None:
        """One peer, or None."""
        row = self._one("SELECT party, card, state, officers, url FROM paraph_peer WHERE party = %s", party)
        return _peer(row) if row else None

    def save_peer(self, row: PeerRow) -> None:
        """Insert or replace a peer."""
        self._run(
            "INSERT INTO paraph_peer (party, card, state, officers, url) VALUES (%s, %s, %s, %s, %s) "
            "ON CONFLICT (party) DO UPDATE SET "
            "card = excluded.card, state = excluded.state, officers = excluded.officers, url = excluded.url",
            row.party, row.card, row.state, _json(list(row.officers)), row.url,
        )  # fmt: skip

    # acts and log

    def dossiers(self) -> Sequence[DossierId]:
        """Ids of all dossiers with at least one act, oldest first."""
        return [DossierId(row[0]) for row in self._all("SELECT dossier FROM paraph_dossier ORDER BY id")]

    def arrivals(self, mark: int) -> tuple[int, frozenset[DossierId]]:
        """Dossiers that got acts since a mark (see ``UnitOfWork.arrivals``); writers exclude each other, so keys only grow."""
        rows = self._all("SELECT dossier, MAX(id) FROM paraph_act WHERE id > %s GROUP BY dossier", mark)
        return max((mark, *(int(last) for _, last in rows))), frozenset(DossierId(one) for one, _ in rows)

    def add_act(self, row: ActRow) -> None:
        """Insert one act (see ``UnitOfWork.add_act``)."""
        held = self._feed_length(row.dossier, row.author)
        if row.author_seq < held:
            raise ConflictError(
                "act-exists",
                f"act {row.author_seq} of {row.author} is already held",
                author=row.author,
                seq=row.author_seq,
            )
        assert row.author_seq == held, f"act {row.author_seq} of {row.author} would leave a gap after {held}"
        if row.position is not None:
            size = self.size(row.dossier)
            if row.position < size:
                raise ConflictError(
                    "act-exists", f"position {row.position} is already taken", position=row.position
                )
            assert row.position == size, f"position {row.position} would leave a gap after {size}"
        if held == 0:
            self._run(
                "INSERT INTO paraph_dossier (dossier) VALUES (%s) ON CONFLICT (dossier) DO NOTHING",
                row.dossier,
            )
            self._run("INSERT INTO paraph_feed (dossier, author) VALUES (%s, %s)", row.dossier, row.author)
        self._run(
            "INSERT INTO paraph_act (dossier, author, author_seq, act, envelope, position) VALUES (%s, %s, %s, %s, %s, %s)",
            row.dossier, row.author, row.author_seq, row.act, row.envelope, row.position,
        )  # fmt: skip

    def place(self, dossier: DossierId, author: PartyId, author_seq: int, position: int) -> None:
        """Give an unordered act its log position (see ``UnitOfWork.place``)."""
        row = self._one(
            "SELECT position FROM paraph_act WHERE dossier = %s AND author = %s AND author_seq = %s",
            dossier, author, author_seq,
        )  # fmt: skip
        assert row is not None, f"act {author_seq} of {author} is not held"
        if row[0] == position:
            return
        size = self.size(dossier)
        if row[0] is not None or position < size:
            raise ConflictError(
                "position-taken",
                f"position {position} or act {author_seq} of {author} is already placed",
                position=position,
            )
        assert position == size, f"position {position} would leave a gap after {size}"
        self._run(
            "UPDATE paraph_act SET position = %s WHERE dossier = %s AND author = %s AND author_seq = %s",
            position, dossier, author, author_seq,
        )  # fmt: skip

    def _feed_length(self, dossier: DossierId, author: PartyId) -> int:
        row = self._one(
            "SELECT MAX(author_seq) FROM paraph_act WHERE dossier = %s AND author = %s", dossier, author
        )
        return 0 if row is None or row[0] is None else int(row[0]) + 1

    def feeds(self, dossier: DossierId) -> dict[PartyId, int]:
        """Number of acts held per author."""
        rows = self._all(
            "SELECT author, (SELECT MAX(author_seq) FROM paraph_act "
            "WHERE paraph_act.dossier = paraph_feed.dossier AND paraph_act.author = paraph_feed.author) "
            "FROM paraph_feed WHERE dossier = %s ORDER BY author",
            dossier,
        )
        return {PartyId(author): int(last) + 1 for author, last in rows}

    def size(self, dossier: DossierId) -> int:
        """Number of ordered acts."""
        row = self._one("SELECT MAX(position) FROM paraph_act WHERE dossier = %s", dossier)
        return 0 if row is None or row[0] is None else int(row[0]) + 1

    def act_count(self, dossier: DossierId) -> int:
        """Number of acts held, ordered or not."""
        return sum(self.feeds(dossier).values())

    def feed(self, dossier: DossierId, author: PartyId, start: int, limit: int) -> Sequence[ActRow]:
        """Acts of one author from ``author_seq >= start``, in order, at most ``limit``."""
        where = "WHERE dossier = %s AND author = %s AND author_seq >= %s ORDER BY author_seq LIMIT %s"
        return [_act(row) for row in self._all(_ACT + where, dossier, author, start, limit)]

    def log(self, dossier: DossierId, start: int, limit: int) -> Sequence[ActRow]:
        """Ordered acts from ``position >= start``, in order, at most ``limit``."""
        where = "WHERE dossier = %s AND position >= %s ORDER BY position LIMIT %s"
        return [_act(row) for row in self._all(_ACT + where, dossier, start, limit)]

    def unordered(self, dossier: DossierId) -> Sequence[ActRow]:
        """Acts without position, by (author, author_seq)."""
        where = "WHERE dossier = %s AND position IS NULL ORDER BY author, author_seq"
        return [_act(row) for row in self._all(_ACT + where, dossier)]

    # checkpoints

    def note(self, dossier: DossierId, size: int) -> bytes | None:
        """The note of that size with all signature lines known so far."""
        return _bytes(
            self._one("SELECT note FROM paraph_note WHERE dossier = %s AND size = %s", dossier, size)
        )

    def save_note(self, dossier: DossierId, size: int, note: bytes) -> None:
        """Insert or replace the note of that size; final stays final."""
        self._run(
            "INSERT INTO paraph_note (dossier, size, note, final) VALUES (%s, %s, %s, %s) "
            "ON CONFLICT (dossier, size) DO UPDATE SET note = excluded.note",
            dossier, size, note, _OPEN,
        )  # fmt: skip

    def forget_notes(self, dossier: DossierId, above: int) -> None:
        """Forget the notes of every larger size; none of them may be final."""
        final = "SELECT 1 FROM paraph_note WHERE dossier = %s AND final = %s AND size > %s LIMIT 1"
        assert self._one(final, dossier, _FINAL, above) is None, (
            f"a note over more than {above} acts is final"
        )
        self._run("DELETE FROM paraph_note WHERE dossier = %s AND size > %s", dossier, above)

    def latest_note(self, dossier: DossierId) -> bytes | None:
        """The note of the largest size."""
        return _bytes(
            self._one("SELECT note FROM paraph_note WHERE dossier = %s ORDER BY size DESC LIMIT 1", dossier)
        )

    def final_note(self, dossier: DossierId) -> bytes | None:
        """The note marked final of the largest size."""
        final = "SELECT note FROM paraph_note WHERE dossier = %s AND final = %s ORDER BY size DESC LIMIT 1"
        return _bytes(self._one(final, dossier, _FINAL))

    def mark_final(self, dossier: DossierId, size: int) -> None:
        """Mark the note of that size final and forget smaller notes that are not final."""
        changed = self._run(
            "UPDATE paraph_note SET final = %s WHERE dossier = %s AND size = %s", _FINAL, dossier, size
        )
        assert changed == 1, f"there is no note of size {size} to mark"
        self._run(
            "DELETE FROM paraph_note WHERE dossier = %s AND final = %s AND size < %s", dossier, _OPEN, size
        )

    # what peers hold, and the outbox

    def peer_view(self, peer: PartyId, dossier: DossierId) -> PeerView | None:
        """What the peer was last known to hold."""
        row = self._one(
            "SELECT feeds, size, cosigned, wants FROM paraph_peer_view WHERE peer = %s AND dossier = %s",
            peer,
            dossier,
        )
        if row is None:
            return None
        feeds = {PartyId(author): int(count) for author, count in json.loads(row[0]).items()}
        wants = tuple(Digest(digest) for digest in json.loads(row[3]))
        return PeerView(feeds=feeds, size=row[1], cosigned=row[2], wants=wants)

    def save_peer_view(self, peer: PartyId, dossier: DossierId, view: PeerView) -> None:
        """Remember what the peer holds."""
        self._run(
            "INSERT INTO paraph_peer_view (peer, dossier, feeds, size, cosigned, wants) VALUES (%s, %s, %s, %s, %s, %s) "
            "ON CONFLICT (peer, dossier) DO UPDATE SET "
            "feeds = excluded.feeds, size = excluded.size, cosigned = excluded.cosigned, wants = excluded.wants",
            peer, dossier, _json(view.feeds), view.size, view.cosigned, _json(list(view.wants)),
        )  # fmt: skip

    def make_due(self, peer: PartyId, dossier: DossierId, not_before: Utc) -> None:
        """Add or renew an outbox entry; an earlier ``not_before`` that is still due is kept."""
        self._run(
            "INSERT INTO paraph_due (peer, dossier, version, not_before, attempts) VALUES (%s, %s, 1, %s, 0) "
            "ON CONFLICT (peer, dossier) DO UPDATE SET version = paraph_due.version + 1, attempts = 0, not_before = "
            "CASE WHEN paraph_due.not_before < excluded.not_before THEN paraph_due.not_before ELSE excluded.not_before END",
            peer, dossier, not_before,
        )  # fmt: skip

    def due(self, now: Utc, limit: int) -> Sequence[Due]:
        """Entries whose ``not_before`` has come, oldest first."""
        rows = self._all(
            "SELECT peer, dossier, version, not_before, attempts FROM paraph_due "
            "WHERE not_before <= %s ORDER BY not_before, id LIMIT %s",
            now, limit,
        )  # fmt: skip
        return [
            Due(
                peer=PartyId(peer),
                dossier=DossierId(dossier),
                version=version,
                not_before=Utc(at),
                attempts=attempts,
            )
            for peer, dossier, version, at, attempts in rows
        ]

    def retry_due(self, entry: Due, not_before: Utc) -> None:
        """After an attempt that changed nothing: attempts + 1 and a new ``not_before`` (if version is unchanged)."""
        self._run(
            "UPDATE paraph_due SET attempts = attempts + 1, not_before = %s "
            "WHERE peer = %s AND dossier = %s AND version = %s AND not_before IS NOT NULL",
            not_before, entry.peer, entry.dossier, entry.version,
        )  # fmt: skip

    def rest_due(self, entry: Due, not_before: Utc) -> None:
        """After an attempt that reached nobody: a new ``not_before`` (if version is unchanged); it does not count."""
        self._run(
            "UPDATE paraph_due SET not_before = %s "
            "WHERE peer = %s AND dossier = %s AND version = %s AND not_before IS NOT NULL",
            not_before, entry.peer, entry.dossier, entry.version,
        )  # fmt: skip

    def hasten_due(self, peer: PartyId, now: Utc) -> None:
        """Make everything due now that is due for a peer later; what was tried before counts as it did."""
        self._run(
            "UPDATE paraph_due SET not_before = %s WHERE peer = %s AND not_before > %s",
            now, peer, now,
        )  # fmt: skip

    def clear_due(self, entry: Due) -> None:
        """Finish the entry if its version is still the one attempted."""
        self._run(
            "UPDATE paraph_due SET not_before = NULL, attempts = 0 WHERE peer = %s AND dossier = %s AND version = %s",
            entry.peer, entry.dossier, entry.version,
        )  # fmt: skip

    # evidence, secrets, settings

    def keep_evidence(self, row: EvidenceRow) -> None:
        """Keep what was refused, with its reason."""
        self._run(
            "INSERT INTO paraph_evidence (at, peer, dossier, code, message, data) VALUES (%s, %s, %s, %s, %s, %s)",
            row.at, row.peer, row.dossier, row.code, row.message, row.data,
        )  # fmt: skip

    def evidence(self, dossier: str | None = None) -> Sequence[EvidenceRow]:
        """All evidence, or that of one dossier, oldest first."""
        columns = "SELECT at, peer, dossier, code, message, data FROM paraph_evidence "
        if dossier is None:
            rows = self._all(columns + "ORDER BY id")
        else:
            rows = self._all(columns + "WHERE dossier = %s ORDER BY id", dossier)
        return [
            EvidenceRow(
                at=Utc(at), peer=PartyId(peer), dossier=about, code=code, message=message, data=bytes(data)
            )
            for at, peer, about, code, message, data in rows
        ]

    def put_secret(self, name: str, data: bytes) -> None:
        """Keep private bytes."""
        self._run(
            "INSERT INTO paraph_secret (name, data) VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET data = excluded.data",
            name, data,
        )  # fmt: skip

    def secret(self, name: str) -> bytes | None:
        """Private bytes, or None."""
        return _bytes(self._one("SELECT data FROM paraph_secret WHERE name = %s", name))

    def delete_secret(self, name: str) -> None:
        """Forget private bytes; nothing happens if there are none."""
        self._run("DELETE FROM paraph_secret WHERE name = %s", name)

    def set_setting(self, name: str, value: str) -> None:
        """Keep a small value."""
        self._run(
            "INSERT INTO paraph_setting (name, value) VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            name, value,
        )  # fmt: skip

    def setting(self, name: str) -> str | None:
        """A small value, or None."""
        row = self._one("SELECT value FROM paraph_setting WHERE name = %s", name)
        return None if row is None else str(row[0])

    def settings(self, names: Iterable[str]) -> Mapping[str, str]:
        """Those of some small values that there are (see ``UnitOfWork.settings``)."""
        wanted, found = list(dict.fromkeys(names)), dict[str, str]()
        for start in range(0, len(wanted), _MOST_NAMES):
            part = wanted[start : start + _MOST_NAMES]
            places = ", ".join(["%s"] * len(part))
            found.update(self._all(f"SELECT name, value FROM paraph_setting WHERE name IN ({places})", *part))  # noqa: S608 - placeholders only
        return found


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _bytes(row: tuple[Any, ...] | None) -> bytes | None:
    # PostgreSQL drivers may hand out a memoryview.
    return None if row is None else bytes(row[0])


def _peer(row: tuple[Any, ...]) -> PeerRow:
    party, card, state, officers, url = row
    return PeerRow(
        party=PartyId(party), card=bytes(card), state=state, officers=tuple(json.loads(officers)), url=url
    )


def _act(row: tuple[Any, ...]) -> ActRow:
    dossier, author, author_seq, act, envelope, position = row
    return ActRow(
        dossier=DossierId(dossier), author=PartyId(author), author_seq=author_seq, act=ActId(act),
        envelope=bytes(envelope), position=position,
    )  # fmt: skip
