"""Backup and restore of a node's folder."""

from __future__ import annotations

from pathlib import Path

from paraph.adapters.store.backup import BackupReport, back_up, back_up_keys
from paraph.adapters.store.home import NodeHome
from paraph.adapters.store.restore import restore, restore_keys
from paraph.bootstrap.clock import SystemClock
from paraph.bootstrap.configuration import read_configuration

__all__ = ["back_up_node", "files_elsewhere", "restore_node"]


def back_up_node(
    folder: Path, target: Path, *, with_keys: bool = False, keys_only: bool = False
) -> BackupReport:
    """Back up the node in ``folder`` into one file: all of it, with keys or without, or its keys and peers only."""
    home, now = NodeHome(folder), SystemClock().now()
    if keys_only:
        return back_up_keys(home, target, now=now)
    return back_up(home, target, now=now, include_keys=with_keys)


def restore_node(source: Path | None, folder: Path) -> BackupReport:
    """Make a node in ``folder`` from a backup, or from the keys and the configuration that are there already."""
    home, now = NodeHome(folder), SystemClock().now()
    if source is not None:
        return restore(source, home, now=now)
    restore_keys(home, now=now)
    return BackupReport(files=0, size_bytes=0, keys=True, whole=False)


def files_elsewhere(folder: Path) -> tuple[str, ...]:
    """Files that the configuration names and no backup takes, because they do not lie among the keys."""
    home = NodeHome(folder)
    settings = read_configuration(home.config)
    named = [*settings.timestamp_anchors, *settings.crls, *settings.fonts]
    for place in settings.signing.values():
        named += [place.pkcs12, place.passphrase_file, place.pin_file, place.certificates]
    inside = home.keys.resolve()
    return tuple(sorted({name for name in named if name and inside not in (folder / name).resolve().parents}))
