"""How the number of an instrument stands in an address, and in the name of a file.

Numbers hold "/" and whatever else the parties like. In an address "/" is "~", and everything but letters, digits, ".",
"_" and "-" is "!" with its hexadecimal UTF-8 bytes, so that two numbers never share an address.
"""

from __future__ import annotations

import re
from typing import Final

from django.urls import register_converter

from paraph.domain.ids import InstrumentNumber

__all__ = ["NUMBER", "file_stem", "number_of", "slug_of"]

_KIND: Final = "number"

NUMBER: Final = f"<{_KIND}:number>"
"""The place of an instrument's number in a route."""

_PLAIN: Final = re.compile(r"[A-Za-z0-9._-]")
_CODED: Final = re.compile(r"(?:![0-9A-F]{2})+|~|[A-Za-z0-9._-]")


def slug_of(number: str) -> str:
    """What stands for a number in an address."""
    coded = "".join(
        char
        if _PLAIN.fullmatch(char)
        else "~"
        if char == "/"
        else "".join(f"!{byte:02X}" for byte in char.encode())
        for char in number
    )
    # A browser would take dots alone for a folder.
    return f"!2E{coded[1:]}" if coded.startswith(".") else coded


def number_of(slug: str) -> InstrumentNumber:
    """The number that an address names.

    Raises:
        ValueError: It is not how any number is written.
    """
    parts: list[bytes] = []
    end = 0
    for match in _CODED.finditer(slug):
        if match.start() != end:
            break
        end, part = match.end(), match.group()
        coded = part.startswith("!")
        parts.append(bytes.fromhex(part.replace("!", "")) if coded else part.replace("~", "/").encode())
    if end != len(slug):
        raise ValueError(slug)
    number = b"".join(parts).decode()
    if not number or slug_of(number) != slug:
        raise ValueError(slug)
    return InstrumentNumber(number)


def file_stem(number: str) -> str:
    """What stands for a number in the name of a file that is taken away; two numbers may share it."""
    return slug_of(number).replace("~", "-").replace("!", "-")


class NumberInAddress:
    """Django's converter for it."""

    regex = "[A-Za-z0-9._~!-]{1,2000}"

    def to_python(self, value: str) -> InstrumentNumber:
        """The number; a ValueError makes it no such address."""
        return number_of(value)

    def to_url(self, value: str) -> str:
        """The address."""
        return slug_of(value)


# Here, because it may be registered once only, and several applications need it.
register_converter(NumberInAddress, _KIND)
