"""Another name of ``paraph.domain.instants.after``, for the benchmarks."""

from __future__ import annotations

from paraph.domain.instants import after as later

__all__ = ["later"]
