"""The checkpoint of a log against its acts, and who has cosigned it: whether the acts are final (D2)."""

from __future__ import annotations

from collections.abc import Mapping

from paraph.domain.ids import PartyId
from paraph.domain.standing import Dossier
from paraph.errors import FormatError
from paraph.verify.container_findings import ContainerFindings
from paraph.verify.log import LogView
from paraph.wire.checkpoint import cosigners, only_verified, read_checkpoint
from paraph.wire.container.layout import CHECKPOINT_NAME
from paraph.wire.keys import NodePublicKeys
from paraph.wire.note import Note

__all__ = ["check_checkpoint"]


def check_checkpoint(
    data: bytes,
    view: LogView,
    standing: Dossier,
    keys: Mapping[PartyId, NodePublicKeys],
    findings: ContainerFindings,
) -> None:
    """Check the checkpoint note.

    Args:
        data: The note.
        view: All acts, worked in.
        standing: Where they lead.
        keys: Of every participant.
        findings: Receives what is wrong.
    """
    try:
        note = Note.read(data)
        checkpoint = read_checkpoint(note)
    except FormatError as error:
        findings.add("checkpoint-malformed", error.message, CHECKPOINT_NAME)
        return
    if checkpoint.dossier != standing.id:
        findings.add("checkpoint-dossier", "the checkpoint is of another dossier", CHECKPOINT_NAME)
    if checkpoint.size != view.size:
        findings.add(
            "checkpoint-size",
            f"the checkpoint is over {checkpoint.size} acts, and {view.size} are here",
            CHECKPOINT_NAME,
        )
    elif checkpoint.root != view.tree.root():
        findings.add("checkpoint-root", "the checkpoint is over other acts than these", CHECKPOINT_NAME)
    orderer = keys.get(standing.opener)
    by_name = {str(party): public for party, public in keys.items()}
    if orderer is None:
        return  # the finding about its card says why
    try:
        proved = only_verified(note, orderer, by_name)
    except FormatError as error:
        findings.add("checkpoint-signature", error.message, CHECKPOINT_NAME)
        return
    for line in note.lines:
        if line not in proved.lines:
            findings.add(
                "cosignature-invalid", f"a signature of “{line.name}” does not hold", CHECKPOINT_NAME
            )
    held_by = cosigners(proved, by_name)
    missing = [party for party in standing.parties if party not in held_by]
    if missing:
        findings.add(
            "not-final",
            f"{', '.join(missing)} has not cosigned the checkpoint, so the acts are not final",
            CHECKPOINT_NAME,
        )
