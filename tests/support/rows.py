"""Rows for tests of the store: small, and different where it matters."""

from __future__ import annotations

import hashlib

from paraph.app.ports import ActRow, EvidenceRow, PeerRow
from paraph.domain.ids import ActId, DossierId, PartyId, Utc

__all__ = ["D1", "D2", "ISRAEL", "KOSOVO", "NOON", "ONE", "TWO", "act", "evidence", "peer"]

D1 = DossierId(hashlib.sha256(b"first dossier").hexdigest())
D2 = DossierId(hashlib.sha256(b"second dossier").hexdigest())
ISRAEL = PartyId("israel")
KOSOVO = PartyId("kosovo")
NOON = Utc("2021-02-01T12:00:00Z")
ONE = Utc("2021-02-01T13:00:00Z")
TWO = Utc("2021-02-01T14:00:00Z")


def act(
    seq: int, *, author: PartyId = ISRAEL, dossier: DossierId = D1, position: int | None = None
) -> ActRow:
    envelope = f"{dossier} {author} {seq}".encode() * 10
    return ActRow(
        dossier=dossier,
        author=author,
        author_seq=seq,
        act=ActId(hashlib.sha256(envelope).hexdigest()),
        envelope=envelope,
        position=position,
    )


def peer(party: PartyId = KOSOVO, *, url: str = "https://127.0.0.1:1", state: str = "verified") -> PeerRow:
    return PeerRow(
        party=party,
        card=b"\x00card of " + party.encode(),
        state=state,
        officers=("A. Bajrami", "ב. לוי"),
        url=url,
    )


def evidence(code: str, *, dossier: str = D1) -> EvidenceRow:
    return EvidenceRow(
        at=NOON, peer=KOSOVO, dossier=dossier, code=code, message="ç’is wrong", data=b"\x00\xff"
    )
