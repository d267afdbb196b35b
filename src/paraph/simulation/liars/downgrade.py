"""Something weaker than was agreed: another suite, one signature instead of two, another mode."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, Final

from paraph.domain.acts import DossierOpened, Mode, Participant, PlanAccepted, PlanProposed
from paraph.domain.ids import ActId, PartyId, PlanId
from paraph.domain.language import ByLanguage
from paraph.simulation.liars import craft
from paraph.simulation.liars.lie import Lie, Scene, Tell, Teller, at_any_time
from paraph.wire import canonical
from paraph.wire.card import card_digest

__all__ = ["LIES"]


def _other_suite(scene: Scene) -> None:
    """A dossier in which acts would be signed otherwise."""
    body = DossierOpened(
        title=ByLanguage({"en": "Letters"}),
        participants=tuple(
            Participant(party=m.party, role=m.identity.role, card=card_digest(m.node.card))
            for _, m in sorted(scene.world.members.items())
        ),
        suite="ed25519/1",
        nonce=f"{scene.rng.getrandbits(128):032x}",
        specimen="",
    )
    made = scene.forged(body, dossier="", author_seq=0, author_prev="")
    for to in scene.victims()[:1]:
        scene.post(to, dossier=str(made.act.id), acts=[made], refused=[made.envelope.data])


def _signatures(scene: Scene, how: Any) -> None:
    """An envelope with other signatures than the two that it has to have."""
    made = json.loads(scene.forged(craft.statement(scene.words())).envelope.data)
    made["signatures"] = how(made["signatures"])
    data = canonical.dump(made)
    for to in scene.victims()[:1]:
        scene.post(to, acts=[data], refused=[data])


def _other_key(first: dict[str, str], second: dict[str, str]) -> list[dict[str, str]]:
    """The first signature under the name of the second."""
    return [first, {"keyid": second["keyid"], "sig": first["sig"]}]


def _plan(scene: Scene, **changes: Any) -> None:
    """Another plan than people agreed upon: the same, but for something weaker."""
    plan = scene.plan
    assert plan is not None
    changed = {"plan": PlanId(f"{scene.rng.getrandbits(128):032x}"), **changes}
    body: PlanProposed = replace(plan.body, **changed)
    scene.say(body)


def _accept_other(scene: Scene) -> None:
    """An acceptance of the plan under another proposal."""
    assert scene.plan is not None
    scene.say(PlanAccepted(plan=scene.plan.body.plan, proposal=ActId("ab" * 32)))


def _lie(name: str, tell: Tell, teller: Teller = Teller.ANYBODY, mode: Mode | None = None) -> Lie:
    return Lie(family="downgrade", name=name, teller=teller, tell=tell, when=at_any_time, mode=mode, most=2)


LIES: Final = (
    _lie("another-suite", _other_suite, Teller.PARTY),
    _lie("one-signature", lambda s: _signatures(s, lambda both: both[:1])),
    _lie("one-signature-twice", lambda s: _signatures(s, lambda both: [both[0], both[0]])),
    _lie("one-signature-as-other", lambda s: _signatures(s, lambda both: _other_key(*both))),
    _lie("signatures-exchanged", lambda s: _signatures(s, lambda both: both[::-1])),
    _lie("direct-plan", lambda s: _plan(s, mode=Mode.DIRECT, mediator=""), Teller.PARTY, Mode.MEDIATED),
    _lie("lower-level", lambda s: _plan(s, level="B-B"), Teller.PARTY),
    _lie("other-policy", lambda s: _plan(s, policy="1.2.3.4"), Teller.PARTY),
    _lie("own-mediator", lambda s: _plan(s, mediator=PartyId(s.liar.party)), Teller.PARTY, Mode.MEDIATED),
    _lie("other-proposal", _accept_other, Teller.PARTY),
)
