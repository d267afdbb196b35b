"""Names of the invariants, and the error that says that one does not hold."""

from __future__ import annotations

from typing import Final

__all__ = ["NAMES", "BrokenError"]

NAMES: Final = {
    "one-log": "the logs of honest nodes are beginnings of one log, unless the node that orders lies",
    "final-stays": "a final act never changes and never disappears; no two honest nodes hold different final acts",
    "one-act": "in each place of an honest node's feed stands one act, the same bytes wherever it is held",
    "not-early": "nobody but its party, and as a secret the mediator, holds a first signature before it may be seen",
    "signs-once": "an honest party makes no second deposit unless the mediator refused the first, or nobody holds it any more",
    "one-ending": "no plan is released on one honest node and aborted on another, or first the one and then the other",
    "not-accused": "no honest node holds a proof against an honest node",
    "proof-holds": "the verifier accepts every proof for which an honest node froze a dossier",
    "evidence": "an honest node keeps what it refused, with the reason",
    "exposed": "if one honest node has proof of a lie, all of them get proof of it",
    "all-final": "when everything has healed and nobody lies, every act has its place everywhere and is final",
    "alike": "when everything has healed, honest nodes hold the same acts in the same order, or a liar is exposed",
    "obtained": "after a release every honest party gets every first signature",
    "finished": "if nobody lies or leaves, what was released is concluded",
    "same-result": "honest parties that finish keep the same originals, and those that have both hold the same bytes",
    "destroyed": "when an exchange is over, honest nodes have destroyed the deposits",
    "moderate": "no node sends another more than 500 bundles or 128 MiB until everything heals, nor after that",
    "rest": "the nodes come to rest",
    "no-bug": "nothing fails that is not one of the product's own errors",
}
"""Every invariant by its name, and what it says."""


class BrokenError(Exception):
    """An invariant does not hold.

    Attributes:
        invariant: Which.
        message: What was found, in words.
    """

    def __init__(self, invariant: str, message: str) -> None:
        """Say which, and what was found."""
        assert invariant in NAMES, invariant
        super().__init__(f"{invariant}: {message}")
        self.invariant, self.message = invariant, message
