"""What the nodes of a test have: identities made once per process, keys that count, the real renderer remembered."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

from paraph.adapters.render.typst import TypstRenderer
from paraph.adapters.signing.authority import DemoAuthority, Issued
from paraph.adapters.signing.node_keys import generate_node_keys
from paraph.adapters.timestamps.authority import TimestampAuthority
from paraph.app.ports import Clock, Signer
from paraph.domain.acts import Role
from paraph.domain.ids import InstrumentNumber, PartyId, Utc
from paraph.domain.language import ByLanguage
from paraph.domain.originals import Original
from paraph.domain.texts import InstrumentText
from paraph.wire import card as cards
from paraph.wire.card import CardName, PeerCard, pack_card
from paraph.wire.keys import NodeKeys
from tests.support import specimens
from tests.support.clock import BEGIN

__all__ = [
    "LANGS",
    "CachedRenderer",
    "CountingSigner",
    "Desk",
    "Identity",
    "InlineExecutor",
    "OtherRenderer",
    "identity",
    "text",
]

LANGS = ("en", "he")


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What a participant's node and people own: made once per process, the same in every test."""

    party: PartyId
    role: Role
    keys: NodeKeys
    card: bytes
    authority: DemoAuthority
    signatory: Issued
    seal: Issued
    stamper: TimestampAuthority


@functools.cache
def identity(party: str, role: Role = Role.PARTY) -> Identity:
    """A participant with keys of its own; equal arguments give the same one."""
    organisation = f"Ministry of {party.title()}"
    authority, keys = DemoAuthority.create(organisation, "", BEGIN), generate_node_keys()
    card = PeerCard(
        party=PartyId(party),
        names={"en": CardName(formal=party.title(), short=party.title(), in_title=party.title())},
        roles=(cards.Role(role.value),),
        keys=keys.public,
        anchors=(authority.root_pem.decode("ascii"),),
        valid_from=BEGIN,
        valid_until=Utc("2031-03-02T09:00:00Z"),
    )
    return Identity(
        party=PartyId(party),
        role=role,
        keys=keys,
        card=pack_card(card, keys),
        authority=authority,
        signatory=authority.issue_signatory(f"minister {party}", "Minister", organisation, now=BEGIN),
        seal=authority.issue_seal(organisation, now=BEGIN),
        stamper=TimestampAuthority(authority.issue_tsa(now=BEGIN).signer()),
    )


def text(
    number: str = "X/2026/1", parties: Sequence[str] = ("north", "south"), clauses: int = 1
) -> InstrumentText:
    """One page between the given parties."""
    made = specimens.text(("nobody", *parties), LANGS)
    return replace(
        made,
        number=InstrumentNumber(number),
        parties=tuple(specimens.party(p, LANGS, date="2026-03-02") for p in sorted(parties)),
        versions=ByLanguage({lang: specimens.version(lang, clauses=clauses) for lang in LANGS}),
    )


class CachedRenderer:
    """The real renderer; what was rendered before in this process is not rendered again."""

    def engross(self, original: Original, *, source: bytes) -> Any:
        return _engross(original.holder, source, lambda: _typst().engross(original, source=source))

    def appearance(self, **drawn: Any) -> bytes:
        return _appearance(tuple(sorted(drawn.items())))


class OtherRenderer(CachedRenderer):
    """Another version of the renderer: every original differs in one word of its metadata."""

    def engross(self, original: Original, *, source: bytes) -> Any:
        made = super().engross(original, source=source)
        changed = made.pdf.replace(b"Typst", b"Tipst")
        assert changed != made.pdf
        return SimpleNamespace(pdf=changed, fields=made.fields, renderer="another")


@functools.cache
def _typst() -> TypstRenderer:
    return TypstRenderer()


_engrossed: dict[tuple[str, bytes], Any] = {}


def _engross(holder: str, source: bytes, render: Callable[[], Any]) -> Any:
    key = (holder, source)
    if key not in _engrossed:
        _engrossed[key] = render()
    return _engrossed[key]


@functools.lru_cache(maxsize=4096)
def _appearance(drawn: tuple[tuple[str, Any], ...]) -> bytes:
    return _typst().appearance(**dict(drawn))


@dataclass(slots=True)
class CountingSigner:
    """A signer that remembers what it signed."""

    issued: Issued
    signed: list[bytes] = field(default_factory=list)

    @property
    def certificate(self) -> bytes:
        return self.issued.signer().certificate

    @property
    def chain(self) -> tuple[bytes, ...]:
        return self.issued.signer().chain

    @property
    def algorithm(self) -> str:
        return self.issued.signer().algorithm

    def sign(self, message: bytes) -> bytes:
        self.signed.append(message)
        return self.issued.signer().sign(message)


@dataclass(slots=True)
class Desk:
    """``SignerDesk`` with keys in memory."""

    authority: DemoAuthority
    clock: Clock
    signers: dict[str, Signer] = field(default_factory=dict)

    def signer(self, signatory: str) -> Signer | None:
        return self.signers.get(signatory)

    def crls(self) -> tuple[bytes, ...]:
        return self.authority.crl(self.clock.now())


class InlineExecutor(Executor):
    """Runs everything at once, in the caller's thread."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future
