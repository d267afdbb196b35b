"""What an update after a signature added, object by object, and whether it was allowed to.

Every object that an update writes must be claimed by one of the few purposes below; an object that nobody claims
changed something that was signed, or waits to be shown, and fails the signatures before it.

1. a signature field that was there and empty gets its value and its appearance;
2. a new signature field that shows nothing gets a signature or document time stamp;
3. the catalog gets or extends its validation data (DSS) and its list of extensions;
4. metadata and the information dictionary get new dates;
5. an object is written again exactly as it was.

Filling another form field is told apart: it is what a certification with level 2 or 3 permits, and a person has to
look at it.

Source: docs/spec/verdict.md, "What may follow a signature"; ETSI EN 319 142-1, 5.4 to 5.6.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from paraph.errors import FormatError
from paraph.verify.pdf.allowed import explain
from paraph.verify.pdf.form import Forms
from paraph.verify.pdf.judge import Change, Judge, Update
from paraph.verify.pdf.layout import Revision
from paraph.verify.pdf.objects import SPACE
from paraph.verify.pdf.view import Document

__all__ = ["judge_updates", "references"]

_REFERENCE = re.compile(rb"(?<![\w.])(\d{1,10}+)" + SPACE + rb"++\d{1,5}+" + SPACE + rb"++R(?![\w.])")


def judge_updates(
    document: Document, forms: Forms, revisions: Sequence[Revision], referred: Sequence[set[int]], signed: int
) -> list[Update]:
    """Judge every revision after the first signed one.

    Args:
        document: The file.
        forms: Its forms.
        revisions: All revisions.
        referred: The numbers that each refers to, from :func:`references`.
        signed: Index of the first revision that is signed.

    Returns:
        One entry per update, in order.
    """
    updates: list[Update] = []
    known = set[int]().union(*referred[:signed])
    for old, new in zip(revisions[signed - 1 :], revisions[signed:], strict=False):
        update = Update(index=new.index)
        try:
            judge = Judge(document, forms, old=old, new=new, update=update, dangling=known - old.view.keys())
            judge.settle_structure()
            explain(judge)
            judge.settle_rest()
            known |= referred[new.index - 1]
        except FormatError as error:
            message = f"the update cannot be read: {error.message}"
            update.changes.append(
                Change(code="update-unreadable", where=f"revision {new.index}", message=message)
            )
        updates.append(update)
    return updates


def references(text: bytes) -> set[int]:
    """Return the numbers that a text refers to (too many rather than too few: strings are searched as well)."""
    return set(map(int, _REFERENCE.findall(text)))
