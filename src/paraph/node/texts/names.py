"""What parties are called on these pages: by their own names, in the reader's language where they have one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from paraph.domain.ids import PartyId
from paraph.domain.language import ByLanguage
from paraph.domain.standing import Dossier
from paraph.node.web.host import host
from paraph.node.web.templatetags.paraph import direction

__all__ = ["called", "in_readers", "listed", "names_of"]


def names_of(standing: Dossier) -> Mapping[PartyId, SafeString]:
    """Short names of all participants, each with its own language and direction."""
    return {party: called(standing, party) for party in standing.roles}


def called(standing: Dossier, party: PartyId) -> SafeString:
    """The short name of a participant, as it spells it itself; its identifier if it has said nothing yet."""
    own = standing.described.get(party)
    found: dict[str, str] = {lang: name.short for lang, name in own.names.items()} if own else {}
    if not found and party in standing.cards:
        card = host().node.card_of(standing.cards[party])
        found = {lang: name.short for lang, name in card.names.items()} if card else {}
    lang = _readers(found)
    if not lang:
        return format_html('<bdi dir="ltr">{}</bdi>', party)
    return format_html('<bdi lang="{}" dir="{}">{}</bdi>', lang, direction(lang), found[lang])


def in_readers(values: ByLanguage[str]) -> str:
    """Words that are there in several languages, in the reader's if it is among them."""
    found = dict(values.items())
    return found.get(_readers(found), "")


def _readers(found: Mapping[str, str]) -> str:
    wanted = get_language() or "en"
    return next((one for one in (wanted, "en", *sorted(found)) if one in found), "")


def listed(standing: Dossier, parties: Iterable[PartyId]) -> SafeString:
    """Several participants, as one reads them out."""
    names = [called(standing, party) for party in sorted(parties)]
    if len(names) < 2:
        return names[0] if names else SafeString("")
    *most, last = names
    return format_html(
        gettext("{} and {}"),
        format_html_join(SafeString(gettext(", ")), "{}", ((one,) for one in most)),
        last,
    )
