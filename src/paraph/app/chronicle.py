"""When acts of each kind were made last in a dossier: what "since when" is read from.

A standing holds no history. This is a fold over the log that is small, can be kept anywhere, goes on where it stopped, and
can be dropped at any time. Acts without effect do not count.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from paraph.app.dossiers import Current, not_worked_in
from paraph.app.matters import ANYTHING, Times
from paraph.app.ports import UnitOfWork
from paraph.domain.acts import Act
from paraph.domain.ids import Utc
from paraph.wire.act import read_act

__all__ = ["Chronicle", "brought_up_to_date"]

_PAGE: Final = 512
"""Acts read from the store at a time, as when a dossier is loaded."""

_APART: Final = " "
"""Between kind and instrument in a kept name; no kind has one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chronicle:
    """How far a log was followed.

    Attributes:
        size: How many ordered acts.
        ordered: When acts of each kind were made last among them.
        times: The same with the acts that have no place yet.
    """

    size: int = 0
    ordered: Times = field(default_factory=dict)
    times: Times = field(default_factory=dict)

    def to_json(self) -> dict[str, object]:
        """What is worth keeping."""
        return {"size": self.size, "ordered": {_APART.join(key): at for key, at in self.ordered.items()}}

    @classmethod
    def from_json(cls, value: Mapping[str, object]) -> Chronicle:
        """What was kept; nothing of it is trusted but its own writer."""
        size, kept = value.get("size", 0), value.get("ordered", {})
        assert isinstance(size, int)
        assert isinstance(kept, Mapping)
        ordered = {_key(str(name)): Utc(str(at)) for name, at in kept.items()}
        return cls(size=size, ordered=ordered, times=ordered)


def _key(name: str) -> tuple[str, str]:
    kind, _, instrument = name.partition(_APART)
    return kind, instrument


def brought_up_to_date(before: Chronicle, uow: UnitOfWork, current: Current) -> Chronicle:
    """Follow a log from where it was left.

    Args:
        before: How far it was followed.
        uow: A transaction.
        current: The dossier as loaded in it.
    """
    size = current.view.size
    if before.size > size:  # a restored store has forgotten something
        before = Chronicle()
    void = {one.position for one in current.view.void}
    ordered, start = dict(before.ordered), before.size
    while start < size:
        rows = uow.log(current.dossier, start, min(_PAGE, size - start))
        acts = [read_act(row.envelope).act for row in rows]
        _note(ordered, (act for place, act in enumerate(acts, start) if place not in void))
        start += len(rows)
    waiting = [read_act(row.envelope).act for row in not_worked_in(uow, current.dossier, current.view)]
    times = dict(ordered)
    _note(times, waiting)
    return Chronicle(size=size, ordered=ordered, times=times)


def _note(times: dict[tuple[str, str], Utc], acts: Iterable[Act]) -> None:
    for act in acts:
        instrument = str(getattr(act.body, "instrument", ""))
        for key in {(act.kind, instrument), (act.kind, ""), (ANYTHING, "")}:
            times[key] = max(act.time, times.get(key, Utc("")))
