"""Rebuilding a signed original from the agreed one and the recorded steps.

What this returns is the only file those steps can lead to. A verifier that gets the same bytes has proved that nothing
else was added after the agreed original, whatever a PDF can hide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from paraph.wire.pdf.dss import with_dss
from paraph.wire.pdf.openfile import OpenFile, open_file
from paraph.wire.pdf.signature import SignatureStep, embedded, prepare_signature
from paraph.wire.pdf.stamp import prepare_timestamp

__all__ = ["DssStep", "SignedStep", "Step", "TimestampStep", "replay", "take"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedStep:
    """A signature and its CMS.

    Attributes:
        step: The agreed parameters.
        cms: The CMS, DER.
    """

    step: SignatureStep
    cms: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class DssStep:
    """Validation material; its order does not matter.

    Attributes:
        certificates: DER certificates.
        crls: DER certificate revocation lists.
        ocsps: DER OCSP responses.
    """

    certificates: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TimestampStep:
    """A document time stamp and its token.

    Attributes:
        field: The name of its field.
        reserved: Bytes kept for the token.
        token: The token, DER.
    """

    field: str
    reserved: int
    token: bytes


Step: TypeAlias = SignedStep | DssStep | TimestampStep


def replay(base: bytes, steps: Sequence[Step]) -> bytes:
    """Apply recorded steps to the agreed original.

    Args:
        base: The original with reserved fields, as agreed.
        steps: In the order in which they were taken.

    Returns:
        The signed original.

    Raises:
        FormatError: if a step does not fit; see the functions of each kind of step.
    """
    file = open_file(base)
    for step in steps:
        file = take(file, step)
    return file.data


def take(file: bytes | OpenFile, step: Step) -> OpenFile:
    """Apply one recorded step and return the file opened for the next; see :func:`replay`."""
    match step:
        case SignedStep():
            return embedded(prepare_signature(file, step.step), step.cms)
        case DssStep():
            return with_dss(file, certificates=step.certificates, crls=step.crls, ocsps=step.ocsps)
        case TimestampStep():
            return embedded(prepare_timestamp(file, field=step.field, reserved=step.reserved), step.token)
        case _:
            assert_never(step)
