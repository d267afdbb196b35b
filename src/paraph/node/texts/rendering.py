"""What this node would render of a text now: drawn once, for pages that ask for it with every image."""

from __future__ import annotations

import threading
from typing import Final

from paraph.app.texts import render_originals
from paraph.domain.acts import RenderedOriginal
from paraph.domain.ids import Digest
from paraph.domain.standing import Instrument
from paraph.errors import PermanentError
from paraph.node.web.host import host

__all__ = ["rendered_here"]

KEPT: Final = 256
"""Texts whose renderings are remembered; the bytes lie among the node's blobs."""

_lock = threading.Lock()
_rendered: dict[tuple[int, Digest], tuple[RenderedOriginal, ...]] = {}


def rendered_here(instrument: Instrument) -> tuple[RenderedOriginal, ...]:
    """The originals of an instrument's text as this version renders them; none on a node that cannot render.

    The same text gives the same bytes as long as this process lives. Engrossing does not rely on that: it renders anew.
    """
    node = host().node
    key = (id(node.renderer), instrument.text)
    with _lock:
        kept = _rendered.get(key)
    if kept is not None and all(node.blobs.has(one.sha256) for one in kept):
        return kept
    try:
        made = render_originals(node, instrument).originals
    except PermanentError:
        return ()
    with _lock:
        if len(_rendered) >= KEPT:
            _rendered.clear()
        _rendered[key] = made
    return made
