"""Every address of the pages into which values can be put, and every field of their forms."""

from __future__ import annotations

import re
from pathlib import Path

import paraph.node
from paraph.node.web.addresses import Address
from paraph.node.web.addresses import addresses as all_addresses

__all__ = ["Address", "addresses", "field_names"]

_FIELD = re.compile(
    r"""(?:\bname=|_(?:input|area|box|group)\s+|checkbox\s+|\bPOST(?:\.get(?:list)?\(|\[))"([a-z][\w-]*)\""""
)


def addresses() -> list[Address]:
    """Every address there is."""
    return [one for one in all_addresses() if not one.regular]


def field_names() -> list[str]:
    """Names of all fields that any form sends or any view reads, as templates and views have them."""
    found: set[str] = set()
    for folder in Path(paraph.node.__file__).parent.iterdir():
        for file in [*folder.rglob("*.html"), *folder.rglob("*.py")] if folder.is_dir() else ():
            found.update(_FIELD.findall(file.read_text("utf-8")))
    return sorted(found - {"csrfmiddlewaretoken"})
