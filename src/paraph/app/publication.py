"""Whether a concluded dossier may be shown to everybody, and the bytes that would be shown.

A party publishes for itself: what its own node holds, and only when every party holds the same. The decision is one of
people; that nothing else than what was concluded can be shown is decided here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from paraph.app.container import finished_container
from paraph.app.dossiers import Current, load
from paraph.app.finished import finished_original
from paraph.app.node import Node
from paraph.domain.ids import Digest, DossierId
from paraph.domain.standing import Dossier, Plan, Slot
from paraph.errors import LocalActError, ParaphError
from paraph.verify.container_contents import digest_of
from paraph.wire.container.archive import read_archive
from paraph.wire.container.manifest import objects_digest

__all__ = ["Concluded", "Obstacle", "concluded_bytes", "obstacles", "require_publishable", "trust_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """One reason why a dossier cannot be published.

    Attributes:
        code: Kebab-case name, for translation.
        message: What is missing and what to do, in English.
    """

    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Concluded:
    """A concluded dossier with its bytes as this node holds them.

    Attributes:
        standing: Where it stands.
        originals: Every finished original, of all packages.
        container: The container with every party's seal, of the newest package.
        frozen: Why the dossier is frozen, or "".
    """

    standing: Dossier
    originals: Mapping[Slot, bytes]
    container: bytes
    frozen: str

    @property
    def plan(self) -> Plan:
        """The plan that was carried out last."""
        return self.standing.packages[-1]  # whoever makes this has looked


def obstacles(node: Node, dossier: DossierId) -> tuple[Obstacle, ...]:
    """Why a dossier may not be published now; empty if it may.

    Raises:
        LocalActError: ``dossier-unknown``.
    """
    with node.store.read() as uow:
        current = load(node, uow, dossier)
    return tuple(_obstacles(node, current))


def concluded_bytes(node: Node, dossier: DossierId) -> Concluded:
    """The originals and the container of a concluded dossier.

    Raises:
        LocalActError: ``dossier-unknown``, ``originals-unfinished``, ``original-differs``, ``container-not-ready``,
            ``container-differs``.
        PermanentError: Bytes that acts name are not held any more.
    """
    with node.store.read() as uow:
        current = load(node, uow, dossier)
    standing = current.standing
    if not standing.packages:
        raise LocalActError("originals-unfinished", "the package is not concluded yet; see `dossier show`")
    concluded = sorted(slot for plan in standing.packages for slot in plan.sealed)
    return Concluded(
        standing=standing,
        originals={slot: finished_original(node, standing, slot) for slot in concluded},
        container=finished_container(node, dossier),
        frozen=current.frozen,
    )


def trust_of(node: Node, standing: Dossier) -> tuple[str, ...]:
    """The authorities that the participants' cards name, as PEM, each once.

    Whoever verifies brings the trust; this node can only say which authorities it verifies with itself.
    """
    found: dict[str, None] = {}
    for party in sorted(standing.cards):
        for digest in standing.cards_of(party):
            card = node.card_of(digest)
            found.update(dict.fromkeys(card.anchors if card is not None else ()))
    return tuple(found)


def _obstacles(node: Node, current: Current) -> Iterator[Obstacle]:
    standing = current.standing
    if current.frozen:
        yield Obstacle(
            code="frozen",
            message=f"the dossier is frozen ({current.frozen}); what it holds is disputed and is not published",
        )
    if not standing.concluded:
        open_ones = [n for n, i in sorted(standing.instruments.items()) if i.state != "concluded"]
        named = ", ".join(open_ones) or "the package"
        yield Obstacle(code="not-concluded", message=f"{named} is not concluded yet; conclude it first")
        return
    try:
        held = concluded_bytes(node, current.dossier)
    except ParaphError as error:
        yield Obstacle(code=error.code, message=error.message)
        return
    yield from _differing(held)


def _differing(held: Concluded) -> Iterator[Obstacle]:
    own: dict[Slot, Digest] = {slot: digest_of(data) for slot, data in held.originals.items()}
    plan = held.plan
    for party in held.standing.parties:
        receipts = (r for package in held.standing.packages for r in package.received.get(party, ()))
        if {(r.instrument, r.holder): r.sha256 for r in receipts} != own:
            yield Obstacle(
                code="receipt-differs",
                message=f"the receipt of {party} does not name the originals that are held here; compare them by hand",
            )
        if party not in plan.container_seals:
            yield Obstacle(
                code="container-not-ready",
                message=f"{party} has not sealed the container yet; wait until it has",
            )
    sealed = plan.container
    if sealed is None or objects_digest(read_archive(held.container)) != sealed.objects:
        yield Obstacle(
            code="container-differs",
            message="the container that is held here is not the one that the parties sealed; take it from another party",
        )


def require_publishable(node: Node, dossier: DossierId) -> None:
    """Refuse to publish what may not be published.

    Raises:
        LocalActError: ``not-publishable`` with every reason; ``dossier-unknown``.
    """
    found = obstacles(node, dossier)
    if found:
        raise LocalActError(
            "not-publishable",
            "this dossier cannot be published: " + "; ".join(one.message for one in found),
        )
