"""What happens when: events in milliseconds, one after the other, in an order that is always the same."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field

__all__ = ["Event", "Timeline"]


@dataclass(slots=True, order=True)
class Event:
    """Something that will happen.

    Attributes:
        at: When, in milliseconds since the beginning.
        order: Of those at the same moment, the one that was planned first comes first.
        act: What happens.
        idle: Whether it is only a node looking again: it keeps nobody waiting for the end.
        cancelled: Whether it will not happen after all.
    """

    at: int
    order: int
    act: Callable[[], None] = field(compare=False)
    idle: bool = field(default=False, compare=False)
    cancelled: bool = field(default=False, compare=False)


@dataclass(slots=True)
class Timeline:
    """The events to come.

    Attributes:
        now: The present, in milliseconds since the beginning.
        steps: How many events have happened.
    """

    now: int = 0
    steps: int = 0
    _heap: list[Event] = field(default_factory=list)
    _count: int = 0
    _busy: int = 0

    def at(self, moment: int, act: Callable[[], None], *, idle: bool = False) -> Event:
        """Plan an event; one in the past happens now."""
        self._count += 1
        event = Event(max(moment, self.now), self._count, act, idle)
        if not idle:
            self._busy += 1
        heapq.heappush(self._heap, event)
        return event

    def after(self, wait: int, act: Callable[[], None], *, idle: bool = False) -> Event:
        """Plan an event some milliseconds from now."""
        return self.at(self.now + wait, act, idle=idle)

    def cancel(self, event: Event | None) -> None:
        """Let an event not happen; harmless if it has."""
        if event is not None and not event.cancelled:
            event.cancelled = True
            if not event.idle:
                self._busy -= 1

    def busy(self) -> bool:
        """Whether anything is planned beyond nodes that look again."""
        return self._busy > 0

    def next_at(self) -> int | None:
        """When the next event happens, or None if there is none."""
        while self._heap and self._heap[0].cancelled:
            heapq.heappop(self._heap)
        return self._heap[0].at if self._heap else None

    def step(self) -> bool:
        """Let the next event happen; False if there is none."""
        if self.next_at() is None:
            return False
        event = heapq.heappop(self._heap)
        self.now = event.at
        event.cancelled = True  # it is no longer to come
        if not event.idle:
            self._busy -= 1
        self.steps += 1
        event.act()
        return True
