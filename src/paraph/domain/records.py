"""Taking part, notes and statements: acts that surround the texts."""

from __future__ import annotations

from dataclasses import replace

from paraph.domain.acts import Act, DossierJoined, NoteAnswered, NoteSent, PartyDescribed, Role
from paraph.domain.particulars import TextParty
from paraph.domain.standing import Attachments, Dossier, InstrumentState
from paraph.errors import FormatError, LocalActError

__all__ = ["described", "joined", "note_answered", "note_sent", "stated"]


def joined(dossier: Dossier, act: Act, _attachments: Attachments) -> Dossier:
    """A participant confirms the opening act it saw."""
    body = act.body
    assert isinstance(body, DossierJoined)
    if str(body.opening) != str(dossier.id):
        raise LocalActError("opening-differs", "the opening act that was confirmed is not this dossier's")
    if act.author in dossier.joined:
        raise LocalActError("already-joined", f"{act.author} has joined already")
    return replace(dossier, joined=dossier.joined | {act.author})


def described(dossier: Dossier, act: Act, _attachments: Attachments) -> Dossier:
    """A party writes its own names (T4); not between the first initials on a text and its conclusion."""
    body = act.body
    assert isinstance(body, PartyDescribed)
    fixed = sorted(
        i.number
        for i in dossier.instruments.values()
        if i.initialled and i.state is not InstrumentState.CONCLUDED
    )
    if fixed and act.author in dossier.described:
        raise LocalActError(
            "names-fixed",
            f"names cannot change while {', '.join(fixed)} is initialled; reopen the text first",
        )
    if len({s.id for s in body.signatories}) != len(body.signatories) or not body.signatories:
        raise LocalActError("signatories", "describe at least one signatory, each with an id of its own")
    _check_particulars(act, body)
    return replace(dossier, described={**dossier.described, act.author: body})


def _check_particulars(act: Act, body: PartyDescribed) -> None:
    """Refuse words that no text could repeat: then nobody could ever name this party correctly."""
    if not body.names:
        raise LocalActError("description", "give the party's names in at least one language")
    for signatory in body.signatories:
        try:
            TextParty(id=act.author, names=body.names, places=body.places, date="", signatory=signatory)
        except FormatError as error:
            raise LocalActError("description", error.message) from error


def note_sent(dossier: Dossier, act: Act, _attachments: Attachments) -> Dossier:
    """A note to another party."""
    body = act.body
    assert isinstance(body, NoteSent)
    if dossier.roles.get(body.to) is not Role.PARTY or body.to == act.author:
        raise LocalActError("note-to", f"a note goes to another party of the dossier, not to “{body.to}”")
    return replace(dossier, notes={**dossier.notes, act.id: (act.author, body.to, False)})


def note_answered(dossier: Dossier, act: Act, _attachments: Attachments) -> Dossier:
    """The addressee answers a note, once."""
    body = act.body
    assert isinstance(body, NoteAnswered)
    note = dossier.notes.get(body.note)
    if note is None:
        raise LocalActError("note-unknown", "the note that is answered is not in this dossier")
    sender, addressee, answered = note
    if addressee != act.author:
        raise LocalActError("note-addressee", f"only {addressee} can answer this note")
    if answered:
        raise LocalActError("note-answered", "this note was answered already")
    return replace(dossier, notes={**dossier.notes, body.note: (sender, addressee, True)})


def stated(dossier: Dossier, _act: Act, _attachments: Attachments) -> Dossier:
    """Statements, unveilings, commitments and attestations: kept, shown, and without legal effect here."""
    return replace(dossier, statements=dossier.statements + 1)
