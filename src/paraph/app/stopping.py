"""The officers' side of stopping: abort, suspend a certificate, withdraw full powers.

What comes of it is decided by the rules (``paraph.domain.abort``) at the act's place in the log; here is what a node knows
beforehand, and what it must not do on its own account.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from paraph.app.authoring import author
from paraph.app.clocks import check_clock, check_peers_clocks
from paraph.app.dossiers import load, not_worked_in
from paraph.app.node import Node
from paraph.app.ports import UnitOfWork
from paraph.domain.abort import Ending, abandonable_from, ending
from paraph.domain.acts import (
    Act,
    CertificateSuspended,
    ExchangeAborted,
    ExchangeAbortRequested,
    ExchangeReleased,
    FullPowersWithdrawn,
    Mode,
    Role,
)
from paraph.domain.ids import ActId, DossierId
from paraph.domain.instants import after
from paraph.domain.standing import Dossier, Plan, PlanState
from paraph.errors import LocalActError
from paraph.wire.act import read_act

__all__ = ["Outlook", "outlook", "request_abort", "suspend_certificate", "withdraw_powers"]

COMMAND_S = 60
"""How long a command may take from its checks to its act; an act that near to the margin is checked as if behind it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What would come of an abort now.

    Attributes:
        ending: What becomes of the wish.
        together_from: From when on all parties together can give the exchange up; "" if that is not the case here.
        asked: Parties that asked already.
    """

    ending: Ending
    together_from: str
    asked: tuple[str, ...]

    def words(self) -> str:
        """For the officer who is about to abort."""
        match self.ending:
            case Ending.AT_ONCE:
                return "The exchange ends at once."
            case Ending.BY_MEDIATOR:
                return (
                    "Every deposit is held: the mediator's node ends the exchange, unless it has released. If it stays silent, "
                    f"all parties together can give the exchange up, by asking once more, each after {self.together_from}."
                )
            case Ending.TOGETHER:
                asked = f" Asked so far: {', '.join(self.asked)}." if self.asked else ""
                return f"The exchange ends when every party has asked.{asked}"
            case Ending.TOO_LATE:
                return "It is too late to abort: nothing changes."


def outlook(node: Node, dossier: DossierId) -> Outlook:
    """What would come of an abort now.

    Raises:
        LocalActError: ``plan-unknown``.
    """
    with node.store.read() as uow:
        standing = load(node, uow, dossier).standing
    plan = _plan(standing)
    how = ending(standing, plan, node.party, node.clock.now())
    mediated = plan.body.mode is Mode.MEDIATED and plan.state is PlanState.OPEN
    asked = plan.abandoned if mediated else set(plan.abort_requested)
    return Outlook(
        ending=how,
        together_from=abandonable_from(plan) if mediated else "",
        asked=tuple(sorted(asked)),
    )


def request_abort(node: Node, dossier: DossierId, reason: str) -> Act:
    """End an exchange before its release, or ask to.

    Raises:
        LocalActError: It is too late; or the exchange was to be given up behind the mediator's back, and a release is here
            (``release-held``), or this node's clock is not to be relied on (``clock-off``). Nothing was changed.
    """
    with node.store.read() as uow:
        standing = load(node, uow, dossier).standing
        plan = _plan(standing)
        giving_up = _gives_up(node, standing, plan)
        if giving_up:
            _check_no_release(node, uow, dossier, plan)
            check_peers_clocks(uow, standing, node, roles={Role.PARTY})
    if giving_up and node.timestamper is not None:
        # The margin is as good as the clock that measures it. The mediator's was compared when it released, if it did.
        digest = hashlib.sha256(plan.proposal.encode()).digest()
        check_clock(node.timestamper.timestamp(digest), node.clock.now())
    direct = plan.body.mode is Mode.DIRECT and not plan.revealed
    alone = plan.state is PlanState.PROPOSED or direct or node.party == plan.body.mediator
    body = (
        ExchangeAborted(plan=plan.body.plan, reason=reason)
        if alone
        else ExchangeAbortRequested(plan=plan.body.plan, reason=reason)
    )

    def keep(uow: UnitOfWork) -> None:
        if giving_up:  # what arrived since counts too
            _check_no_release(node, uow, dossier, plan)

    (act,) = author(node, dossier, body, keep=keep)
    return act


def suspend_certificate(node: Node, dossier: DossierId, signatory: str, reason: str) -> Act:
    """Suspend the certificate with which a signatory of this party is to sign: the planned one, else the one presented last.

    Raises:
        LocalActError: ``certificate-unknown`` if there is none that is not suspended.
    """
    with node.store.read() as uow:
        standing = load(node, uow, dossier).standing
    plan = standing.plan
    signers = plan.body.signers if plan is not None and plan.live else ()
    planned = next((s.certificate for s in signers if s.party == node.party), None)
    presented = reversed(standing.certificates_of(node.party, signatory))
    usable = [c for c in presented if (node.party, c.certificate) not in standing.suspended]
    chosen = next((c for c in usable if c.certificate == planned), usable[0] if usable else None)
    if chosen is None:
        raise LocalActError(
            "certificate-unknown",
            f"{node.party} has presented no certificate of {signatory} that could still be used",
        )
    body = CertificateSuspended(signatory=signatory, certificate=chosen.certificate, reason=reason)
    (act,) = author(node, dossier, body)
    return act


def withdraw_powers(node: Node, dossier: DossierId, powers: ActId, reason: str) -> Act:
    """Withdraw full powers that this party presented.

    Raises:
        LocalActError: ``powers-unknown``, ``powers-withdrawn``.
    """
    (act,) = author(node, dossier, FullPowersWithdrawn(powers=powers, reason=reason))
    return act


def _gives_up(node: Node, standing: Dossier, plan: Plan) -> bool:
    """Whether a request made now could be the last that ends an exchange without its mediator."""
    soon = after(node.clock.now(), COMMAND_S)
    mediated = plan.body.mode is Mode.MEDIATED
    return mediated and ending(standing, plan, node.party, soon) is Ending.TOGETHER


def _check_no_release(node: Node, uow: UnitOfWork, dossier: DossierId, plan: Plan) -> None:
    """Never give up what is released, be it that the release waits here for bytes or for a place.

    Raises:
        LocalActError: ``release-held``.
    """
    view = load(node, uow, dossier).view
    for row in not_worked_in(uow, dossier, view):
        body = read_act(row.envelope).act.body
        if isinstance(body, ExchangeReleased) and body.plan == plan.body.plan:
            raise LocalActError(
                "release-held",
                "the mediator's release is here and waits for bytes that belong to it, or for its place in the log: the "
                "exchange is not given up; keep the node running",
            )


def _plan(standing: Dossier) -> Plan:
    if standing.plan is None:
        raise LocalActError("plan-unknown", "there is no signing plan yet; propose one first")
    return standing.plan
