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
from paraph.domain.language import ByLanguage, direction

__all__ = ["SENTENCES", "UNKNOWN", "sentence"]

Name = Callable[[str], SafeString]
Parts = Callable[[Any, Name], Mapping[str, SafeString | str]]

SHORT: Final = 12
"""Characters of a digest that are shown in a sentence."""


def _number(value: str) -> SafeString:
    return format_html('<bdi dir="ltr">{}</bdi>', value)


def _words(value: str) -> SafeString:
    return format_html("<bdi>{}</bdi>", value)


def _brief(value: str) -> SafeString:
    return format_html('<bdi dir="ltr" class="paraph-digest" title="{}">{}…</bdi>', value, value[:SHORT])


def _list(values: Iterable[SafeString | str]) -> SafeString:
    return format_html_join(", ", "{}", ((value,) for value in values))


def _title(values: ByLanguage[str]) -> SafeString:
    found = dict(values.items())
    lang = "en" if "en" in found else next(iter(found), "")
    return format_html(
        '<bdi lang="{}" dir="{}">{}</bdi>', lang, direction(lang) if lang else "ltr", found.get(lang, "")
    )


def _nothing(_body: Any, _name: Name) -> Mapping[str, SafeString | str]:
    return {}


def _instrument(body: Any, _name: Name) -> Mapping[str, SafeString | str]:
    return {"instrument": _number(body.instrument)}


def _reason(body: Any, _name: Name) -> Mapping[str, SafeString | str]:
    return {"reason": _words(body.reason)}


def _slots(body: Any, name: Name) -> Mapping[str, SafeString | str]:
    """Originals: the instrument and who keeps it."""
    found = body.signatures if hasattr(body, "signatures") else body.originals
    shown = [format_html("{} ({})", _number(one.instrument), name(one.holder)) for one in found]
    return {"originals": _list(shown)}


def _plan(body: Any, name: Name) -> Mapping[str, SafeString | str]:
    return {
        "originals": str(len(body.originals)),
        "instruments": _list(_number(one) for one in sorted({o.instrument for o in body.originals})),
        "mediator": name(body.mediator) if body.mediator else "",
        "until": _number(body.deposit_until),
    }


def _of(**parts: Callable[[Any, Name], SafeString | str]) -> Parts:
    return lambda body, name: {key: made(body, name) for key, made in parts.items()}


Sentence = tuple[Promise | str, Parts]

SENTENCES: Final[Mapping[str, Sentence]] = {
    # taking part
    "dossier-opened": (
        _("%(author)s opened the dossier “%(title)s” with %(participants)s."),
        lambda body, name: {
            "title": _title(body.title),
            "participants": _list(name(one.party) for one in body.participants),
        },
    ),
    "dossier-joined": (_("%(author)s joined the dossier."), _nothing),
    "card-renewed": (_("%(author)s renewed its keys. Reason: %(reason)s"), _reason),
    "party-described": (
        _("%(author)s wrote its own names, and named who can sign: %(signatories)s."),
        _of(signatories=lambda body, _name: _list(_title(one.name) for one in body.signatories)),
    ),
    "certificate-presented": (
        _("%(author)s presented the certificate of its signatory %(signatory)s."),
        _of(signatory=lambda body, _name: _number(body.signatory)),
    ),
    # the text
    "text-proposed": (
        _("%(author)s proposed a text of %(instrument)s (%(text)s). %(note)s"),
        _of(
            instrument=lambda body, _name: _number(body.instrument),
            text=lambda body, _name: _brief(body.text),
            note=lambda body, _name: _words(body.note),
        ),
    ),
    "text-accepted": (
        _("%(author)s accepted the text of %(instrument)s (%(text)s)."),
        _of(
            instrument=lambda body, _name: _number(body.instrument),
            text=lambda body, _name: _brief(body.text),
        ),
    ),
    "text-initialled": (
        _(
            "%(author)s initialled %(instrument)s with “%(initials)s”: not a letter of its text (%(text)s) may change."
        ),
        _of(
            instrument=lambda body, _name: _number(body.instrument),
            initials=lambda body, _name: _words(body.initials),
            text=lambda body, _name: _brief(body.text),
        ),
    ),
    "text-reopened": (
        _("%(author)s agreed to reopen the text of %(instrument)s. Reason: %(reason)s"),
        _of(
            instrument=lambda body, _name: _number(body.instrument),
            reason=lambda body, _name: _words(body.reason),
        ),
    ),
    "originals-engrossed": (
        _("%(author)s rendered the originals of %(instrument)s."),
        _instrument,
    ),
    "comment-made": (
        _("%(author)s commented on the text of %(instrument)s: “%(words)s”"),
        _of(
            instrument=lambda body, _name: _number(body.instrument),
            words=lambda body, _name: _words(body.words),
        ),
    ),
    "concordance-ticked": (
        _(
            "A reviser of %(author)s, %(reviser)s, compared paragraphs of %(instrument)s in %(langs)s: they say the same."
        ),
        _of(
            instrument=lambda body, _name: _number(body.instrument),
            reviser=lambda body, _name: _words(body.reviser),
            langs=lambda body, _name: _list(_number(lang) for lang in body.langs),
        ),
    ),
    # authority
    "full-powers-presented": (
        _(
            "%(author)s presented the full powers of %(signatory)s: %(basis)s, as %(office)s, from %(since)s on."
        ),
        _of(
            signatory=lambda body, _name: _number(body.signatory),
            basis=lambda body, _name: BASES.get(str(body.basis), str(body.basis)),
            office=lambda body, _name: OFFICES.get(str(body.office), str(body.office)),
            since=lambda body, _name: _number(body.valid_from),
        ),
    ),
    "full-powers-verified": (
        _("%(author)s verified full powers of another party (%(powers)s), by this channel: %(channel)s."),
        _of(
            powers=lambda body, _name: _brief(body.powers),
            channel=lambda body, _name: _words(body.channel),
        ),
    ),
    "full-powers-withdrawn": (
        _("%(author)s withdrew full powers that it had presented. Reason: %(reason)s"),
        _reason,
    ),
    "certificate-suspended": (
        _("%(author)s suspended a certificate of %(signatory)s. Reason: %(reason)s"),
        _of(
            signatory=lambda body, _name: _number(body.signatory),
            reason=lambda body, _name: _words(body.reason),
        ),
    ),
    "signing-ordered": (
        _("%(author)s gave its go: %(signatory)s is to sign %(instruments)s."),
        _of(
            signatory=lambda body, _name: _number(body.signatory),
            instruments=lambda body, _name: _list(_number(one) for one in body.instruments),
        ),
    ),
    # approval by passkey
    "passkeys-presented": (
        _("%(author)s said with which passkeys %(signatory)s approves signatures."),
        _of(signatory=lambda body, _name: _number(body.signatory)),
    ),
    "approval-prepared": (
        _("%(author)s laid before %(signatory)s what is to be signed: %(originals)s."),
        lambda body, name: {"signatory": _number(body.signatory), **_slots(body, name)},
    ),
    "signing-approved": (_("The signatory of %(author)s approved the signatures with a passkey."), _nothing),
    # the exchange
    "plan-proposed": (
        _(
            "%(author)s proposed how %(instruments)s are signed: %(originals)s originals, deposits until %(until)s."
        ),
        _plan,
    ),
    "plan-accepted": (_("%(author)s accepted the signing plan."), _nothing),
    "signature-deposited": (
        _("%(author)s signed its own originals and deposited the signatures: %(originals)s."),
        _slots,
    ),
    "deposit-held": (
        _("%(author)s opened the deposit of %(party)s, found every signature good, and holds it."),
        _of(party=lambda body, name: name(body.party)),
    ),
    "deposit-refused": (
        _("%(author)s refused the deposit of %(party)s. Reason: %(reason)s"),
        _of(party=lambda body, name: name(body.party), reason=lambda body, _name: _words(body.reason)),
    ),
    "exchange-released": (
        _("%(author)s released the signatures: from here on nobody can stop the exchange."),
        _nothing,
    ),
    "exchange-abort-requested": (_("%(author)s wishes to stop the exchange. Reason: %(reason)s"), _reason),
    "exchange-aborted": (_("%(author)s ended the exchange without effect. Reason: %(reason)s"), _reason),
    "signature-revealed": (
        _("%(author)s put the signatures of %(party)s into the open: %(originals)s."),
        lambda body, name: {"party": name(body.party), **_slots(body, name)},
    ),
    "signatures-countersigned": (_("%(author)s countersigned originals of others: %(originals)s."), _slots),
    "originals-sealed": (_("%(author)s sealed all originals for the long term: %(originals)s."), _slots),
    "originals-received": (
        _("%(author)s replayed every original itself, verified it, and holds it: %(originals)s."),
        _slots,
    ),
    "container-engrossed": (
        _("%(author)s fixed what the container holds: the log up to act %(size)s, and everything it names."),
        _of(size=lambda body, _name: _number(str(body.size))),
    ),
    "container-sealed": (_("%(author)s built the same container itself, and put its seal on it."), _nothing),
    # what surrounds it
    "note-sent": (
        _("%(author)s sent note %(number)s to %(to)s: “%(subject)s”."),
        _of(
            number=lambda body, _name: _number(body.number),
            to=lambda body, name: name(body.to),
            subject=lambda body, _name: _words(body.subject),
        ),
    ),
    "note-answered": (
        _("%(author)s answered a note with note %(number)s: %(answer)s."),
        _of(
            number=lambda body, _name: _number(body.number),
            answer=lambda body, _name: _words(body.answer),
        ),
    ),
    "statement-made": (
        _("%(author)s recorded a statement by %(speaker)s (%(capacity)s): “%(text)s”"),
        _of(
            speaker=lambda body, _name: _words(body.speaker),
            capacity=lambda body, _name: _words(body.capacity),
            text=lambda body, _name: _words(_shortened(body.text)),
        ),
    ),
    "unveiling-held": (
        _("%(author)s recorded that %(by)s unveiled: %(subject)s."),
        _of(by=lambda body, _name: _words(body.by), subject=lambda body, _name: _words(body.subject)),
    ),
    "commitment-made": (
        _("%(author)s recorded a commitment of %(obligor)s: “%(text)s”"),
        _of(
            obligor=lambda body, name: name(body.obligor),
            text=lambda body, _name: _words(_shortened(body.text)),
        ),
    ),
    "witness-attested": (
        _("%(author)s attested to what it saw and heard: “%(text)s”"),
        _of(text=lambda body, _name: _words(_shortened(body.text))),
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

MOST_WORDS: Final = 300
"""Characters of words that are shown in a sentence; all of them stand on the act's own page."""


def _shortened(value: str) -> str:
    return value if len(value) <= MOST_WORDS else value[:MOST_WORDS].rsplit(" ", 1)[0] + " …"


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
