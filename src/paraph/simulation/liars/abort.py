"""Wishes to stop that come too late, or pretend that they did not."""

from __future__ import annotations

from typing import Final

from paraph.domain.acts import ExchangeAborted, ExchangeAbortRequested, Mode
from paraph.simulation.clock import BEGIN
from paraph.simulation.liars.lie import Lie, Scene, Tell, Teller, When, deposited, released

__all__ = ["LIES"]

_LATE: Final = "2026-03-09T09:00:00Z"
"""Long after any time limit."""


def _ask(scene: Scene, **header: object) -> None:
    plan = scene.plan
    assert plan is not None
    scene.say(ExchangeAbortRequested(plan=plan.body.plan, reason="no more"), **header)


def _end(scene: Scene, **header: object) -> None:
    plan = scene.plan
    assert plan is not None
    scene.say(ExchangeAborted(plan=plan.body.plan, reason="no more"), **header)


def _seeing_all(scene: Scene) -> dict[str, int]:
    """What the liar's node has worked in: an act that comes after it cannot be placed before."""
    return {p: n for p, n in scene.liar.current.view.ordered.items() if p != scene.liar.party}


def _lie(name: str, tell: Tell, when: When, teller: Teller = Teller.PARTY, mode: Mode | None = None) -> Lie:
    return Lie(family="abort", name=name, teller=teller, tell=tell, when=when, mode=mode, most=2)


LIES: Final = (
    _lie("late", lambda scene: _ask(scene, seen=_seeing_all(scene)), released),
    _lie("late-backdated", lambda scene: _ask(scene, time=BEGIN), released),
    _lie("late-by-itself", _end, released),
    _lie("postdated", lambda scene: _ask(scene, time=_LATE), deposited),
    _lie("unseen", _ask, deposited),
    _lie("by-itself", _end, deposited),
    _lie("late-by-mediator", lambda scene: _end(scene, time=BEGIN), released, Teller.MEDIATOR, Mode.MEDIATED),
)
