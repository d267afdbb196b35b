"""How simulated nodes render: by the renderer of real nodes, each thing once per process."""

from __future__ import annotations

import functools
from typing import Any

from paraph.adapters.render.typst import TypstRenderer
from paraph.app.ports import Engrossed, Renderer
from paraph.domain.originals import Original

__all__ = ["renderer"]


class _Remembering:
    def __init__(self) -> None:
        self._typst = TypstRenderer()
        self._engrossed: dict[tuple[str, bytes], Engrossed] = {}
        self._drawn: dict[tuple[tuple[str, Any], ...], bytes] = {}

    def engross(self, original: Original, *, source: bytes) -> Engrossed:
        """Render an original, or find it rendered."""
        key = (original.holder, source)
        if key not in self._engrossed:
            self._engrossed[key] = self._typst.engross(original, source=source)
        return self._engrossed[key]

    def appearance(self, **drawn: Any) -> bytes:
        """Draw a signature's field, once for each signatory: when and where are left out, nobody looks at it."""
        key = tuple(sorted((name, value) for name, value in drawn.items() if name != "lines"))
        if key not in self._drawn:
            self._drawn[key] = self._typst.appearance(**dict(key), lines=("simulated",))
        return self._drawn[key]


@functools.cache
def renderer() -> Renderer:
    """The renderer of all nodes in this process."""
    return _Remembering()
