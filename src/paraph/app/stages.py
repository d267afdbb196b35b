"""The stages of a package, from its first text to its conclusion: what is done, and whose turn it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from paraph.app.matters import Matter, MatterKind
from paraph.domain.acts import Mode
from paraph.domain.ids import PartyId
from paraph.domain.standing import Dossier, InstrumentState, Plan, PlanState

__all__ = ["Progress", "Stage", "StageName", "current_stage", "stages"]


class StageName(StrEnum):
    """The stages, in order."""

    TEXT = "text"
    INITIALS = "initials"
    ORIGINALS = "originals"
    AUTHORITY = "authority"
    PLAN = "plan"
    DEPOSITS = "deposits"
    RELEASE = "release"
    CONCLUSION = "conclusion"


class Progress(StrEnum):
    """How far a stage is."""

    NOT_YET = "not-yet"
    """It cannot begin: an earlier one is not done."""
    UNDER_WAY = "under-way"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One stage.

    Attributes:
        name: Which.
        progress: How far it is.
        turn: Whose turn it is.
        until: When it is too late, or "".
    """

    name: StageName
    progress: Progress
    turn: tuple[PartyId, ...]
    until: str = ""


_OF: Final[Mapping[MatterKind, StageName]] = {
    MatterKind.JOIN: StageName.TEXT,
    MatterKind.DESCRIBE: StageName.TEXT,
    MatterKind.PROPOSE_TEXT: StageName.TEXT,
    MatterKind.ACCEPT_TEXT: StageName.TEXT,
    MatterKind.INITIAL: StageName.INITIALS,
    MatterKind.ANSWER_REOPENING: StageName.INITIALS,
    MatterKind.ENGROSS: StageName.ORIGINALS,
    MatterKind.COMPARE_ORIGINALS: StageName.ORIGINALS,
    MatterKind.PRESENT_CERTIFICATE: StageName.AUTHORITY,
    MatterKind.PRESENT_POWERS: StageName.AUTHORITY,
    MatterKind.VERIFY_POWERS: StageName.AUTHORITY,
    MatterKind.ORDER_SIGNING: StageName.AUTHORITY,
    MatterKind.PROPOSE_PLAN: StageName.PLAN,
    MatterKind.ACCEPT_PLAN: StageName.PLAN,
    MatterKind.DEPOSIT: StageName.DEPOSITS,
    MatterKind.DEPOSIT_AGAIN: StageName.DEPOSITS,
    MatterKind.ANSWER_STOP: StageName.DEPOSITS,
    MatterKind.COUNTERSIGN: StageName.CONCLUSION,
}
"""To which stage what waits belongs; the rest belongs to none, or to the one under way."""

_LIFE: Final = tuple(InstrumentState)
_EXCHANGED: Final = frozenset(
    {PlanState.RELEASED, PlanState.COUNTERSIGNED, PlanState.SEALED, PlanState.CONCLUDED}
)

Fact = Callable[[Dossier, Plan | None, bool], bool]


def stages(standing: Dossier, matters: Iterable[Matter]) -> tuple[Stage, ...]:
    """All stages of a dossier.

    Args:
        standing: Where it stands.
        matters: What waits in it.
    """
    waiting = tuple(matters)
    authority_open = any(_OF.get(one.kind) is StageName.AUTHORITY for one in waiting)
    found: list[Stage] = []
    for name, (begun, done) in _FACTS.items():
        if done(standing, standing.plan, authority_open):
            progress = Progress.DONE
        elif begun(standing, standing.plan, authority_open):
            progress = Progress.UNDER_WAY
        else:
            progress = Progress.NOT_YET
        mine = [one for one in waiting if _stage_of(one, standing.plan) is name]
        if mine and progress is Progress.NOT_YET:
            progress = Progress.UNDER_WAY
        found.append(
            Stage(
                name=name,
                progress=progress,
                turn=tuple(sorted({one.party for one in mine})),
                until=min((one.until for one in mine if one.until), default=""),
            )
        )
    return tuple(found)


def current_stage(found: Iterable[Stage]) -> StageName:
    """The first stage that is not done; the last one when all are."""
    return next((one.name for one in found if one.progress is not Progress.DONE), StageName.CONCLUSION)


def _stage_of(matter: Matter, plan: Plan | None) -> StageName | None:
    if matter.kind is not MatterKind.NODE_WORKS or plan is None:
        return _OF.get(matter.kind)
    if plan.state is not PlanState.OPEN:
        return StageName.CONCLUSION
    return StageName.DEPOSITS if matter.about == "check-deposit" else StageName.RELEASE


def _all_at(standing: Dossier, least: InstrumentState) -> bool:
    return bool(standing.instruments) and all(_at(i.state, least) for i in standing.instruments.values())


def _any_at(standing: Dossier, least: InstrumentState) -> bool:
    return any(_at(i.state, least) for i in standing.instruments.values())


def _at(state: InstrumentState, least: InstrumentState) -> bool:
    return _LIFE.index(state) >= _LIFE.index(least)


def _deposits_in(standing: Dossier, plan: Plan | None) -> bool:
    if plan is None:
        return False
    if plan.body.mode is Mode.DIRECT:
        return plan.state is PlanState.OPEN and len(plan.deposits) == len(standing.parties)
    return plan.state is PlanState.OPEN and not plan.not_held(standing.parties)


def _state_in(plan: Plan | None, states: Iterable[PlanState]) -> bool:
    return plan is not None and plan.state in states


_FACTS: Final[Mapping[StageName, tuple[Fact, Fact]]] = {
    StageName.TEXT: (
        lambda _standing, _plan, _open: True,
        lambda standing, _plan, _open: _all_at(standing, InstrumentState.AGREED),
    ),
    StageName.INITIALS: (
        lambda standing, _plan, _open: _any_at(standing, InstrumentState.AGREED),
        lambda standing, _plan, _open: _all_at(standing, InstrumentState.INITIALLED),
    ),
    StageName.ORIGINALS: (
        lambda standing, _plan, _open: _any_at(standing, InstrumentState.INITIALLED),
        lambda standing, _plan, _open: _all_at(standing, InstrumentState.ENGROSSED),
    ),
    StageName.AUTHORITY: (
        lambda standing, _plan, _open: _any_at(standing, InstrumentState.INITIALLED),
        lambda standing, _plan, open_: _all_at(standing, InstrumentState.ENGROSSED) and not open_,
    ),
    StageName.PLAN: (
        lambda standing, plan, _open: plan is not None or _any_at(standing, InstrumentState.ENGROSSED),
        lambda _standing, plan, _open: _state_in(plan, {PlanState.OPEN, *_EXCHANGED}),
    ),
    StageName.DEPOSITS: (
        lambda _standing, plan, _open: _state_in(plan, {PlanState.OPEN}),
        lambda standing, plan, _open: _deposits_in(standing, plan) or _state_in(plan, _EXCHANGED),
    ),
    StageName.RELEASE: (
        lambda standing, plan, _open: _deposits_in(standing, plan),
        lambda _standing, plan, _open: _state_in(plan, _EXCHANGED),
    ),
    StageName.CONCLUSION: (
        lambda _standing, plan, _open: _state_in(plan, _EXCHANGED),
        lambda standing, _plan, _open: standing.concluded,
    ),
}
"""For each stage: whether it has begun, and whether it is done."""
