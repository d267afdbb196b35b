"""Tampering with acts and checkpoints, by somebody who can have the result sealed by both parties.

Seals are the outermost and easiest protection, so every container here is sealed again: what is tested is that the
acts and the log protect themselves.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import replace

import pytest

from paraph.domain import acts
from paraph.domain.ids import ActId, DossierId, PartyId, Utc
from paraph.verify.verdict import FileReport, Verdict
from paraph.wire import canonical
from paraph.wire.act import read_act, seal_act
from paraph.wire.checkpoint import Checkpoint, cosign, read_checkpoint, sign_checkpoint
from paraph.wire.container.archive import Member, read_archive, write_archive
from paraph.wire.container.layout import act_name, envelope_name
from paraph.wire.envelope import open_envelope
from paraph.wire.keys import SIGNATURE_CONTEXT
from paraph.wire.merkle import Tree, leaf_hash
from paraph.wire.note import Note
from tests.support.package import FIRST, MEDIATOR, SECOND, by_name, conclude, judge, replace_member
from tests.support.participants import digest_of, participants

BASE, _ = conclude()
AT = next(n for n, s in enumerate(BASE.log) if isinstance(s.act.body, acts.SigningOrdered))


def errors(report: FileReport) -> set[str]:
    return {f.code for f in report.findings if f.severity == "error"}


def judged(envelopes: Sequence[bytes], note: bytes | None = None) -> FileReport:
    """The verdict on these acts with everything around them as it was, sealed by both parties."""
    others = [m for m in BASE.members() if not m.name.startswith("acts/")]
    at = next(i for i, m in enumerate(others) if m.name.startswith("log/"))
    inside = [
        member
        for n, envelope in enumerate(envelopes)
        for member in (
            Member(act_name(n), open_envelope(envelope).payload),
            Member(envelope_name(n), envelope),
        )
    ]
    members = (*others[:at], *inside, *others[at:])
    if note is not None:
        members = replace_member(members, "log/checkpoint.txt", note)
    return judge(BASE.seal_members(members))


def cosigned(envelopes: Sequence[bytes], who: Sequence[PartyId] = (FIRST, SECOND, MEDIATOR)) -> bytes:
    """A genuine checkpoint over these acts."""
    assert BASE.standing is not None
    root = Tree.of(leaf_hash(e) for e in envelopes).root()
    checkpoint = Checkpoint(dossier=BASE.standing.id, size=len(envelopes), root=root)
    note = sign_checkpoint(BASE.people[FIRST].keys, checkpoint)
    for party in who:
        note = note.add(cosign(BASE.people[party].keys, party, checkpoint, BASE.clock.now()))
    return note.write()


def with_payload(envelope: bytes, **changes: object) -> bytes:
    """The envelope with another payload and the old signatures."""
    outer = json.loads(envelope)
    payload = json.loads(base64.b64decode(outer["payload"]))
    payload.update(changes)
    outer["payload"] = base64.b64encode(canonical.dump(payload)).decode()
    return canonical.dump(outer)


def edited(position: int, envelope: bytes) -> list[bytes]:
    envelopes = list(BASE.envelopes)
    envelopes[position] = envelope
    return envelopes


def test_the_untouched_acts_pass() -> None:
    assert judged(BASE.envelopes).verdict is Verdict.PASS


@pytest.mark.parametrize("cosign_it", [False, True])
def test_a_changed_body_is_not_signed(cosign_it: bool) -> None:
    body = {"instruments": ["N-S/2026/1"], "signatory": "south.fm"}
    envelopes = edited(AT, with_payload(BASE.envelopes[AT], body=body))
    report = judged(envelopes, cosigned(envelopes) if cosign_it else None)
    assert report.verdict is Verdict.FAIL
    assert "act-signature" in errors(report)
    assert ("checkpoint-root" in errors(report)) is not cosign_it


def test_an_act_put_into_another_mouth_is_not_signed() -> None:
    envelopes = edited(AT, with_payload(BASE.envelopes[AT], author="south", seen={}))
    assert "act-signature" in errors(judged(envelopes, cosigned(envelopes)))


@pytest.mark.parametrize("half", [0, 1])
def test_one_half_of_a_signature_is_none(half: int) -> None:
    outer = json.loads(BASE.envelopes[AT])
    other = json.loads(BASE.envelopes[AT + 1])
    outer["signatures"][half]["sig"] = other["signatures"][half]["sig"]
    envelopes = edited(AT, canonical.dump(outer))
    assert "act-signature" in errors(judged(envelopes, cosigned(envelopes)))


def test_an_act_signed_with_other_keys_is_not_the_participants() -> None:
    strangers = participants({FIRST: acts.Role.PARTY}, BASE.clock)
    forged = _again(AT, strangers[FIRST].keys)
    assert "act-signature" in errors(judged(edited(AT, forged), cosigned(edited(AT, forged))))


def test_a_key_id_that_lies_does_not_help() -> None:
    """The attacker's signatures under the name of the genuine keys."""
    strangers = participants({FIRST: acts.Role.PARTY}, BASE.clock)
    outer = json.loads(_again(AT, strangers[FIRST].keys))
    genuine = json.loads(BASE.envelopes[AT])
    for mine, theirs in zip(outer["signatures"], genuine["signatures"], strict=True):
        mine["keyid"] = theirs["keyid"]
    assert "act-signature" in errors(judged(edited(AT, canonical.dump(outer))))


def _again(position: int, keys: object) -> bytes:
    act = BASE.log[position].act
    assert act.body is not None
    return seal_act(
        act.body, dossier=act.dossier, author=act.author, author_seq=act.author_seq, author_prev=act.author_prev,
        seen=act.seen, time=act.time, keys=keys,  # type: ignore[arg-type]
    ).envelope.data  # fmt: skip


def test_the_same_act_in_another_envelope_is_another_leaf() -> None:
    """ML-DSA signatures are random: signing again gives other bytes, which nobody cosigned."""
    report = judged(edited(AT, _again(AT, BASE.people[BASE.log[AT].act.author].keys)))
    assert errors(report) == {"checkpoint-root"}


def test_acts_in_another_order_contradict_their_authors() -> None:
    envelopes = list(BASE.envelopes)
    envelopes[AT], envelopes[AT + 1] = envelopes[AT + 1], envelopes[AT]
    assert {"act-order", "checkpoint-root"} <= errors(judged(envelopes))
    assert "act-order" in errors(judged(envelopes, cosigned(envelopes)))


def test_an_act_that_is_left_out_leaves_a_gap() -> None:
    envelopes = [e for n, e in enumerate(BASE.envelopes) if n != AT]
    report = judged(envelopes)
    assert {"act-chain", "checkpoint-size"} <= errors(report)
    assert report.verdict is Verdict.FAIL
    assert "act-chain" in errors(judged(envelopes, cosigned(envelopes)))


def test_acts_left_out_at_the_end_leave_the_package_unfinished() -> None:
    envelopes = BASE.envelopes[:-1]
    report = judged(envelopes, cosigned(envelopes))
    assert "not-concluded" in report.codes()
    assert report.verdict is not Verdict.PASS


def test_an_act_said_twice_is_found() -> None:
    envelopes = [*BASE.envelopes, BASE.envelopes[AT]]
    assert "act-chain" in errors(judged(envelopes, cosigned(envelopes)))


def test_an_act_of_another_dossier_is_found() -> None:
    act = BASE.log[AT].act
    assert act.body is not None
    other = seal_act(
        act.body, dossier="ab" * 32, author=act.author, author_seq=act.author_seq, author_prev=act.author_prev,
        seen=act.seen, time=act.time, keys=BASE.people[act.author].keys,
    ).envelope.data  # fmt: skip
    assert "act-dossier" in errors(judged(edited(AT, other), cosigned(edited(AT, other))))


def test_a_stranger_has_no_voice() -> None:
    stranger = participants({PartyId("east"): acts.Role.PARTY}, BASE.clock)[PartyId("east")]
    said = acts.StatementMade(speaker="x", capacity="y", lang="en", text="z", source="")
    assert BASE.standing is not None
    envelope = seal_act(
        said, dossier=BASE.standing.id, author=PartyId("east"), author_seq=0, author_prev="", seen={},
        time=Utc("2026-03-02T10:00:00Z"), keys=stranger.keys,
    ).envelope.data  # fmt: skip
    envelopes = [*BASE.envelopes, envelope]
    assert "act-stranger" in errors(judged(envelopes, cosigned(envelopes)))


def test_another_opening_names_other_keys() -> None:
    """All acts of a party forged under a card of the attacker's: the dossier would have another name."""
    strangers = participants({FIRST: acts.Role.PARTY}, BASE.clock)
    opening = BASE.log[0].act.body
    assert isinstance(opening, acts.DossierOpened)
    forged = replace(
        opening,
        participants=tuple(
            replace(p, card=digest_of(strangers[FIRST].card)) if p.party == FIRST else p
            for p in opening.participants
        ),
    )
    envelope = seal_act(
        forged, dossier="", author=FIRST, author_seq=0, author_prev="", seen={}, time=BASE.log[0].act.time,
        keys=strangers[FIRST].keys,
    ).envelope.data  # fmt: skip
    report = judged(edited(0, envelope), cosigned(edited(0, envelope)))
    assert {"card-invalid", "act-dossier"} <= errors(report)


@pytest.mark.parametrize("data", [b"", b"{}", b"[" * 100_000, b"\xff\xfe", b'{"payload":1}'])
def test_rubbish_for_an_act_fails_with_a_name(data: bytes) -> None:
    members = replace_member(BASE.members(), envelope_name(AT), data)
    report = judge(BASE.seal_members(members))
    assert report.verdict is Verdict.FAIL
    assert "act-malformed" in errors(report)


def test_the_readable_act_has_to_be_the_signed_one() -> None:
    members = BASE.members()
    words = by_name(members)[act_name(AT)].replace(b"north.fm", b"south.fm")
    report = judge(BASE.seal_members(replace_member(members, act_name(AT), words)))
    assert errors(report) == {"member-differs"}


def test_an_exchanged_attachment_is_found_by_its_name() -> None:
    members = BASE.members()
    for name in [n for n in by_name(members) if n.startswith("attachments/")][::4]:
        report = judge(BASE.seal_members(replace_member(members, name, b"other")))
        assert report.verdict is Verdict.FAIL, name
        assert "attachment-digest" in errors(report), name


# --- checkpoints


def noted(note: bytes) -> FileReport:
    return judge(BASE.seal_members(replace_member(BASE.members(), "log/checkpoint.txt", note)))


def test_a_checkpoint_of_another_size_or_root_is_found() -> None:
    assert BASE.standing is not None
    genuine = read_checkpoint(Note.read(BASE.note()))
    for changed, code in (
        (replace(genuine, size=genuine.size - 1), "checkpoint-size"),
        (replace(genuine, root=bytes(32)), "checkpoint-root"),
        (replace(genuine, dossier=DossierId("ab" * 32)), "checkpoint-dossier"),
    ):
        text = Note.read(BASE.note())
        unsigned = Note(text=changed.text(), lines=text.lines).add(())
        assert {code, "checkpoint-signature"} <= errors(noted(unsigned.write()))
        signed = sign_checkpoint(BASE.people[FIRST].keys, changed)
        for party in BASE.everybody:
            signed = signed.add(cosign(BASE.people[party].keys, party, changed, BASE.clock.now()))
        report = noted(signed.write())
        assert errors(report) == {code}
        assert report.verdict is Verdict.FAIL


@pytest.mark.parametrize("party", [FIRST, SECOND])
def test_a_removed_cosignature_is_missed(party: PartyId) -> None:
    note = Note.read(BASE.note())
    without = Note(text=note.text, lines=tuple(line for line in note.lines if line.name != party))
    report = noted(without.write())
    assert report.verdict is Verdict.INDETERMINATE
    assert "not-final" in report.codes()


def test_half_a_cosignature_is_none() -> None:
    note = Note.read(BASE.note())
    for line in [line for line in note.lines if line.name == SECOND]:
        half = Note(text=note.text, lines=tuple(other for other in note.lines if other != line))
        report = noted(half.write())
        assert report.verdict is Verdict.FAIL
        assert {"cosignature-invalid", "not-final"} <= report.codes()


def test_a_cosignature_with_other_keys_is_none() -> None:
    strangers = participants({SECOND: acts.Role.PARTY}, BASE.clock)
    checkpoint = read_checkpoint(Note.read(BASE.note()))
    note = Note.read(BASE.note(cosigners=(FIRST,)))
    forged = note.add(cosign(strangers[SECOND].keys, SECOND, checkpoint, BASE.clock.now()))
    report = noted(forged.write())
    assert {"cosignature-invalid", "not-final"} <= report.codes()


def test_a_strangers_line_is_not_overlooked() -> None:
    stranger = participants({PartyId("east"): acts.Role.WITNESS}, BASE.clock)[PartyId("east")]
    note = Note.read(BASE.note())
    added = note.add(cosign(stranger.keys, "east", read_checkpoint(note), BASE.clock.now()))
    assert errors(noted(added.write())) == {"cosignature-invalid"}


def test_the_orderers_signature_is_asked_for() -> None:
    note = Note.read(BASE.note())
    origin = note.text.partition("\n")[0]
    report = noted(
        Note(text=note.text, lines=tuple(line for line in note.lines if line.name != origin)).write()
    )
    assert "checkpoint-signature" in errors(report)


@pytest.mark.parametrize("data", [b"\n", b"paraph/dossier/x\n1\nAA==\n\n", b"\xff", BASE.note() + b"\n"])
def test_rubbish_for_a_checkpoint_fails_with_a_name(data: bytes) -> None:
    assert "checkpoint-malformed" in errors(noted(data))


def test_the_context_of_a_signature_keeps_halves_apart() -> None:
    """An ML-DSA signature made elsewhere with the same key does not serve here."""
    sealed = read_act(BASE.envelopes[AT])
    keys = BASE.people[sealed.act.author].keys
    outer = json.loads(BASE.envelopes[AT])
    message = b"DSSEv1 31 application/vnd.paraph.act+json %d %s" % (
        len(sealed.envelope.payload),
        sealed.envelope.payload,
    )
    outer["signatures"][1]["sig"] = base64.b64encode(keys.ml_dsa_65.sign(message, SIGNATURE_CONTEXT)).decode()
    assert errors(judged(edited(AT, canonical.dump(outer)))) == {"checkpoint-root"}, (
        "the right context is right"
    )
    outer["signatures"][1]["sig"] = base64.b64encode(keys.ml_dsa_65.sign(message, b"")).decode()
    assert "act-signature" in errors(judged(edited(AT, canonical.dump(outer))))


def test_an_act_cannot_name_itself_the_first() -> None:
    act = BASE.log[AT].act
    assert act.body is not None
    assert act.author_prev
    alone = seal_act(
        act.body, dossier=act.dossier, author=act.author, author_seq=act.author_seq, author_prev=ActId(""),
        seen=act.seen, time=act.time, keys=BASE.people[act.author].keys,
    ).envelope.data  # fmt: skip
    assert "act-chain" in errors(judged(edited(AT, alone), cosigned(edited(AT, alone))))


def test_a_log_without_its_opening_opens_nothing() -> None:
    report = judged(BASE.envelopes[1:])
    assert report.verdict is Verdict.FAIL
    assert "opening-invalid" in errors(report)
    assert {s.integrity for s in report.signatures} == {Verdict.PASS}, (
        "the originals are judged by themselves"
    )


def test_an_attachment_that_is_missing_is_named() -> None:
    text = next(s.act.body for s in BASE.log if isinstance(s.act.body, acts.TextProposed)).text
    name = f"attachments/{text}"
    report = judge(BASE.seal_members([m for m in BASE.members() if m.name != name]))
    assert report.verdict is Verdict.FAIL
    assert name in {f.where for f in report.findings if f.code == "attachment-missing"}


def test_without_new_seals_the_changed_member_is_named_in_the_old_ones() -> None:
    _, container = conclude()
    members = replace_member(read_archive(container), "README.txt", b"other\n")
    report = judge(write_archive(members))
    assert report.verdict is Verdict.FAIL
    said = [f.message for f in report.findings if f.code == "manifest-differs"]
    assert said == ["README.txt is not the file that it lists"] * 2
