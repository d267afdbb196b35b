"""Frozen records to and from JSON values, driven by their declared types.

Every member of a record is written; a reader refuses a missing one, an unknown one and a value of another
type. So the declaration of a body in ``paraph.domain.acts`` *is* its schema, and cannot drift from it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from enum import Enum
from functools import cache
from typing import Annotated, Any, Final, NewType, get_args, get_origin, get_type_hints

from paraph.domain.ids import (
    ActId,
    Digest,
    PartyId,
    PlanId,
    Utc,
    check_digest,
    check_party_id,
    check_plan_id,
    check_utc,
)
from paraph.domain.language import ByLanguage, check_tag
from paraph.errors import FormatError

__all__ = ["from_json", "to_json"]

MAX_MEMBERS: Final = 4096
"""Elements of one array or mapping inside a record: far above any package, far below a memory attack."""

_CHECKED: Final[Mapping[str, Any]] = {
    ActId.__name__: check_digest,
    Digest.__name__: check_digest,
    PartyId.__name__: check_party_id,
    PlanId.__name__: check_plan_id,
    Utc.__name__: check_utc,
}


def to_json(value: object) -> Any:
    """The JSON value of a record: objects, arrays, strings, integers, booleans."""
    if dataclasses.is_dataclass(value) and not isinstance(value, ByLanguage | type):
        return {name: to_json(getattr(value, name)) for name in _members(type(value))}
    if isinstance(value, ByLanguage | Mapping):
        return {key: to_json(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [to_json(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    assert isinstance(value, str | int), value
    return value


def from_json(kind: Any, value: Any, where: str = "body") -> Any:
    """Read a JSON value as a declared type.

    Args:
        kind: A frozen dataclass, or any type its members may have.
        value: The JSON value.
        where: Path of the value, for errors.

    Raises:
        FormatError: ``record-format`` with the path of the first deviation.
    """
    if isinstance(kind, NewType):
        return _named(kind, value, where)
    if kind is str or kind is int or kind is bool:
        if type(value) is not kind:
            raise _wrong(where, f"has to be a {kind.__name__}")
        return value
    origin = get_origin(kind)
    if origin is tuple:
        return _tuple(kind, value, where)
    if origin is ByLanguage:
        return _by_language(kind, value, where)
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        return _mapping(kind, value, where)
    if origin is Annotated:
        (_, named) = get_args(kind)
        return "" if value == "" else _named(named, value, where)
    if isinstance(kind, type) and issubclass(kind, Enum):
        if not isinstance(value, str) or value not in {member.value for member in kind}:
            allowed = ", ".join(str(member.value) for member in kind)
            raise _wrong(where, f"has to be one of {allowed}")
        return kind(value)
    assert dataclasses.is_dataclass(kind), kind
    return _record(kind, value, where)


@cache
def _members(kind: type) -> Mapping[str, Any]:
    hints = get_type_hints(kind, include_extras=True)
    return {member.name: hints[member.name] for member in dataclasses.fields(kind)}


def _wrong(where: str, problem: str) -> FormatError:
    return FormatError("record-format", f"{where}: {problem}", path=where)


def _record(kind: Any, value: Any, where: str) -> Any:
    members = _members(kind)
    if not isinstance(value, dict):
        raise _wrong(where, "has to be an object")
    if value.keys() != members.keys():
        missing = sorted(members.keys() - value.keys())
        unknown = sorted(value.keys() - members.keys())
        raise _wrong(where, f"lacks {missing} and has the unknown {[u[:40] for u in unknown][:5]}")
    read = {name: from_json(hint, value[name], f"{where}.{name}") for name, hint in members.items()}
    return kind(**read)


def _named(kind: NewType, value: Any, where: str) -> Any:
    if not isinstance(value, str):
        raise _wrong(where, "has to be a string")
    check = _CHECKED.get(kind.__name__)
    if check is not None:
        try:
            return check(value)
        except FormatError as error:
            raise _wrong(where, error.message) from error
    return value


def _tuple(kind: Any, value: Any, where: str) -> Any:
    (item, _ellipsis) = get_args(kind)
    if not isinstance(value, list) or len(value) > MAX_MEMBERS:
        raise _wrong(where, f"has to be an array of at most {MAX_MEMBERS} elements")
    return tuple(from_json(item, element, f"{where}[{i}]") for i, element in enumerate(value))


def _pairs(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict) or len(value) > MAX_MEMBERS:
        raise _wrong(where, f"has to be an object of at most {MAX_MEMBERS} members")
    return value


def _by_language(kind: Any, value: Any, where: str) -> Any:
    (item,) = get_args(kind)
    pairs = _pairs(value, where)
    try:
        return ByLanguage({check_tag(k): from_json(item, v, f"{where}.{k}") for k, v in pairs.items()})
    except FormatError as error:
        raise _wrong(where, error.message) from error


def _mapping(kind: Any, value: Any, where: str) -> Any:
    _key, item = get_args(kind)
    return {k: from_json(item, v, f"{where}.{k[:40]}") for k, v in _pairs(value, where).items()}
