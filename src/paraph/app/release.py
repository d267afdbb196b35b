"""From a deposit to its reveal: open it, hold it, release, put signatures into the open.

Source: docs/spec/exchange.md §3 and §4.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from paraph.app.authoring import Keep
from paraph.app.clocks import check_clock
from paraph.app.deposits import (
    MAX_SEALED_BYTES,
    deposit_info,
    disclose,
    is_oversized,
    open_deposit,
    sealed_deposit,
    secret_name,
    withhold,
)
from paraph.app.keeping import keep_all
from paraph.app.node import Node
from paraph.app.ports import UnitOfWork
from paraph.app.reception import check_deposited, check_signed
from paraph.app.slots import at_present
from paraph.domain.acts import (
    Body,
    DepositHeld,
    DepositRefused,
    ExchangeReleased,
    Mode,
    RevealedSignature,
    SignatureRevealed,
)
from paraph.domain.ids import ActId, PartyId
from paraph.domain.standing import Dossier, Plan
from paraph.errors import FormatError, LocalActError, PermanentError
from paraph.wire import canonical

__all__ = ["Work", "check_deposit", "release", "release_imprint", "reveal"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a duty comes to: acts, what is kept with them in the same transaction, and what is brought just before."""

    bodies: tuple[Body, ...] = ()
    keep: Keep | None = None
    bring: Callable[[], None] | None = None


def check_deposit(node: Node, standing: Dossier, plan: Plan, party: PartyId) -> Work:
    """Open a sealed deposit and verify every signature in it, before saying that it is held."""
    deposit = plan.deposits[party]
    with node.store.read() as uow:
        sealed = sealed_deposit(uow, party, deposit.body)
        oversized = is_oversized(uow, deposit.body)
    if sealed is None and not oversized:
        return Work()  # it is asked for, and comes with a later bundle
    try:
        content = _opened(node, plan, party, sealed)
        check_deposited(node, standing, plan, party, open_deposit(content))
    except (FormatError, LocalActError) as error:
        refused = DepositRefused(
            plan=plan.body.plan, party=party, deposit=deposit.act, code=error.code, reason=error.message
        )
        return Work(bodies=(refused,))

    def keep(uow: UnitOfWork) -> None:
        uow.put_secret(secret_name(plan.body.plan, party), content)
        withhold(uow, (s.cms for s in deposit.body.signatures))

    return Work(bodies=(DepositHeld(plan=plan.body.plan, party=party, deposit=deposit.act),), keep=keep)


def _opened(node: Node, plan: Plan, party: PartyId, sealed: bytes | None) -> bytes:
    if sealed is None:  # it came, and was not kept
        raise FormatError("deposit-size", f"a sealed deposit has at most {MAX_SEALED_BYTES} bytes")
    return node.unseal(deposit_info(plan, party), sealed)


def release(node: Node, standing: Dossier, plan: Plan) -> Work:
    """The instant of the exchange: release, and reveal what is held, in one transaction.

    Raises:
        PermanentError: ``deposit-lost`` if what was held is not here any more: then nobody could obtain it.
    """
    if node.timestamper is None:
        raise PermanentError(
            "no-timestamper", "the release needs a time-stamp authority; set [timestamps] url"
        )
    lost = [p for p in standing.parties if _in_clear(node, plan, p) is None]
    if lost:
        raise PermanentError(
            "deposit-lost",
            f"the deposit of {', '.join(lost)} that was held is not here any more; nothing is released",
        )
    deposits = tuple(plan.deposits[p].act for p in standing.parties)
    token = node.timestamper.timestamp(release_imprint(plan, deposits))
    check_clock(token, node.clock.now())
    _check_in_time(node, plan)
    body = ExchangeReleased(
        plan=plan.body.plan,
        deposits=deposits,
        token=node.blobs.put(token),
        crls=tuple(node.blobs.put(crl) for crl in node.desk.crls()),
    )
    reveals = [reveal(node, standing, plan, party) for party in standing.parties]

    def bring() -> None:
        _check_in_time(node, plan)  # a database or a machine may have taken its time
        for one in reveals:
            if one.bring is not None:
                one.bring()

    def keep(uow: UnitOfWork) -> None:
        for one in reveals:
            if one.keep is not None:
                one.keep(uow)

    return Work(bodies=(body, *(b for one in reveals for b in one.bodies)), keep=keep, bring=bring)


def _check_in_time(node: Node, plan: Plan) -> None:
    """Release nothing after the limit: parties that hear nothing rely on it when they give the exchange up.

    Raises:
        LocalActError: ``release-late``.
    """
    if node.clock.now() >= plan.body.deposit_until:
        raise LocalActError(
            "release-late", "the time limit of the exchange has passed: nothing is released any more"
        )


def release_imprint(plan: Plan, deposits: tuple[ActId, ...]) -> bytes:
    """SHA-256 of what the release's time stamp covers: the plan and the deposits, in canonical form."""
    content = canonical.dump({"deposits": list(deposits), "plan": plan.body.plan, "proposal": plan.proposal})
    return hashlib.sha256(content).digest()


def reveal(node: Node, standing: Dossier, plan: Plan, party: PartyId) -> Work:
    """Reveal the first signatures of a party; nothing if they are not here.

    Without a mediator nobody has looked at the others' signatures before: this node does before it reveals its own.

    Raises:
        LocalActError: ``revealed-invalid``.
    """
    deposited = plan.deposits[party].body
    in_clear = _in_clear(node, plan, party)
    if in_clear is None:
        return Work()
    if plan.body.mode is Mode.DIRECT:
        for slot in sorted(plan.revealed):
            check_signed(node, standing, plan, slot, at_present(node, standing, plan, slot).data)
    revealed = tuple(
        RevealedSignature(instrument=s.instrument, holder=s.holder, cms=s.cms) for s in deposited.signatures
    )

    def bring() -> None:
        # At the last moment: nothing takes from the blobs again what lies among them.
        keep_all(node.blobs, [in_clear[s.cms] for s in deposited.signatures])

    def keep(uow: UnitOfWork) -> None:
        disclose(uow, (s.cms for s in deposited.signatures))

    body = SignatureRevealed(plan=plan.body.plan, party=party, signatures=revealed)
    return Work(bodies=(body,), keep=keep, bring=bring)


def _in_clear(node: Node, plan: Plan, party: PartyId) -> Mapping[str, bytes] | None:
    """The first signatures of a party, if they are here: kept since they were made or opened, or opened once more."""
    deposited = plan.deposits[party].body
    with node.store.read() as uow:
        content = uow.secret(secret_name(plan.body.plan, party))
        sealed = sealed_deposit(uow, party, deposited)
    if content is None and sealed is not None and party != node.party:
        content = node.unseal(deposit_info(plan, party), sealed)  # what was opened before is lost,
        with node.store.write() as uow:  # and so is the note that these bytes are not to be handed out
            withhold(uow, (s.cms for s in deposited.signatures))
    if content is None:
        return None
    in_clear = open_deposit(content)
    return in_clear if all(s.cms in in_clear for s in deposited.signatures) else None
