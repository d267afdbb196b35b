"""What the frame of every page shows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language, get_language_bidi

from paraph.node.web.host import host
from paraph.node.web.settings import LANGUAGES

__all__ = ["frame", "own_name"]


def own_name(lang: str) -> str:
    """How the party of this node names itself, in that language if it says so."""
    names = host().node.peer_card(host().node.card).names
    chosen = names.get(lang) or names.get("en") or next(iter(names.values()))
    return chosen.formal


def frame(_request: HttpRequest) -> dict[str, Any]:
    """Language, direction, and whose node this is."""
    lang = get_language() or "en"
    return {
        "page_lang": lang,
        "page_dir": "rtl" if get_language_bidi() else "ltr",
        "languages": LANGUAGES,
        "node_party": host().node.party,
        "node_name": own_name(lang),
    }
