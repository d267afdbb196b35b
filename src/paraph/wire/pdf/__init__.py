"""The deterministic PDF increments of an original: reserve, sign, seal, replay.

Example:
    >>> original = reserve_fields(rendered, boxes)
    >>> prepared = prepare_signature(original, step)
    >>> signed = embed(prepared, cms_over(prepared.digest))
    >>> signed == replay(original, [SignedStep(step=step, cms=cms_over(prepared.digest))])
    True

The formats are normative in ``docs/spec/original.md``.
"""

from __future__ import annotations

from paraph.wire.pdf.dss import append_dss
from paraph.wire.pdf.fields import FieldBox, reserve_fields
from paraph.wire.pdf.openfile import OpenFile, open_file
from paraph.wire.pdf.replay import DssStep, SignedStep, Step, TimestampStep, replay, take
from paraph.wire.pdf.signature import Prepared, SignatureStep, embed, embedded, prepare_signature
from paraph.wire.pdf.stamp import prepare_timestamp

__all__ = [
    "DssStep",
    "FieldBox",
    "OpenFile",
    "Prepared",
    "SignatureStep",
    "SignedStep",
    "Step",
    "TimestampStep",
    "append_dss",
    "embed",
    "embedded",
    "open_file",
    "prepare_signature",
    "prepare_timestamp",
    "replay",
    "reserve_fields",
    "take",
]
