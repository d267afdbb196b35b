"""Backup and restore of a node's folder."""

from __future__ import annotations

from pathlib import Path

from paraph.adapters.store.backup import BackupReport, back_up, restore
from paraph.adapters.store.home import NodeHome
from paraph.bootstrap.clock import SystemClock

__all__ = ["back_up_node", "restore_node"]


def back_up_node(folder: Path, target: Path, *, with_keys: bool) -> BackupReport:
    """Back up the node in ``folder`` into one file."""
    return back_up(NodeHome(folder), target, now=SystemClock().now(), include_keys=with_keys)


def restore_node(source: Path, folder: Path) -> BackupReport:
    """Make a node in ``folder`` from a backup."""
    return restore(source, NodeHome(folder), now=SystemClock().now())
