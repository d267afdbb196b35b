"""A node keeps to itself what it owes to others."""

from __future__ import annotations

from typing import Final

from paraph.app.deposits import sealed_name
from paraph.app.ports import UnitOfWork
from paraph.domain.acts import Basis, FullPowersPresented, Mode, Office
from paraph.domain.ids import PartyId, Utc
from paraph.simulation.liars.lie import (
    Lie,
    Scene,
    Tell,
    Teller,
    When,
    at_any_time,
    deposited,
    open_,
    released,
)
from paraph.simulation.member import Member

__all__ = ["LIES"]

_NEVER: Final = 10**9
"""A size that no log ever has: who remembers having cosigned it neither orders nor cosigns."""


def _order_nothing(scene: Scene) -> None:
    """The node neither orders nor cosigns any more; all else it does."""
    scene.liar.guard.restore(({scene.world.dossier: (_NEVER, "00" * 32)}, scene.liar.guard.snapshot()[1]))


def _stand_still(scene: Scene) -> None:
    """The node passes things on, and makes nothing more of its own."""
    scene.change(lambda uow: uow.set_setting(f"frozen:{scene.world.dossier}", "so"))


def _shun(scene: Scene) -> None:
    """The node neither talks to one other nor hears it."""
    for other in scene.victims()[:1]:
        scene.change(lambda uow, other=other: _suspend(uow, other))  # type: ignore[misc]


def _suspend(uow: UnitOfWork, other: Member) -> None:
    row = uow.peer(PartyId(other.party))
    assert row is not None
    uow.save_peer(type(row)(party=row.party, card=row.card, state="suspended", officers=(), url=row.url))


def _keep_attachment(scene: Scene) -> None:
    """An act names bytes that nobody ever gets."""
    document = scene.liar.blobs.put(scene.words().encode())
    scene.change(lambda uow: uow.set_setting(f"withheld:{document}", "1"))
    scene.say(
        FullPowersPresented(
            signatory=f"{scene.liar.party}.fm",
            basis=Basis.BY_DOCUMENT,
            office=Office.OTHER,
            valid_from=Utc("2025-01-01T00:00:00Z"),
            valid_until=Utc(""),
            instruments=(),
            document=document,
            channel="",
        )
    )


def _keep_deposit(scene: Scene) -> None:
    """The deposit is announced, and its bytes are never given to the mediator."""
    plan = scene.plan
    assert plan is not None
    scene.liar.deposit()
    scene.change(lambda uow: uow.delete_secret(sealed_name(plan.body.plan, scene.liar.party)))


def _lie(
    name: str,
    tell: Tell,
    teller: Teller,
    when: When = at_any_time,
    mode: Mode | None = None,
    instead: str = "",
    most: int = 1,
) -> Lie:
    return Lie(
        family="withhold",
        name=name,
        teller=teller,
        tell=tell,
        when=when,
        mode=mode,
        instead=instead,
        most=most,
    )


LIES: Final = (
    _lie("orders-nothing", _order_nothing, Teller.OPENER),
    _lie("cosigns-nothing", _order_nothing, Teller.COSIGNER),
    _lie("stands-still", _stand_still, Teller.ANYBODY),
    _lie("stands-still-after-release", _stand_still, Teller.ANYBODY, released),
    _lie("stands-still-after-deposits", _stand_still, Teller.ANYBODY, deposited),
    _lie("shuns-one", _shun, Teller.ANYBODY),
    _lie("keeps-attachment", _keep_attachment, Teller.PARTY),
    _lie(
        "keeps-deposit", _keep_deposit, Teller.PARTY, open_, mode=Mode.MEDIATED, instead="signs and deposits"
    ),
    _lie("never-deposits", lambda _scene: None, Teller.PARTY, open_, instead="signs and deposits", most=1000),
)
