"""The mediator says different things to different people, or what it may not say."""

from __future__ import annotations

from typing import Final

from paraph.app.deposits import open_deposit, secret_name
from paraph.app.exchange import release_imprint
from paraph.domain.acts import (
    Body,
    DepositHeld,
    DepositRefused,
    ExchangeAborted,
    ExchangeReleased,
    Mode,
)
from paraph.domain.ids import ActId, Digest
from paraph.domain.standing import Plan
from paraph.simulation.liars.lie import Lie, Scene, Tell, Teller, When, deposited, open_, released

__all__ = ["LIES"]


def _plan(scene: Scene) -> Plan:
    assert scene.plan is not None
    return scene.plan


def _release(scene: Scene, deposits: tuple[ActId, ...], *, token: bytes = b"") -> ExchangeReleased:
    """A release that names some deposits, stamped as it should be."""
    timestamper = scene.liar.node.timestamper
    assert timestamper is not None
    stamp = token or timestamper.timestamp(release_imprint(_plan(scene), deposits))
    return ExchangeReleased(
        plan=_plan(scene).body.plan,
        deposits=deposits,
        token=scene.liar.blobs.put(stamp),
        crls=tuple(scene.liar.blobs.put(crl) for crl in scene.liar.desk.crls()),
    )


def _all(scene: Scene) -> tuple[ActId, ...]:
    plan = _plan(scene)
    return tuple(plan.deposits[p].act for p in scene.standing.parties if p in plan.deposits)


def _attached(scene: Scene, body: Body) -> list[bytes]:
    if not isinstance(body, ExchangeReleased):
        return []
    found = (scene.liar.blobs.get(digest) for digest in (body.token, *body.crls))
    return [data for data in found if data is not None]


def _to_each(scene: Scene, bodies: tuple[Body, ...]) -> None:
    """Different acts in one place, to different people."""
    for to, body in zip(scene.victims(), bodies, strict=False):
        scene.post(to, acts=[scene.forged(body)], blobs=_attached(scene, body))


def _released_and_aborted(scene: Scene) -> None:
    aborted = ExchangeAborted(plan=_plan(scene).body.plan, reason="no more")
    _to_each(scene, (_release(scene, _all(scene)), aborted))


def _aborted_after_all(scene: Scene) -> None:
    """It ends by the mediator's word for one, and is released for the others by what its node does anyway."""
    _to_each(scene, (ExchangeAborted(plan=_plan(scene).body.plan, reason="no more"),))


def _held_and_refused(scene: Scene) -> None:
    for party, deposit in sorted(_plan(scene).deposits.items()):
        held = DepositHeld(plan=_plan(scene).body.plan, party=party, deposit=deposit.act)
        refused = DepositRefused(
            plan=held.plan, party=party, deposit=deposit.act, code="no", reason="I do not like it"
        )
        _to_each(scene, (held, refused))
        return


def _refuses_good(scene: Scene) -> None:
    """A good deposit is refused: its party makes another."""
    for party, deposit in sorted(_plan(scene).deposits.items()):
        if not deposit.answer:
            scene.say(
                DepositRefused(
                    plan=_plan(scene).body.plan, party=party, deposit=deposit.act, code="no", reason="no"
                )
            )
            return


def _holds_unseen(scene: Scene) -> None:
    """It says that it holds what nobody deposited."""
    for party in scene.standing.parties:
        scene.say(DepositHeld(plan=_plan(scene).body.plan, party=party, deposit=ActId("ab" * 32)))


def _without_deposits(scene: Scene) -> None:
    scene.say(_release(scene, ()))


def _of_others(scene: Scene) -> None:
    scene.say(_release(scene, tuple(ActId("ab" * 32) for _ in scene.standing.parties)))


def _too_soon(scene: Scene) -> None:
    """With the deposits that are there, held or not."""
    scene.say(_release(scene, _all(scene)))


def _without_reveals(scene: Scene) -> None:
    """A release with which nothing is revealed; then the node stands still."""
    plan = _plan(scene)
    if not plan.not_held(scene.standing.parties):
        scene.say(_release(scene, _all(scene)))
        scene.change(lambda uow: uow.set_setting(f"frozen:{scene.world.dossier}", "so"))


def _bad_stamp(scene: Scene) -> None:
    """A release whose time stamp is none."""
    plan = _plan(scene)
    if not plan.not_held(scene.standing.parties):
        scene.say(_release(scene, _all(scene), token=scene.words().encode()))


def _leaks(scene: Scene) -> None:
    """It shows one party the other's signatures: what is got so is void."""
    for party in scene.standing.parties:
        content = scene.liar.secret(secret_name(_plan(scene).body.plan, party))
        if content is not None:
            found: dict[Digest, bytes] = {Digest(d): cms for d, cms in open_deposit(content).items()}
            for to in scene.victims()[:1]:
                scene.post(to, blobs=list(found.values()))
            return


def _both_held(scene: Scene) -> bool:
    return open_(scene) and not _plan(scene).not_held(scene.standing.parties)


def _lie(name: str, tell: Tell, when: When = deposited, *, leaks: bool = False, most: int = 2) -> Lie:
    return Lie(
        family="mediator",
        name=name,
        teller=Teller.MEDIATOR,
        tell=tell,
        when=when,
        mode=Mode.MEDIATED,
        leaks=leaks,
        most=most,
    )


LIES: Final = (
    _lie("released-and-aborted", _released_and_aborted),
    _lie("aborted-to-one", _aborted_after_all),
    _lie("aborted-to-one-after-release", _aborted_after_all, released),
    _lie("held-and-refused", _held_and_refused),
    _lie("refuses-good", _refuses_good),
    _lie("holds-what-is-not", _holds_unseen, open_),
    _lie("releases-nothing", _without_deposits, open_),
    _lie("releases-others", _of_others),
    _lie("releases-too-soon", _too_soon),
    _lie("releases-without-reveals", _without_reveals, _both_held, most=1),
    _lie("releases-with-bad-stamp", _bad_stamp, _both_held, most=1),
    _lie("shows-deposits", _leaks, leaks=True),
)
