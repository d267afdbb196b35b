"""Features of PDF that can show something else than what was signed, without changing a byte.

Found by name, anywhere outside stream data, so that nothing depends on how a reader gets there.

Source: ISO 32000-1:2008, 12.6; ETSI EN 319 142-1, 4 (content that can change its appearance).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from paraph.verify.findings import Findings
from paraph.verify.pdf.objects import Dictionary
from paraph.verify.pdf.view import View

__all__ = ["find_restrictions"]

_NAMES = re.compile(
    rb"/(?:(JavaScript|JS|Launch|ImportData|SubmitForm|ResetForm|Rendition|RichMedia|Movie|Hide|SetOCGState|GoToE|GoToR)"
    rb"|(FFilter|FDecodeParms|OPI|Alternates|Ref(?=[\x00\t\n\x0c\r ]*(?:<<|\d)))"
    rb"|(XFA)"
    rb"|(OCProperties))(?=[\x00\t\n\x0c\r ()<>\[\]{}/%]|\Z)"
)
_CODES = {
    1: ("active-content", "the file holds scripts or actions"),
    2: ("external-content", "the file refers to content outside itself"),
    3: ("xfa", "the file holds an XFA form"),
    4: ("optional-content", "the file holds layers that can be switched on and off"),
}


def find_restrictions(texts: Iterable[bytes], view: View, catalog: Dictionary, findings: Findings) -> None:
    """Look for features that can change what is shown.

    Args:
        texts: The text of every revision.
        view: The document at its last revision.
        catalog: Its catalog.
        findings: Receives what was found, once per kind with the names.

    Raises:
        FormatError: If the catalog's opening action cannot be read.
    """
    met: dict[int, set[str]] = {}
    for text in texts:
        for found in _NAMES.finditer(text):
            group = found.lastindex
            if group is not None:
                met.setdefault(group, set()).add(found[group].decode("ascii"))
    for group in sorted(met):
        code, message = _CODES[group]
        findings.add(code, f"{message}: {', '.join(f'/{name}' for name in sorted(met[group]))}")
    action = view.resolve(catalog.get("OpenAction"))
    if (isinstance(action, Dictionary) and action.get("S") != "GoTo") or "AA" in catalog:
        findings.add("open-action", "a reader is made to do something when the file is opened")
