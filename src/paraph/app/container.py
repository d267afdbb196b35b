"""Building the container of a concluded package, sealing it, and handing it out.

The plan's sealer fixes what the container holds: the log up to a checkpoint that every party cosigned. Every party then
builds it from its own store, and seals it only if it came to the same content. The acts that fix and seal it come
after that checkpoint and are therefore not inside; the seals themselves are.

Source: docs/spec/container.md.
"""

from __future__ import annotations

import hashlib
from typing import Final

from paraph.app.dossiers import Current, load
from paraph.app.node import Node
from paraph.app.ports import UnitOfWork
from paraph.app.texts import engrossed_original
from paraph.domain.acts import ContainerEngrossed, ContainerSealed
from paraph.domain.ids import Digest, DossierId, InstrumentNumber
from paraph.domain.standing import Dossier, Plan, Slot
from paraph.errors import LocalActError, PermanentError
from paraph.verify.container_contents import ContainerContents, attached_to, fold
from paraph.verify.container_members import bind, compose_members, replay_all
from paraph.wire.act import read_act
from paraph.wire.checkpoint import read_checkpoint
from paraph.wire.cms import SignerProfile, assemble
from paraph.wire.container.archive import Member, write_archive
from paraph.wire.container.manifest import objects_digest, write_manifest
from paraph.wire.container.seal import seal_attributes
from paraph.wire.note import Note

__all__ = ["SEAL_KEY", "collect", "engross_container", "finished_container", "seal_container"]

SEAL_KEY: Final = "seal"
"""Under this name a node's desk keeps the key of its organisation's seal."""

_PAGE: Final = 512
"""Acts read from the store at a time, as when a dossier is loaded."""


def collect(node: Node, current: Current, plan: Plan) -> ContainerContents:
    """Gather what the container is made of: as fixed, or up to the newest final checkpoint if it is not fixed yet.

    Args:
        node: This node.
        current: A dossier.
        plan: Of which concluded package.

    Raises:
        LocalActError: ``container-not-ready`` if the conclusion is not final yet.
        PermanentError: ``attachment-lost`` or ``original-lost``.
    """
    with node.store.read() as uow:
        note = _note(node, uow, current, plan)
        checkpoint = read_checkpoint(Note.read(note))
        envelopes = _log(uow, current.dossier, checkpoint.size)
    sealed = tuple(read_act(envelope) for envelope in envelopes)
    attachments = {digest: _held(node, digest) for digest in attached_to(one.act for one in sealed)}
    folded = fold(envelopes, attachments)
    view = folded.view
    there = {package.body.plan for package in view.dossier.packages} if view.dossier is not None else set()
    if view.dossier is None or view.tree.root() != checkpoint.root or plan.body.plan not in there:
        raise _not_ready("the acts that conclude the package are not cosigned by every party yet")
    return ContainerContents(
        sealed=sealed,
        note=note,
        attachments=attachments,
        bases=_bases(node, view.dossier, plan),
        folded=folded,
        package=plan.body.plan,
    )


def engross_container(node: Node, current: Current, package: str) -> ContainerEngrossed:
    """Fix what the container holds, as the plan's sealer.

    Args:
        node: This node.
        current: A dossier.
        package: Id of the concluded plan.

    Returns:
        The body of the act; the checkpoint it names is kept among the blobs.

    Raises:
        LocalActError: ``container-not-ready``.
        PermanentError: As :func:`collect`.
    """
    contents = collect(node, current, current.standing.package(package))
    return ContainerEngrossed(
        plan=contents.plan.body.plan,
        size=len(contents.sealed),
        note=node.blobs.put(contents.note),
        objects=objects_digest(_members(contents)),
    )


def seal_container(node: Node, current: Current, package: str) -> ContainerSealed:
    """Build the container here, compare it with what the sealer fixed, and seal it.

    Args:
        node: This node.
        current: A dossier.
        package: Id of the concluded plan.

    Returns:
        The body of the act; the seal is kept among the blobs.

    Raises:
        LocalActError: ``container-not-ready``; ``container-differs`` if this node came to another content;
            ``seal-key-missing``.
        PermanentError: As :func:`collect`, or what the key needs.
    """
    plan = current.standing.package(package)
    contents, fixed = collect(node, current, plan), _fixed(plan)
    members = _members(contents)
    if objects_digest(members) != fixed.objects:
        raise LocalActError(
            "container-differs",
            f"the container built here is not the one that {contents.plan.body.sealer} fixed; bring both nodes to "
            "the same version of Paraph",
        )
    signer = node.desk.signer(SEAL_KEY)
    if signer is None:
        raise LocalActError(
            "seal-key-missing",
            f"there is no key “{SEAL_KEY}” with the seal of this organisation; add it to the node's signing keys",
        )
    profile = SignerProfile(certificate=signer.certificate, chain=signer.chain, algorithm=signer.algorithm)
    manifest = write_manifest(contents.standing.parties.index(node.party) + 1, members)
    attributes = seal_attributes(profile, manifest, node.clock.now())
    signature = signer.sign(attributes)
    token = None
    if node.timestamper is not None:
        token = node.timestamper.timestamp(hashlib.sha256(signature).digest())
    cms = assemble(profile, attributes, signature, timestamp_token=token)
    return ContainerSealed(plan=fixed.plan, objects=fixed.objects, cms=node.blobs.put(cms))


def finished_container(node: Node, dossier: DossierId, instrument: str = "") -> bytes:
    """Write the container of a package that has every party's seal; the same bytes on every node.

    Once written it is kept: a later version of Paraph may word its guides differently.

    Args:
        node: This node.
        dossier: Which dossier.
        instrument: Number of an instrument in the package; the newest package if empty.

    Raises:
        LocalActError: ``container-not-ready`` while a seal is missing.
        PermanentError: As :func:`collect`.
    """
    with node.store.read() as uow:
        current = load(node, uow, dossier)
        plan = _contained(current.standing, instrument)
        written = uow.setting(_kept_as(plan))
    if written and (kept := node.blobs.get(Digest(written))) is not None:
        return kept
    fixed = _fixed(plan)
    members = _members(collect(node, current, plan))
    if objects_digest(members) != fixed.objects:
        raise LocalActError(
            "container-differs",
            "this version of Paraph writes another container than the one that was sealed; use the version of then, "
            "or take the file from another party",
        )
    seals = [_held(node, plan.container_seals[party]) for party in current.standing.parties]
    archive = write_archive(bind(members, seals))
    digest = node.blobs.put(archive)
    with node.store.write() as uow:
        uow.set_setting(_kept_as(plan), digest)
    return archive


def _kept_as(plan: Plan) -> str:
    """The setting that says which container of a package was written here."""
    return f"container:{plan.body.plan}"


def _members(contents: ContainerContents) -> tuple[Member, ...]:
    return compose_members(contents, replay_all(contents))


def _note(node: Node, uow: UnitOfWork, current: Current, plan: Plan) -> bytes:
    if plan.container is not None:
        return _held(node, plan.container.note)
    note = uow.final_note(current.dossier)
    if note is None:
        raise _not_ready("no checkpoint is cosigned by every party yet")
    return note


def _contained(standing: Dossier, instrument: str) -> Plan:
    """The package with an instrument, or the newest one; sealed by every party."""
    if not instrument and standing.contained:
        return standing.contained[-1]
    asked = [p for p in standing.packages if not instrument or p.holds(InstrumentNumber(instrument))]
    if not asked:
        raise _not_ready(f"{instrument or 'the package'} is not concluded yet")
    _fixed(asked[-1])
    missing = [p for p in standing.parties if p not in asked[-1].container_seals]
    if missing:
        raise _not_ready(f"{', '.join(missing)} has not sealed it yet")
    return asked[-1]


def _fixed(plan: Plan) -> ContainerEngrossed:
    if plan.container is None:
        raise _not_ready("what it holds is not fixed yet")
    return plan.container


def _log(uow: UnitOfWork, dossier: DossierId, size: int) -> tuple[bytes, ...]:
    envelopes: list[bytes] = []
    while len(envelopes) < size:
        rows = uow.log(dossier, len(envelopes), min(_PAGE, size - len(envelopes)))
        if not rows:
            raise _not_ready("acts below the checkpoint are not here yet")
        envelopes += [row.envelope for row in rows]
    return tuple(envelopes)


def _bases(node: Node, standing: Dossier, plan: Plan) -> dict[Slot, bytes]:
    return {
        (original.instrument, original.holder): engrossed_original(node, standing, original)
        for original in plan.body.originals
    }


def _held(node: Node, digest: Digest) -> bytes:
    data = node.blobs.get(digest)
    if data is None:
        raise PermanentError(
            "attachment-lost", f"the bytes {digest} that an act names are not held here any more"
        )
    return data


def _not_ready(reason: str) -> LocalActError:
    return LocalActError("container-not-ready", f"the container cannot be made yet: {reason}")
