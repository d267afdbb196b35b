"""How an exchange ends without effect: before the release, and only there.

With a mediator, a release rests on acts that every party has cosigned, among them that each deposit is held. From this follows
who can end what alone:

- While a deposit is not held, any party: whoever cosigned the acts on which a release rests has a place in the log for its own wish
  only behind them.
- When all are held, a release may be on its way, and only the mediator knows. It hears whoever asks; else it releases.
- If the mediator is silent, all parties together, some time after the limit up to which a mediator releases at all.

Source: docs/spec/exchange.md §4.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import Final

from paraph.domain.acts import Act, ExchangeAborted, ExchangeAbortRequested, Mode
from paraph.domain.ids import PartyId, Utc
from paraph.domain.instants import MAX_CLOCK_SKEW_S, after
from paraph.domain.signing_plan import check_takes_part, current
from paraph.domain.standing import Attachments, Dossier, Plan, PlanState
from paraph.errors import LocalActError

__all__ = [
    "ABANDON_MARGIN_S",
    "Ending",
    "abandonable_from",
    "aborted",
    "ending",
    "requested",
    "wishes_to_stop",
]

ABANDON_MARGIN_S: Final = 3 * MAX_CLOCK_SKEW_S
"""How long after the time limit an exchange can be given up: the mediator's clock may be slow by five minutes and the party's fast
by as much; what remains is for a release that was made at the last moment to arrive."""


class Ending(StrEnum):
    """What becomes of a party's wish to stop."""

    AT_ONCE = "at-once"
    """The exchange ends with it."""

    BY_MEDIATOR = "by-mediator"
    """The mediator's node ends it, unless it has released."""

    TOGETHER = "together"
    """It ends when every party has said the same."""

    TOO_LATE = "too-late"
    """It was released, or is over."""


def requested(dossier: Dossier, act: Act, _attachments: Attachments) -> Dossier:
    """A party asks to stop; after the time limit and its margin, it gives the exchange up as far as it is concerned."""
    body = act.body
    assert isinstance(body, ExchangeAbortRequested)
    plan = current(dossier)
    if _is_mediated(plan) and plan.state is PlanState.OPEN and act.time >= abandonable_from(plan):
        plan = replace(plan, abandoned=plan.abandoned | {act.author})
    return _wished(dossier, plan, act.author, body.reason)


def wishes_to_stop(dossier: Dossier, party: PartyId, reason: str) -> Dossier:
    """A party can no longer do what its plan says: before the release that ends the exchange, as if it had asked to stop."""
    plan = current(dossier)
    alone = plan.state is PlanState.PROPOSED or (not _is_mediated(plan) and not plan.revealed)
    if alone:
        return replace(dossier, plan=replace(plan, state=PlanState.ABORTED, reason=reason))
    return _wished(dossier, plan, party, reason)


def _wished(dossier: Dossier, plan: Plan, party: PartyId, reason: str) -> Dossier:
    plan = replace(plan, abort_requested={**plan.abort_requested, party: reason})
    everybody = set(dossier.parties)
    if not _is_mediated(plan):
        over = set(plan.abort_requested) == everybody
    elif plan.state is PlanState.OPEN:
        over = bool(plan.not_held(dossier.parties)) or plan.abandoned == everybody
    else:
        over = False
    return replace(dossier, plan=replace(plan, state=PlanState.ABORTED, reason=reason) if over else plan)


def aborted(dossier: Dossier, act: Act, _attachments: Attachments) -> Dossier:
    """The exchange ends without effect."""
    body = act.body
    assert isinstance(body, ExchangeAborted)
    plan = current(dossier)
    check_takes_part(dossier, plan, act.author)
    if plan.state is PlanState.OPEN:
        if _is_mediated(plan):
            if act.author != plan.body.mediator:
                raise LocalActError(
                    "not-the-mediator", f"only the plan's mediator can do this, not {act.author}"
                )
        elif plan.revealed:
            raise LocalActError(
                "abort-late",
                "a signature was revealed already: the exchange can be completed, or every party asks to abort it",
            )
    return replace(dossier, plan=replace(plan, state=PlanState.ABORTED, reason=body.reason))


def ending(dossier: Dossier, plan: Plan, party: PartyId, at: Utc) -> Ending:
    """What would become of a wish to stop.

    Args:
        dossier: Where it stands.
        plan: Its plan.
        party: Who wishes it: a party, or the mediator.
        at: When.
    """
    if plan.state is PlanState.PROPOSED:
        return Ending.AT_ONCE
    if plan.state is not PlanState.OPEN:
        return Ending.TOO_LATE
    if not _is_mediated(plan):
        return Ending.TOGETHER if plan.revealed else Ending.AT_ONCE
    if party == plan.body.mediator or plan.not_held(dossier.parties):
        return Ending.AT_ONCE
    return Ending.TOGETHER if at >= abandonable_from(plan) else Ending.BY_MEDIATOR


def abandonable_from(plan: Plan) -> Utc:
    """From when on all parties together can give up an exchange whose mediator is silent."""
    return after(plan.body.deposit_until, ABANDON_MARGIN_S)


def _is_mediated(plan: Plan) -> bool:
    return plan.body.mode is Mode.MEDIATED
