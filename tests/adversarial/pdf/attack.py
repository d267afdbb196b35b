"""What an attack is: a name, the published class it belongs to, the finding that must name it, and how to build it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.adversarial.pdf.pki import NOW


@dataclass(frozen=True, kw_only=True)
class Attack:
    """One forged or altered file."""

    name: str
    group: str
    code: str
    build: Callable[[], bytes]
    at: datetime = field(default=NOW + timedelta(days=1))

    @property
    def label(self) -> str:
        return f"{self.group}-{self.name}"


class Group:
    """Collects the attacks of one class."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.attacks: list[Attack] = []

    def attack(self, code: str, name: str = "", **options):
        """Register a builder under its function name."""

        def register(build: Callable[[], bytes]) -> Callable[[], bytes]:
            self.add(code, name or build.__name__.replace("_", "-"), build, **options)
            return build

        return register

    def add(self, code: str, name: str, build: Callable[[], bytes], **options) -> None:
        self.attacks.append(Attack(name=name, group=self.name, code=code, build=build, **options))


def replace_last(data: bytes, old: bytes, new: bytes) -> bytes:
    """Replace the last occurrence, keeping the length so that offsets stay true."""
    place = data.rindex(old)
    assert len(new) <= len(old), "the replacement must fit"
    return data[:place] + new.ljust(len(old)) + data[place + len(old) :]
