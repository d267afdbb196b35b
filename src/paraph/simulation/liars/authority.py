"""Signing without the authority to."""

from __future__ import annotations

from typing import Final

from paraph.app.stopping import suspend_certificate, withdraw_powers
from paraph.domain.acts import SignatureDeposited, SigningOrdered
from paraph.domain.ids import PartyId
from paraph.simulation.liars import craft
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
from paraph.simulation.officers import Officers

__all__ = ["LIES"]


def _suspended(scene: Scene) -> None:
    """The certificate is suspended, and its owner signs with it all the same."""
    liar: Officers = scene.liar
    body = _deposit(scene) or craft.made_deposit(liar)[0]
    scene.have_said(suspend_certificate(liar.node, scene.world.dossier, f"{liar.party}.fm", "lost"))
    scene.say(body)


def _deposit(scene: Scene) -> SignatureDeposited | None:
    plan = scene.plan
    mine = plan.deposits.get(PartyId(scene.liar.party)) if plan is not None else None
    return mine.body if mine is not None else None


def _suspended_after(scene: Scene) -> None:
    """A suspension that comes after the release undoes nothing."""
    liar = scene.liar
    scene.have_said(suspend_certificate(liar.node, scene.world.dossier, f"{liar.party}.fm", "lost"))


def _withdrawn(scene: Scene) -> None:
    """Full powers are withdrawn, back to before the signature."""
    for powers, held in scene.standing.powers.items():
        if held.party == scene.liar.party and not held.withdrawn:
            scene.have_said(withdraw_powers(scene.liar.node, scene.world.dossier, powers, "no more"))
            return


def _twice(scene: Scene) -> None:
    """A second deposit though the first was not refused."""
    body = _deposit(scene)
    if body is not None:
        scene.say(body)


def _orders_another(scene: Scene) -> None:
    """The go for somebody else's signatory."""
    other = scene.victims()[0].party
    scene.say(SigningOrdered(signatory=f"{other}.fm", instruments=tuple(scene.standing.instruments)))


def _lie(name: str, tell: Tell, when: When, most: int = 1) -> Lie:
    return Lie(family="authority", name=name, teller=Teller.PARTY, tell=tell, when=when, most=most)


LIES: Final = (
    _lie("suspended-and-used", _suspended, open_),
    _lie("suspended-after-release", _suspended_after, released),
    _lie("withdrawn-after-deposit", _withdrawn, deposited),
    _lie("withdrawn-after-release", _withdrawn, released),
    _lie("deposits-twice", _twice, deposited, 2),
    _lie("orders-anothers-signatory", _orders_another, at_any_time, 2),
)
