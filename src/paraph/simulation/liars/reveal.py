"""First signatures are shown that are not those that were deposited, or not when they may be."""

from __future__ import annotations

from typing import Final

from paraph.app.deposits import open_deposit, secret_name
from paraph.domain.acts import Mode, RevealedSignature, SignatureRevealed
from paraph.domain.ids import Digest, PartyId
from paraph.simulation.liars.lie import Lie, Scene, Tell, Teller, When, deposited, open_, released

__all__ = ["LIES"]


def _body(scene: Scene, party: PartyId, cms: Digest | None) -> SignatureRevealed | None:
    """All first signatures of a party, by the digest under which they were deposited, or by another."""
    plan = scene.plan
    if plan is None or party not in plan.deposits:
        return None
    return SignatureRevealed(
        plan=plan.body.plan,
        party=party,
        signatures=tuple(
            RevealedSignature(instrument=s.instrument, holder=s.holder, cms=s.cms if cms is None else cms)
            for s in plan.deposits[party].body.signatures
        ),
    )


def _another(scene: Scene) -> None:
    """Something else than what was deposited."""
    plan = scene.plan
    assert plan is not None
    whose = scene.liar.party if scene.liar.party in plan.deposits else min(plan.deposits, default=None)
    body = _body(scene, whose, scene.liar.blobs.put(scene.words().encode())) if whose is not None else None
    if body is not None:
        scene.say(body)


def _early(scene: Scene) -> None:
    """One's own, before anybody may; the others' must not follow."""
    plan = scene.plan
    assert plan is not None
    content = scene.liar.secret(secret_name(plan.body.plan, scene.liar.party))
    body = _body(scene, scene.liar.party, None)
    if content is not None and body is not None:
        for cms in open_deposit(content).values():
            scene.liar.blobs.put(cms)
        scene.say(body)


def _of_another(scene: Scene) -> None:
    """Another party's, by its digest: whoever has the bytes is asked for them."""
    for victim in scene.victims():
        body = _body(scene, PartyId(victim.party), None)
        if body is not None:
            scene.say(body)
            return


def _lie(name: str, tell: Tell, when: When, teller: Teller = Teller.PARTY, mode: Mode | None = None) -> Lie:
    return Lie(family="reveal", name=name, teller=teller, tell=tell, when=when, mode=mode, most=2)


LIES: Final = (
    _lie("another", _another, open_),
    _lie("another-after-release", _another, released),
    _lie("another-by-mediator", _another, deposited, Teller.MEDIATOR, Mode.MEDIATED),
    _lie("early", _early, open_),
    _lie("of-another", _of_another, deposited),
    _lie("of-another-by-mediator", _of_another, deposited, Teller.MEDIATOR, Mode.MEDIATED),
)
