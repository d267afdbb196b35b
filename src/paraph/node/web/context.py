"""What the frame of every page shows."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language, get_language_bidi

from paraph.domain.language import nearest
from paraph.node.web.host import host
from paraph.node.web.navigation import entries_for, here
from paraph.node.web.notices import take_notices
from paraph.node.web.settings import LANGUAGES

__all__ = ["frame", "own_name"]


def own_name(lang: str) -> tuple[str, str]:
    """How the party of this node names itself, in that language if it says so, and which language that is."""
    names = host().node.peer_card(host().node.card).names
    chosen = nearest(names, lang)
    return names[chosen].formal, chosen


def frame(request: HttpRequest) -> dict[str, Any]:
    """Language, direction, whose node this is, and where one can go."""
    lang = get_language() or "en"
    name, name_lang = own_name(lang)
    return {
        "page_lang": lang,
        "page_dir": "rtl" if get_language_bidi() else "ltr",
        "languages": LANGUAGES,
        "node_name": name,
        "node_name_lang": name_lang,
        "printed": dt.datetime.now(dt.UTC),
        # Called by the template, if it shows them at all.
        "navigation": partial(entries_for, request),
        "notices": partial(take_notices, request),
        "here": partial(here, request),
    }
