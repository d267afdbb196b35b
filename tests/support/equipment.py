"""What the nodes of a test have beside what those of a simulation have: the real renderer, remembered."""

from __future__ import annotations

import functools
from collections.abc import Callable
from concurrent.futures import Executor, Future
from types import SimpleNamespace
from typing import Any

from paraph.adapters.render.typst import TypstRenderer
from paraph.domain.originals import Original
from paraph.simulation.papers import LETTER_LANGS as LANGS

__all__ = ["LANGS", "CachedRenderer", "InlineExecutor", "OtherRenderer"]


class CachedRenderer:
    """The real renderer; what was rendered before in this process is not rendered again."""

    def engross(self, original: Original, *, source: bytes) -> Any:
        return _engross(original.holder, source, lambda: _typst().engross(original, source=source))

    def appearance(self, **drawn: Any) -> bytes:
        return _appearance(tuple(sorted(drawn.items())))


class OtherRenderer(CachedRenderer):
    """Another version of the renderer: every original differs in one word of its metadata."""

    def engross(self, original: Original, *, source: bytes) -> Any:
        made = super().engross(original, source=source)
        changed = made.pdf.replace(b"Typst", b"Tipst")
        assert changed != made.pdf
        return SimpleNamespace(pdf=changed, fields=made.fields, renderer="another")


@functools.cache
def _typst() -> TypstRenderer:
    return TypstRenderer()


_engrossed: dict[tuple[str, bytes], Any] = {}


def _engross(holder: str, source: bytes, render: Callable[[], Any]) -> Any:
    key = (holder, source)
    if key not in _engrossed:
        _engrossed[key] = render()
    return _engrossed[key]


@functools.lru_cache(maxsize=4096)
def _appearance(drawn: tuple[tuple[str, Any], ...]) -> bytes:
    return _typst().appearance(**dict(drawn))


class InlineExecutor(Executor):
    """Runs everything at once, in the caller's thread."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future
