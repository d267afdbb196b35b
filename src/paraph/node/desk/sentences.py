"""Each kind of act in a plain sentence: one table, complete for all kinds, translated like everything else on the pages.

Words of the act itself (titles, names, reasons) are put into the sentence as they are, kept apart from its direction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from paraph.domain.acts import Act
from paraph.node.web.templatetags.paraph import in_language

__all__ = ["SENTENCES", "UNKNOWN", "sentence"]

Name = Callable[[str], SafeString]
Part = Callable[[Any, Name], Any]
Parts = Callable[[Any, Name], Mapping[str, SafeString | str]]

SHORT: Final = 12
"""Characters of a digest that are shown in a sentence."""

MOST_WORDS: Final = 300
"""Characters of words that are shown in a sentence; all of them stand on the act's own page."""


def _number(value: str) -> SafeString:
    return format_html('<bdi dir="ltr">{}</bdi>', value)


def _words(value: str) -> SafeString:
    return format_html("<bdi>{}</bdi>", value)


def _brief(value: str) -> SafeString:
    return format_html('<bdi dir="ltr" class="paraph-digest" title="{}">{}…</bdi>', value, value[:SHORT])


def _list(values: Iterable[SafeString | str]) -> SafeString:
    return format_html_join(", ", "{}", ((value,) for value in values))


def _said(*, numbers: str = "", words: str = "", names: str = "", digests: str = "", **made: Part) -> Parts:
    """What a sentence says: members of the act as they are, each in the way of its kind, and what is made of several.

    Args:
        numbers: Numbers, ids and instants, separated by spaces.
        words: What people wrote.
        names: Participants.
        digests: Digests.
        made: Anything else.
    """
    plain: dict[str, Callable[[Any], SafeString]] = {
        **dict.fromkeys(numbers.split(), _number),
        **dict.fromkeys(words.split(), _words),
        **dict.fromkeys(digests.split(), _brief),
    }

    def parts(body: Any, name: Name) -> Mapping[str, SafeString | str]:
        return {
            **{key: shown(getattr(body, key)) for key, shown in plain.items()},
            **{key: name(getattr(body, key)) for key in names.split()},
            **{key: make(body, name) for key, make in made.items()},
        }

    return parts


def _originals(body: Any, name: Name) -> SafeString:
    """Originals: the instrument and who keeps it."""
    found = body.signatures if hasattr(body, "signatures") else body.originals
    return _list(format_html("{} ({})", _number(one.instrument), name(one.holder)) for one in found)


def _opening_words(body: Any, _name: Name) -> SafeString:
    """A text that may be long: its beginning; all of it stands on the act's own page."""
    text: str = body.text
    return _words(text if len(text) <= MOST_WORDS else text[:MOST_WORDS].rsplit(" ", 1)[0] + " …")


Sentence = tuple[Promise | str, Parts]

SENTENCES: Final[Mapping[str, Sentence]] = {
    # taking part
    "dossier-opened": (
        _("%(author)s opened the dossier “%(title)s” with %(participants)s."),
        _said(
            title=lambda body, _name: in_language(body.title),
            participants=lambda body, name: _list(name(one.party) for one in body.participants),
        ),
    ),
    "dossier-joined": (_("%(author)s joined the dossier."), _said()),
    "card-renewed": (_("%(author)s renewed its keys. Reason: %(reason)s"), _said(words="reason")),
    "party-described": (
        _("%(author)s wrote its own names, and named who can sign: %(signatories)s."),
        _said(signatories=lambda body, _name: _list(in_language(one.name) for one in body.signatories)),
    ),
    "certificate-presented": (
        _("%(author)s presented the certificate of its signatory %(signatory)s."),
        _said(numbers="signatory"),
    ),
    # the text
    "text-proposed": (
        _("%(author)s proposed a text of %(instrument)s (%(text)s). %(note)s"),
        _said(numbers="instrument", words="note", digests="text"),
    ),
    "text-accepted": (
        _("%(author)s accepted the text of %(instrument)s (%(text)s)."),
        _said(numbers="instrument", digests="text"),
    ),
    "text-initialled": (
        _(
            "%(author)s initialled %(instrument)s with “%(initials)s”: not a letter of its text (%(text)s) may change."
        ),
        _said(numbers="instrument", words="initials", digests="text"),
    ),
    "text-reopened": (
        _("%(author)s agreed to reopen the text of %(instrument)s. Reason: %(reason)s"),
        _said(numbers="instrument", words="reason"),
    ),
    "originals-engrossed": (
        _("%(author)s rendered the originals of %(instrument)s."),
        _said(numbers="instrument"),
    ),
    "comment-made": (
        _("%(author)s commented on the text of %(instrument)s: “%(words)s”"),
        _said(numbers="instrument", words="words"),
    ),
    "concordance-ticked": (
        _(
            "A reviser of %(author)s, %(reviser)s, compared paragraphs of %(instrument)s in %(langs)s: they say the same."
        ),
        _said(
            numbers="instrument",
            words="reviser",
            langs=lambda body, _name: _list(_number(lang) for lang in body.langs),
        ),
    ),
    # authority
    "full-powers-presented": (
        _(
            "%(author)s presented the full powers of %(signatory)s: %(basis)s, as %(office)s, from %(since)s on."
        ),
        _said(
            numbers="signatory",
            basis=lambda body, _name: BASES.get(str(body.basis), str(body.basis)),
            office=lambda body, _name: OFFICES.get(str(body.office), str(body.office)),
            since=lambda body, _name: _number(body.valid_from),
        ),
    ),
    "full-powers-verified": (
        _("%(author)s verified full powers of another party (%(powers)s), by this channel: %(channel)s."),
        _said(words="channel", digests="powers"),
    ),
    "full-powers-withdrawn": (
        _("%(author)s withdrew full powers that it had presented. Reason: %(reason)s"),
        _said(words="reason"),
    ),
    "certificate-suspended": (
        _("%(author)s suspended a certificate of %(signatory)s. Reason: %(reason)s"),
        _said(numbers="signatory", words="reason"),
    ),
    "signing-ordered": (
        _("%(author)s gave its go: %(signatory)s is to sign %(instruments)s."),
        _said(
            numbers="signatory",
            instruments=lambda body, _name: _list(_number(one) for one in body.instruments),
        ),
    ),
    # approval by passkey
    "passkeys-presented": (
        _("%(author)s said with which passkeys %(signatory)s approves signatures."),
        _said(numbers="signatory"),
    ),
    "approval-prepared": (
        _("%(author)s laid before %(signatory)s what is to be signed: %(originals)s."),
        _said(numbers="signatory", originals=_originals),
    ),
    "signing-approved": (_("The signatory of %(author)s approved the signatures with a passkey."), _said()),
    # the exchange
    "plan-proposed": (
        _(
            "%(author)s proposed how %(instruments)s are signed: %(originals)s originals, deposits until %(until)s."
        ),
        _said(
            originals=lambda body, _name: str(len(body.originals)),
            instruments=lambda body, _name: _list(
                _number(one) for one in sorted({o.instrument for o in body.originals})
            ),
            until=lambda body, _name: _number(body.deposit_until),
        ),
    ),
    "plan-accepted": (_("%(author)s accepted the signing plan."), _said()),
    "signature-deposited": (
        _("%(author)s signed its own originals and deposited the signatures: %(originals)s."),
        _said(originals=_originals),
    ),
    "deposit-held": (
        _("%(author)s opened the deposit of %(party)s, found every signature good, and holds it."),
        _said(names="party"),
    ),
    "deposit-refused": (
        _("%(author)s refused the deposit of %(party)s. Reason: %(reason)s"),
        _said(words="reason", names="party"),
    ),
    "exchange-released": (
        _("%(author)s released the signatures: from here on nobody can stop the exchange."),
        _said(),
    ),
    "exchange-abort-requested": (
        _("%(author)s wishes to stop the exchange. Reason: %(reason)s"),
        _said(words="reason"),
    ),
    "exchange-aborted": (
        _("%(author)s ended the exchange without effect. Reason: %(reason)s"),
        _said(words="reason"),
    ),
    "signature-revealed": (
        _("%(author)s put the signatures of %(party)s into the open: %(originals)s."),
        _said(names="party", originals=_originals),
    ),
    "signatures-countersigned": (
        _("%(author)s countersigned originals of others: %(originals)s."),
        _said(originals=_originals),
    ),
    "originals-sealed": (
        _("%(author)s sealed all originals for the long term: %(originals)s."),
        _said(originals=_originals),
    ),
    "originals-received": (
        _("%(author)s replayed every original itself, verified it, and holds it: %(originals)s."),
        _said(originals=_originals),
    ),
    "container-engrossed": (
        _("%(author)s fixed what the container holds: the log up to act %(size)s, and everything it names."),
        _said(numbers="size"),
    ),
    "container-sealed": (_("%(author)s built the same container itself, and put its seal on it."), _said()),
    # what surrounds it
    "note-sent": (
        _("%(author)s sent note %(number)s to %(to)s: “%(subject)s”."),
        _said(numbers="number", words="subject", names="to"),
    ),
    "note-answered": (
        _("%(author)s answered a note with note %(number)s: %(answer)s."),
        _said(numbers="number", words="answer"),
    ),
    "statement-made": (
        _("%(author)s recorded a statement by %(speaker)s (%(capacity)s): “%(text)s”"),
        _said(words="speaker capacity", text=_opening_words),
    ),
    "unveiling-held": (
        _("%(author)s recorded that %(by)s unveiled: %(subject)s."),
        _said(words="by subject"),
    ),
    "commitment-made": (
        _("%(author)s recorded a commitment of %(obligor)s: “%(text)s”"),
        _said(names="obligor", text=_opening_words),
    ),
    "witness-attested": (
        _("%(author)s attested to what it saw and heard: “%(text)s”"),
        _said(text=_opening_words),
    ),
}
"""All kinds of acts."""

UNKNOWN: Final = _(
    "%(author)s made an act of a kind that this version does not know: %(kind)s. It has no effect here."
)

BASES: Final[Mapping[str, Any]] = {
    "by-office": _("by office"),
    "by-document": _("by document"),
    "dispensed-with": _("dispensed with"),
    "to-follow": _("to follow"),
}

OFFICES: Final[Mapping[str, Any]] = {
    "head-of-state": _("head of state"),
    "head-of-government": _("head of government"),
    "foreign-minister": _("minister for foreign affairs"),
    "head-of-mission": _("head of mission"),
    "other": _("holder of another office"),
}


def sentence(act: Act, name: Name) -> SafeString:
    """Say what an act states.

    Args:
        act: The act.
        name: How a participant is called on this page.
    """
    known = SENTENCES.get(act.kind)
    if known is None or act.body is None:
        words, parts = str(UNKNOWN), dict[str, SafeString | str](kind=_number(act.kind))
    else:
        words, parts = str(known[0]), dict(known[1](act.body, name))
    shape = words.replace("{", "{{").replace("}", "}}")
    for key in ("author", *parts):
        shape = shape.replace(f"%({key})s", f"{{{key}}}")
    return format_html(shape, author=name(act.author), **parts)
