"""Deposits that are not what they should be."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from paraph.app.deposits import deposit_info
from paraph.app.slots import MadeSignature
from paraph.domain.acts import Mode
from paraph.domain.standing import Slot
from paraph.simulation.equipment import CountingSigner
from paraph.simulation.liars import craft
from paraph.simulation.liars.lie import Lie, Scene, Tell, Teller, open_
from paraph.wire.cms import SignerProfile, assemble, to_be_signed
from paraph.wire.signed_data import parse_signed_data

__all__ = ["LIES"]

_LARGE: Final = 64 * 1024
"""More than is reserved for a signature in any original."""


def _put(make: Callable[[Scene], dict[str, Any]]) -> Tell:
    def tell(scene: Scene) -> None:
        scene.have_said(craft.crooked_deposit(scene.liar, **make(scene)))

    return tell


def _instead(cms: Callable[[Scene, MadeSignature], bytes]) -> Tell:
    def make(scene: Scene) -> dict[str, Any]:
        def change(_slot: Slot, made: MadeSignature) -> MadeSignature:
            return replace(made, cms=cms(scene, made))

        return {"change": change}

    return _put(make)


def _over_other_bytes(scene: Scene, made: MadeSignature) -> bytes:
    """The signatory signs, but another document."""
    old, key, plan = parse_signed_data(made.cms), scene.liar.signer, scene.plan
    assert plan is not None
    policy = (plan.body.policy, bytes.fromhex(plan.body.policy_hash))
    profile = SignerProfile(
        certificate=key.certificate, chain=key.chain, algorithm=key.algorithm, policy=policy
    )
    attributes = to_be_signed(profile, hashlib.sha256(b"another document" + old.signature).digest())
    signature = key.sign(attributes)
    timestamper = scene.liar.node.timestamper
    assert timestamper is not None
    token = timestamper.timestamp(hashlib.sha256(signature).digest())
    return assemble(profile, attributes, signature, timestamp_token=token)


def _flipped(_scene: Scene, made: MadeSignature) -> bytes:
    at = made.cms.index(parse_signed_data(made.cms).signature) + 12
    return made.cms[:at] + bytes([made.cms[at] ^ 1]) + made.cms[at + 1 :]


def _other_key(scene: Scene) -> dict[str, Any]:
    return {"signer": CountingSigner(scene.liar.identity.seal)}


def _other_plan(scene: Scene) -> dict[str, Any]:
    plan = scene.plan
    assert plan is not None
    other = replace(plan, body=replace(plan.body, plan="f" * 32))  # type: ignore[arg-type]
    return {"info": deposit_info(other, scene.liar.party)}


def _others_context(scene: Scene) -> dict[str, Any]:
    plan = scene.plan
    assert plan is not None
    return {"info": deposit_info(plan, scene.victims()[0].party)}


def _to_another(scene: Scene) -> dict[str, Any]:
    return {"to": next(m for m in scene.victims() if m.party != scene.world.mediator).identity}


def _lie(name: str, tell: Tell, mode: Mode | None = Mode.MEDIATED) -> Lie:
    return Lie(
        family="rubbish",
        name=name,
        teller=Teller.PARTY,
        tell=tell,
        when=open_,
        mode=mode,
        instead="signs and deposits",
        most=2,
    )


LIES: Final = (
    _lie("not-a-signature", _instead(lambda scene, _: scene.words().encode()), None),
    _lie("nothing", _instead(lambda _scene, _made: b""), None),
    _lie("too-large", _instead(lambda scene, made: made.cms + scene.rng.randbytes(_LARGE)), None),
    _lie("another-document", _instead(_over_other_bytes), None),
    _lie("flipped-bit", _instead(_flipped), None),
    _lie("another-key", _put(_other_key), None),
    _lie("another-plan", _put(_other_plan)),
    _lie("anothers-context", _put(_others_context)),
    _lie("empty", _put(lambda _scene: {"content": b"{}"})),
    _lie("not-a-deposit", _put(lambda scene: {"content": scene.words().encode()})),
    _lie("huge", _put(lambda scene: {"content": scene.rng.randbytes(9 * 1024 * 1024)})),
    _lie("sealed-to-another", _put(_to_another)),
)
