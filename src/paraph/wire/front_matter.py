"""Front matter of an authored language version: the declarations, in small YAML.

YAML is read as strings only, without tags, anchors or aliases, and a key may stand once. Exactly one file needs
to carry the declarations; another may repeat them, but not contradict them.

Source: docs/spec/text.md section 4.1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

import yaml

from paraph.domain.texts import (
    Alternat,
    Conclusion,
    Declarations,
    EntryIntoForce,
    EntryRule,
    LanguageStatus,
    Layout,
    Method,
    Nature,
    TextStatus,
)
from paraph.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from enum import StrEnum

__all__ = ["FrontMatter", "one_set_of_declarations", "read_front_matter"]

# A full set of declarations in 24 languages fits in 4 KiB.
MAX_FRONT_MATTER_CHARS: Final = 16 * 1024
# languages: is a mapping in a mapping; nothing nests deeper.
MAX_DEPTH: Final = 3

_KEYS: Final = (
    "lang", "title", "specimen", "number", "parties", "nature", "languages", "conclusion", "method",
    "entry-into-force", "alternat", "layout",
)  # fmt: skip
# Each file has its own; all other keys speak for the whole instrument.
_OWN_KEYS: Final = ("lang", "title", "specimen")

_E = TypeVar("_E", bound="StrEnum")


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontMatter:
    """Front matter of one file, or of all files together.

    Attributes:
        title: Title in the file's language.
        specimen: Specimen banner in the file's language, or "".
        shared: The keys that speak for the whole instrument, as read.
    """

    title: str
    specimen: str
    shared: Mapping[str, Any]

    @property
    def number(self) -> str:
        """Number of the instrument."""
        return str(self.shared.get("number", ""))

    @property
    def langs(self) -> tuple[str, ...]:
        """Declared languages in their order; empty if undeclared."""
        return tuple(self.shared.get("languages", {}))

    @property
    def parties(self) -> tuple[str, ...]:
        """Identifiers of the parties; empty means all that are known."""
        return tuple(self.shared.get("parties", ()))

    def declarations(self, langs: tuple[str, ...]) -> Declarations:
        """The declarations made, and None for those not made.

        Args:
            langs: Languages of the text in order, for a draft that does not declare them.

        Returns:
            The declarations.

        Raises:
            FormatError: If a value is not one of those allowed.
        """
        languages = self.shared.get("languages", {})
        return Declarations(
            nature=self._choice("nature", Nature),
            languages=tuple(
                LanguageStatus(lang=lang, status=_choice("languages", languages[lang], TextStatus))
                if languages.get(lang)
                else LanguageStatus(lang=lang, status=None)
                for lang in langs
            ),
            conclusion=self._choice("conclusion", Conclusion),
            method=self._choice("method", Method),
            entry_into_force=self._entry(),
            alternat=self._choice("alternat", Alternat) or Alternat.BY_COPY,
            layout=self._choice("layout", Layout) or Layout.SEQUENCE,
        )

    def _choice(self, key: str, kind: type[_E]) -> _E | None:
        return _choice(key, self.shared[key], kind) if key in self.shared else None

    def _entry(self) -> EntryIntoForce | None:
        entry = self.shared.get("entry-into-force")
        if entry is None:
            return None
        days = entry.get("days")
        if days is not None and not (days.isascii() and days.isdigit() and len(days) <= 4):
            raise FormatError("entry-days", f"entry-into-force: {days[:20]!r} is not a number of days")
        return EntryIntoForce(
            rule=_choice("entry-into-force", entry["rule"], EntryRule),
            days=int(days) if days is not None else None,
            date=entry.get("date", ""),
        )


def _choice(key: str, value: str, kind: type[_E]) -> _E:
    try:
        return kind(value)
    except ValueError:
        raise FormatError(
            "front-matter-value", f"{key}: {value[:40]!r} is unknown; write one of {', '.join(kind)}", key=key
        ) from None


def read_front_matter(lang: str, source: str) -> tuple[FrontMatter, str, int]:
    """Split a file into front matter and body.

    Args:
        lang: Language the file is expected to be in.
        source: The whole file, with Unix line ends.

    Returns:
        Front matter, body, and the line number (from 1) on which the body begins.

    Raises:
        FormatError: If there is no front matter or it is not acceptable.
    """
    head, _, body = source.removeprefix("---\n").partition("\n---\n")
    if not source.startswith("---\n") or not body:
        raise FormatError(
            "front-matter-missing",
            f"{lang}: the file must begin with front matter between two lines of ---",
            lang=lang,
        )
    if len(head) > MAX_FRONT_MATTER_CHARS:
        raise FormatError(
            "front-matter-too-long", f"{lang}: front matter above {MAX_FRONT_MATTER_CHARS} characters"
        )
    values = _load(lang, head)
    if unknown := sorted(set(values) - set(_KEYS)):
        raise FormatError(
            "front-matter-key", f"{lang}: {unknown[0][:40]!r} is not a key; use {', '.join(_KEYS)}", lang=lang
        )
    _check_shapes(lang, values)
    if values.get("lang") != lang:
        raise FormatError(
            "front-matter-lang",
            f"{lang}: the file says lang: {values.get('lang', '')!s:.40}; correct one of them",
        )
    front = FrontMatter(
        title=values.get("title", ""),
        specimen=values.get("specimen", ""),
        shared={key: value for key, value in values.items() if key not in _OWN_KEYS},
    )
    return front, body, head.count("\n") + 4


def _load(lang: str, head: str) -> dict[str, Any]:
    try:
        depth = 0
        for event in yaml.parse(head, Loader=yaml.BaseLoader):
            if (
                isinstance(event, yaml.AliasEvent)
                or getattr(event, "anchor", None)
                or getattr(event, "tag", None)
            ):
                raise FormatError(
                    "front-matter-yaml", f"{lang}: anchors, aliases and tags are not read", lang=lang
                )
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > MAX_DEPTH:
                    raise FormatError("front-matter-yaml", f"{lang}: front matter nests too deep", lang=lang)
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
        node = yaml.compose(head, Loader=yaml.BaseLoader)
    except yaml.YAMLError as problem:
        raise FormatError(
            "front-matter-yaml", f"{lang}: front matter cannot be read: {problem}", lang=lang
        ) from None
    if not isinstance(node, yaml.MappingNode):
        raise FormatError(
            "front-matter-yaml", f"{lang}: write front matter as lines of key: value", lang=lang
        )
    values: dict[str, Any] = _plain(lang, node)
    return values


def _plain(lang: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.value in found:
                raise FormatError("front-matter-key", f"{lang}: a key stands twice or is no word", lang=lang)
            found[key.value] = _plain(lang, value)
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_plain(lang, one) for one in node.value]
    return node.value


def _check_shapes(lang: str, values: dict[str, Any]) -> None:
    """Turn the written forms into one shape: strings, a list of parties, a mapping of languages."""
    entry = values.get("entry-into-force")
    if isinstance(entry, str):
        values["entry-into-force"] = {"rule": entry}
    for key, value in values.items():
        if key == "parties":
            right = isinstance(value, list) and all(isinstance(one, str) for one in value)
        elif key == "languages":
            right = isinstance(value, dict) and all(isinstance(one, str) for one in value.values())
        elif key == "entry-into-force":
            right = (
                isinstance(value, dict)
                and "rule" in value
                and set(value) <= {"rule", "days", "date"}
                and all(isinstance(one, str) for one in value.values())
            )
        else:
            right = isinstance(value, str)
        if not right:
            raise FormatError(
                "front-matter-value", f"{lang}: {key} is not written as it should be", lang=lang, key=key
            )


def one_set_of_declarations(fronts: Mapping[str, FrontMatter]) -> FrontMatter:
    """Put the front matter of all files together.

    Args:
        fronts: Front matter by language.

    Returns:
        One front matter; the banner is that of the first declared language.

    Raises:
        FormatError: ``declarations-contradict`` naming both files and the key.
    """
    shared: dict[str, Any] = {}
    origin: dict[str, str] = {}
    for lang, front in fronts.items():
        for key, value in front.shared.items():
            if key in shared and shared[key] != value:
                raise FormatError(
                    "declarations-contradict",
                    f"{key} differs between {origin[key]} and {lang}; state it in one file only",
                    key=key,
                    one=origin[key],
                    other=lang,
                )
            shared[key] = value
            origin.setdefault(key, lang)
    # A mapping compares without order, but the order of languages is itself declared.
    orders = {tuple(front.shared["languages"]) for front in fronts.values() if "languages" in front.shared}
    if len(orders) > 1:
        raise FormatError("declarations-contradict", "two files declare the languages in a different order")
    first = next(iter(shared.get("languages", {})), next(iter(fronts), ""))
    banner = fronts[first].specimen if first in fronts else ""
    return FrontMatter(title="", specimen=banner, shared=shared)
