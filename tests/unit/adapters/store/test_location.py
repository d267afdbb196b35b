from __future__ import annotations

from pathlib import Path

import pytest

from paraph.adapters.store import location
from paraph.adapters.store.location import database_settings, file_system
from paraph.errors import PermanentError

MOUNTS = r"""
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
40 22 0:35 / /srv rw shared:2 - nfs4 server:/export rw
41 40 8:1 / /srv/local rw shared:3 - xfs /dev/sda1 rw
42 22 0:36 / /media/with\040space rw shared:4 - cifs //server/share rw
43 22 0:37 / /twice rw - nfs server:/x rw
44 22 8:2 / /twice rw - ext4 /dev/sdb rw
nonsense
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/lib/paraph", "ext4"),
        ("/srv/paraph/store", "nfs4"),
        ("/srv", "nfs4"),
        ("/srv/local/store", "xfs"),
        ("/srvother/store", "ext4"),
        ("/media/with space/store", "cifs"),
        ("/twice/store", "ext4"),
    ],
)
def test_the_nearest_and_latest_mount_counts(path: str, kind: str):
    assert file_system(Path(path), MOUNTS) == kind


def test_without_mounts_nothing_is_known():
    assert file_system(Path("/x"), "") == ""


def test_network_file_systems_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    mounts = tmp_path / "mountinfo"
    mounts.write_text(f"1 0 0:1 / / rw - ext4 /dev/vda rw\n2 1 0:2 / {tmp_path}/share rw - nfs4 a:/b rw\n")
    monkeypatch.setattr(location, "_MOUNTS", mounts)
    database_settings(tmp_path / "local.sqlite3")
    (tmp_path / "link").symlink_to(tmp_path / "share")
    for place in ("share/store.sqlite3", "link/store.sqlite3"):
        with pytest.raises(PermanentError) as caught:
            database_settings(tmp_path / place)
        assert caught.value.code == "network-file-system"
        assert "nfs4" in caught.value.message


def test_systems_without_proc_are_taken_at_their_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(location, "_MOUNTS", tmp_path / "absent")
    database_settings(tmp_path / "store.sqlite3")


@pytest.mark.parametrize(
    ("database", "path"),
    [
        ("/var/lib/x.sqlite3", "/var/lib/x.sqlite3"),
        (Path("/var/lib/x.sqlite3"), "/var/lib/x.sqlite3"),
        ("sqlite:////var/lib/with%20space", "/var/lib/with space"),
        ("relative.sqlite3", str(Path.cwd() / "relative.sqlite3")),
        ("sqlite:///relative.sqlite3", str(Path.cwd() / "relative.sqlite3")),
    ],
)
def test_sqlite_paths(database: str | Path, path: str):
    writing, reading = database_settings(database)
    assert writing["NAME"] == reading["NAME"] == path


def test_a_postgresql_address_is_taken_apart():
    writing, reading = database_settings("postgresql://me:p%40ss@db.example:5433/paraph")
    assert [writing[key] for key in ("USER", "PASSWORD", "HOST", "PORT", "NAME")] == [
        "me",
        "p@ss",
        "db.example",
        "5433",
        "paraph",
    ]
    assert "default_transaction_read_only=on" in str(reading["OPTIONS"])
    assert "default_transaction_read_only=off" in str(writing["OPTIONS"])


def test_what_libpq_takes_may_follow_and_a_socket_may_stand_for_the_host():
    writing, reading = database_settings(
        "postgresql://me@%2Frun%2FPG/paraph?sslmode=verify-full&options=-c%20default_transaction_read_only%3Doff"
    )
    assert writing["HOST"] == "/run/PG"
    assert isinstance(writing["OPTIONS"], dict)
    assert isinstance(reading["OPTIONS"], dict)
    assert writing["OPTIONS"]["sslmode"] == reading["OPTIONS"]["sslmode"] == "verify-full"
    last = reading["OPTIONS"]["options"].rpartition("default_transaction_read_only=")[2]
    assert last.startswith("on ")


def test_other_engines_are_refused():
    with pytest.raises(PermanentError) as caught:
        database_settings("mysql://me@host/x")
    assert caught.value.code == "database-url"
