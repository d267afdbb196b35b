"""How many requests one address may make: a token bucket for each.

The limits are generous. They do not tell friend from foe (bundles do that by themselves); they keep one
runaway client from taking the node away from the others.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

__all__ = ["BURST", "PER_SECOND", "TokenBuckets"]

PER_SECOND = 500.0
"""Requests per second and address in the long run; three nodes on one machine conclude a package with fewer."""

BURST = 2000.0
"""Requests at once; a peer that was away for a week catches up."""

MAX_ADDRESSES = 10_000
"""Addresses remembered, about 2 MB; the one unseen for longest is forgotten first, and was full again anyway."""


class TokenBuckets:
    """Token buckets by address. Not for several threads: a server asks from its event loop only."""

    def __init__(
        self,
        *,
        per_second: float = PER_SECOND,
        burst: float = BURST,
        max_addresses: int = MAX_ADDRESSES,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start with full buckets.

        Args:
            per_second: How fast a bucket fills.
            burst: How much it holds.
            max_addresses: How many are remembered.
            now: A clock that never goes back, in seconds.
        """
        self._per_second = per_second
        self._burst = burst
        self._max_addresses = max_addresses
        self._now = now
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, address: str) -> float:
        """Take one token for ``address``.

        Returns:
            0 if there was one, otherwise the seconds until there is.
        """
        now = self._now()
        tokens, at = self._buckets.get(address, (self._burst, now))
        tokens = min(self._burst, tokens + (now - at) * self._per_second)
        wait_s = 0.0 if tokens >= 1 else (1 - tokens) / self._per_second
        self._buckets[address] = (tokens - 1 if wait_s == 0 else tokens, now)
        self._buckets.move_to_end(address)
        if len(self._buckets) > self._max_addresses:
            self._buckets.popitem(last=False)
        return wait_s
