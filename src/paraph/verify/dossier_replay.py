"""Replaying a finished original and noting where each signature lies in it.

The same bytes as :func:`paraph.wire.pdf.replay.replay` gives, and in addition the gap of each signature, which
VERIFY.txt prints so that anybody can take the signatures out by hand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from paraph.domain.ids import Digest
from paraph.domain.standing import Plan, Slot
from paraph.verify.originals import seal_steps, signed_steps
from paraph.wire.pdf.openfile import OpenFile, open_file
from paraph.wire.pdf.replay import DssStep, SignedStep, TimestampStep, take
from paraph.wire.pdf.signature import Prepared, embedded, prepare_signature
from paraph.wire.pdf.stamp import prepare_timestamp

__all__ = ["PlacedSignature", "ReplayedOriginal", "replay_original"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedSignature:
    """A signature or document time stamp in a replayed original.

    Attributes:
        field: Its field.
        gap: First byte of ``/Contents`` with its ``<``, and the byte behind the ``>``.
        stop: The byte behind what it signs: the end of its revision.
        cms: The signature or token, DER.
        claimed: The claimed time of a signature; "" for the document time stamp.
    """

    field: str
    gap: tuple[int, int]
    stop: int
    cms: bytes
    claimed: str

    @property
    def is_timestamp(self) -> bool:
        """Whether it is the document time stamp."""
        return not self.claimed


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayedOriginal:
    """An original as the acts make it.

    Attributes:
        data: All bytes.
        placed: Its signatures in order, the document time stamp last.
    """

    data: bytes
    placed: tuple[PlacedSignature, ...]


def replay_original(
    base: bytes, plan: Plan, slot: Slot, get: Callable[[Digest], bytes | None]
) -> ReplayedOriginal:
    """Replay every recorded step of an original onto its agreed bytes.

    Args:
        base: The agreed bytes.
        plan: The plan with its signatures and its seal.
        slot: Which original.
        get: Gives attachments.

    Raises:
        FormatError: ``attachment-missing`` or what is wrong with a step.
    """
    file = open_file(base)
    placed: list[PlacedSignature] = []
    for step in (*signed_steps(plan, slot, get), *seal_steps(plan, slot, get)):
        match step:
            case SignedStep():
                prepared = prepare_signature(file, step.step)
                file = embedded(prepared, step.cms)
                placed.append(_placed(prepared, file, step.step.field, step.cms, step.step.signed_at))
            case DssStep():
                file = take(file, step)
            case TimestampStep():
                prepared = prepare_timestamp(file, field=step.field, reserved=step.reserved)
                file = embedded(prepared, step.token)
                placed.append(_placed(prepared, file, step.field, step.token, ""))
    return ReplayedOriginal(data=file.data, placed=tuple(placed))


def _placed(prepared: Prepared, file: OpenFile, field: str, cms: bytes, claimed: str) -> PlacedSignature:
    return PlacedSignature(field=field, gap=prepared.gap, stop=len(file.data), cms=cms, claimed=claimed)
