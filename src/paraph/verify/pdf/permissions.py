"""What a signature allows to happen after it: certification (DocMDP) and locked fields (FieldMDP).

Source: ISO 32000-1:2008, 12.8.2.2 and 12.8.2.4.
"""

from __future__ import annotations

from dataclasses import dataclass

from paraph.errors import FormatError
from paraph.verify.pdf.form import text
from paraph.verify.pdf.objects import Dictionary, Name
from paraph.verify.pdf.view import View

__all__ = ["Permissions", "read_permissions"]

# A signature refers to at most a handful of transforms; more is not met.
MAX_TRANSFORMS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Permissions:
    """What one signature allows later.

    Attributes:
        certifies: 0 if it does not certify; else the level: 1 nothing, 2 filling and signing, 3 annotating too.
        action: ``All``, ``Include``, ``Exclude`` or empty: how ``names`` choose the fields it locks.
        names: Full field names.
    """

    certifies: int = 0
    action: str = ""
    names: frozenset[str] = frozenset()

    def locks(self, name: str) -> bool:
        """Whether the field may not change any more; a name also stands for the fields below it."""
        if self.action == "All":
            return True
        chosen = any(name == own or name.startswith(f"{own}.") for own in self.names)
        return chosen if self.action == "Include" else self.action == "Exclude" and not chosen


def read_permissions(view: View, own: Dictionary) -> Permissions:
    """Read the transforms of a signature dictionary.

    Args:
        view: The document.
        own: The signature dictionary.

    Returns:
        What it permits; unknown transforms are refused rather than ignored.

    Raises:
        FormatError: ``pdf-permissions`` if they are malformed or unknown.
    """
    certifies, action, names = 0, "", frozenset[str]()
    references = view.array(own.get("Reference"))
    if len(references) > MAX_TRANSFORMS:
        raise FormatError("pdf-permissions", "too many transforms")
    for reference in references:
        transform = view.dictionary(reference)
        if transform is None:
            raise FormatError("pdf-permissions", "a transform is no dictionary")
        method = transform.get("TransformMethod")
        parameters = view.dictionary(transform.get("TransformParams")) or Dictionary()
        if method == "DocMDP":
            level = parameters.get("P", 2)
            if type(level) is not int or not 1 <= level <= 3:
                raise FormatError("pdf-permissions", "a certification has no level 1, 2 or 3")
            certifies = level
        elif method == "FieldMDP":
            chosen = parameters.get("Action")
            if not isinstance(chosen, Name) or chosen not in {"All", "Include", "Exclude"}:
                raise FormatError("pdf-permissions", "a field lock has no action")
            action = str(chosen)
            names = frozenset(text(item) for item in view.array(parameters.get("Fields")))
        elif method != "Identity":
            raise FormatError("pdf-permissions", "a transform is unknown")
    return Permissions(certifies=certifies, action=action, names=names)
