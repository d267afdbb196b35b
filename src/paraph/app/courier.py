"""A courier with threads: each carries one bundle and waits for its answer."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass

from paraph.app.ports import PeerRow, Transport

__all__ = ["ThreadedCourier"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadedCourier:
    """``Courier`` over a channel that makes its caller wait.

    Attributes:
        transport: How bundles travel.
        executor: Where the waiting is done.
    """

    transport: Transport
    executor: Executor

    def carry(
        self,
        peer: PeerRow,
        bundle: bytes,
        answered: Callable[[bytes], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Hand a bundle to a thread."""
        self.executor.submit(self._carry, peer, bundle, answered, failed)

    def _carry(
        self,
        peer: PeerRow,
        bundle: bytes,
        answered: Callable[[bytes], None],
        failed: Callable[[Exception], None],
    ) -> None:
        try:
            answer = self.transport.exchange(peer, bundle)
        except Exception as error:  # noqa: BLE001 - whoever sent it sorts and tells apart
            failed(error)
        else:
            answered(answer)
