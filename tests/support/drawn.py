"""Hypothesis strategies for acts, read off the declared types of their bodies.

A pool narrows a type to values that occur in a dossier, so that random acts are sometimes meaningful.
"""

from __future__ import annotations

import dataclasses
import unicodedata
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Annotated, Any, NewType, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from paraph.domain.ids import ActId, Digest, InstrumentNumber, PartyId, PlanId, Utc
from paraph.domain.language import ByLanguage

Pools = Mapping[str, Sequence[Any]]

_DIGESTS = st.integers(0, 255).map(lambda byte: f"{byte:02x}" * 32)
_ANY: Mapping[str, st.SearchStrategy[str]] = {
    ActId.__name__: _DIGESTS,
    Digest.__name__: _DIGESTS,
    PlanId.__name__: _DIGESTS.map(lambda digest: digest[:32]),
    PartyId.__name__: st.from_regex(r"[a-z][a-z0-9-]{0,12}", fullmatch=True),
    InstrumentNumber.__name__: st.text("AB/12-", max_size=9),
    Utc.__name__: st.sampled_from(["2021-02-01T12:00:00Z", "2026-03-02T09:00:00Z", "1999-12-31T23:59:59Z"]),
}
_WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
_LANGS = st.sampled_from(["en", "he", "sq", "sr-Cyrl"])


def drawn(kind: Any, pools: Pools | None = None) -> st.SearchStrategy[Any]:
    """Values of a declared type: a frozen record, or any type that its members may have."""
    return _drawn(kind, pools or {})


def _drawn(kind: Any, pools: Pools) -> st.SearchStrategy[Any]:
    if isinstance(kind, NewType):
        pool = pools.get(kind.__name__)
        return st.sampled_from(pool) if pool else _ANY[kind.__name__]
    if kind is str:
        return st.sampled_from(pools["str"]) if "str" in pools else _WORDS.map(_composed)
    if kind is bool:
        return st.booleans()
    if kind is int:
        return st.integers(-(2**53) + 1, 2**53 - 1)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(kind)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return st.just("") | _drawn(arguments[1], pools)
    if origin is tuple:
        return st.lists(_drawn(arguments[0], pools), max_size=3).map(tuple)
    if origin is ByLanguage:
        return st.dictionaries(_LANGS, _drawn(arguments[0], pools), max_size=2).map(ByLanguage)
    if origin is not None and issubclass(origin, Mapping):
        return st.dictionaries(_WORDS.map(_composed), _drawn(arguments[1], pools), max_size=3)
    assert dataclasses.is_dataclass(kind), kind
    return _record(kind, pools)


def _record(kind: Any, pools: Pools) -> st.SearchStrategy[Any]:
    hints = get_type_hints(kind, include_extras=True)
    members = {one.name: _drawn(hints[one.name], pools) for one in dataclasses.fields(kind)}
    return st.builds(kind, **members)


def _composed(words: str) -> str:
    """In form C, as everything in an act."""

    return unicodedata.normalize("NFC", words)
