"""What parties are called on these pages: by their own names, in the reader's language where they have one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from paraph.app.called import names_in
from paraph.domain.ids import PartyId
from paraph.domain.language import ByLanguage
from paraph.domain.standing import Dossier
from paraph.node.web.host import host
from paraph.node.web.reader import readers_language
from paraph.node.web.templatetags.paraph import in_language

__all__ = ["called", "in_readers", "listed", "names_of"]


def names_of(standing: Dossier) -> Mapping[PartyId, SafeString]:
    """Short names of all participants, each with its own language and direction."""
    return {party: called(standing, party) for party in standing.roles}


def called(standing: Dossier, party: PartyId) -> SafeString:
    """The short name of a participant, as it spells it itself; its identifier if it has said nothing yet."""
    found = {lang: one.short for lang, one in names_in(host().node, standing, party).items()}
    return in_language(found) if found else format_html('<bdi dir="ltr">{}</bdi>', party)


def in_readers(values: ByLanguage[str]) -> str:
    """Words that are there in several languages, in the reader's if it is among them."""
    lang = readers_language(values)
    return values[lang] if lang else ""


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
