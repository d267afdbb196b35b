"""What the failure of a delivery says about the peer."""

from __future__ import annotations

from typing import Final

from paraph.errors import ParaphError, TransientError

__all__ = ["is_away", "is_refusal", "nobody_was_there"]

_AWAY: Final = frozenset({"peer-unreachable", "peer-slow", "peer-busy"})
_REFUSALS: Final = frozenset({"peer-refused", "bundle-refused"})
_NOBODY_THERE: Final = frozenset({"peer-unreachable", "peer-suspended"})


def is_away(error: Exception) -> bool:
    """Whether a peer could not be reached, or could not take a bundle now: that passes without anybody doing anything here."""
    return isinstance(error, TransientError) and error.code in _AWAY


def is_refusal(error: ParaphError) -> bool:
    """Whether a peer did not take a bundle; it may know this node by another of its cards."""
    return error.code in _REFUSALS


def nobody_was_there(error: Exception) -> bool:
    """Whether nobody has seen what was sent, so that the failure says nothing about it."""
    return isinstance(error, ParaphError) and error.code in _NOBODY_THERE
