"""Acts to and from the exact bytes that are signed.

The payload of an act's envelope is one JSON object: ``v``, ``type``, ``dossier``, ``author``,
``author_seq``, ``author_prev``, ``seen``, ``time`` and ``body``. It is written in canonical form (JCS) but kept and
verified exactly as it was signed; nothing is ever re-serialised in order to verify.

Source: docs/spec/act.md, docs/spec/acts.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from paraph.domain.acts import BODIES, TYPE_PREFIX, Act, Body
from paraph.domain.ids import ActId, DossierId, PartyId, Utc, check_digest, check_party_id, check_utc
from paraph.errors import FormatError
from paraph.wire import canonical, limits
from paraph.wire.envelope import Envelope, open_envelope, seal
from paraph.wire.keys import NodeKeys
from paraph.wire.members import MemberReader
from paraph.wire.record import from_json, to_json

__all__ = ["SealedAct", "kind_of", "read_act", "read_payload", "seal_act"]

_KEPT_ACTS: Final = 256
_KEPT_BYTES: Final = 64 * 1024
"""Acts kept read, and the longest of them: some megabytes as acts are, sixteen and their content at the worst."""

_READ = MemberReader(code="act-format")
_MEMBERS = ("v", "type", "dossier", "author", "author_seq", "author_prev", "seen", "time", "body")
_KINDS = {body: kind for kind, body in BODIES.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedAct:
    """An act with the envelope that carries it."""

    act: Act
    envelope: Envelope


def kind_of(body: Body) -> str:
    """Registered name of the type of a body."""
    return _KINDS[type(body)]


def seal_act(
    body: Body,
    *,
    dossier: str,
    author: PartyId,
    author_seq: int,
    author_prev: str,
    seen: Mapping[PartyId, int],
    time: Utc,
    keys: NodeKeys,
) -> SealedAct:
    """Write and sign an act.

    Raises:
        FormatError: ``envelope-size`` if the act is larger than ``limits.MAX_ACT``.
    """
    payload = canonical.dump(
        {
            "v": 1,
            "type": TYPE_PREFIX + kind_of(body),
            "dossier": dossier,
            "author": author,
            "author_seq": author_seq,
            "author_prev": author_prev,
            "seen": {party: count for party, count in seen.items() if count and party != author},
            "time": time,
            "body": to_json(body),
        }
    )
    envelope = open_envelope(seal(payload, keys))
    return SealedAct(act=read_payload(payload, envelope.act_id), envelope=envelope)


def read_act(data: bytes) -> SealedAct:
    """Read an act from its envelope; the signatures are *not* checked here.

    Raises:
        FormatError: ``envelope-format``, ``act-format`` or ``record-format`` with the path of the deviation.
    """
    return _read_again(data) if len(data) <= _KEPT_BYTES else _read(data)


def _read(data: bytes) -> SealedAct:
    envelope = open_envelope(data)
    return SealedAct(act=read_payload(envelope.payload, envelope.act_id), envelope=envelope)


@lru_cache(maxsize=_KEPT_ACTS)
def _read_again(data: bytes) -> SealedAct:
    """Read what was read before: a node looks at the same few acts some dozen times until they have their place."""
    return _read(data)


def read_payload(payload: bytes, act: ActId) -> Act:
    """Read the payload of an act; a well-formed act of unknown type has no body, and is kept.

    Raises:
        FormatError: ``act-format`` or ``record-format``.
    """
    value: dict[str, Any] = _READ.members(canonical.load_object(payload), "act", _MEMBERS)
    if value["v"] != 1 or value["v"] is True:
        raise _READ.fail("v", "this version reads acts of version 1; update Paraph to read newer ones")
    type_name = _READ.text(value["type"], "type", maximum=limits.MAX_NAME)
    if not type_name.startswith(TYPE_PREFIX):
        raise _READ.fail("type", f"has to begin with {TYPE_PREFIX}")
    kind = type_name.removeprefix(TYPE_PREFIX)
    known = BODIES.get(kind)
    return Act(
        id=act,
        kind=kind,
        dossier=DossierId(_digest_or_empty(value["dossier"], "dossier")),
        author=check_party_id(_READ.text(value["author"], "author", maximum=limits.MAX_NAME)),
        author_seq=_READ.integer(value["author_seq"], "author_seq", maximum=limits.MAX_INTEGER),
        author_prev=_digest_or_empty(value["author_prev"], "author_prev"),
        seen=_seen(value["seen"], value["author"]),
        time=check_utc(_READ.text(value["time"], "time", maximum=limits.MAX_NAME)),
        body=from_json(known, value["body"]) if known is not None else None,
    )


def _seen(value: Any, author: object) -> dict[PartyId, int]:
    counts = _READ.mapping(value, "seen", maximum=limits.MAX_AUTHORS)
    if author in counts:
        raise _READ.fail("seen", "names others only; the author's own acts are in its feed")
    return {
        _READ.party(party, "seen"): _READ.integer(
            count, f"seen.{party}", minimum=1, maximum=limits.MAX_INTEGER
        )
        for party, count in counts.items()
    }


def _digest_or_empty(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise _READ.fail(where, "has to be a string")
    try:
        return check_digest(value) if value else ""
    except FormatError as error:
        raise _READ.fail(where, error.message) from error
