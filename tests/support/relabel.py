"""The same dossier with other names on the parties: for the symmetry of the rules.

Every string that *is* a party's id becomes another one, wherever it stands, and digests follow the texts that they are of.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from enum import Enum
from typing import Any

from paraph.domain.acts import RenderedOriginal
from paraph.domain.digests import digest_set, text_digest
from paraph.domain.language import ByLanguage
from paraph.domain.texts import InstrumentText


@dataclasses.dataclass(slots=True)
class Relabelling:
    """A permutation of party ids.

    Attributes:
        names: New id of each party.
        digests: New digest of each known text, and of each of its parts.
        texts: The relabelled texts, by their digest.
    """

    names: Mapping[str, str]
    digests: dict[str, str] = dataclasses.field(default_factory=dict)
    texts: dict[Any, InstrumentText] = dataclasses.field(default_factory=dict)

    def learn(self, text: InstrumentText) -> None:
        """Know a text before anything that names it is relabelled."""
        if text_digest(text) in self.digests:
            return
        other = self.of(text)
        self.digests[text_digest(text)] = text_digest(other)
        self.texts[text_digest(other)] = other
        parts, others = digest_set(text), digest_set(other)
        self.digests |= {parts[name]: others[name] for name in parts}

    def of(self, value: Any) -> Any:
        """The value with every party relabelled."""
        if isinstance(value, Enum):
            return value
        if isinstance(value, str):
            return self.names.get(value, self.digests.get(value, value))
        if isinstance(value, ByLanguage):
            return ByLanguage({lang: self.of(item) for lang, item in value.items()})
        if isinstance(value, Mapping):
            return {self.of(key): self.of(item) for key, item in value.items()}
        if isinstance(value, frozenset):
            return frozenset(self.of(item) for item in value)
        if isinstance(value, tuple):
            return self._tuple(value)
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            members = {m.name: self.of(getattr(value, m.name)) for m in dataclasses.fields(value)}
            if isinstance(value, InstrumentText):  # whose parties stand in order of their ids
                members["parties"] = tuple(sorted(members["parties"], key=lambda party: party.id))
            return type(value)(**members)
        return value

    def _tuple(self, value: tuple[Any, ...]) -> tuple[Any, ...]:
        made = tuple(self.of(item) for item in value)
        if made and all(isinstance(item, RenderedOriginal) for item in made):
            return tuple(sorted(made, key=lambda original: original.holder))  # kept in order of holder
        return made
