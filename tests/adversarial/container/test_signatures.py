"""Signatures, seals and time stamps that are genuine somewhere else, or made by somebody else."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from paraph.adapters.signing.authority import DemoAuthority
from paraph.adapters.timestamps.authority import BuiltInTimestamper, TimestampAuthority
from paraph.domain import acts
from paraph.domain.ids import PartyId, Utc
from paraph.domain.standing import Slot
from paraph.verify.attachments import AttachedBytes
from paraph.verify.pdf.file import verify_pdf
from paraph.verify.verdict import FileReport, Verdict
from paraph.wire.card import pack_card, unpack_card
from paraph.wire.cms import SignerProfile, assemble
from paraph.wire.container.archive import Member, read_archive, write_archive
from paraph.wire.container.guide import release_statement
from paraph.wire.container.manifest import write_manifest
from paraph.wire.container.seal import seal_attributes
from paraph.wire.pdf.signature import embed
from paraph.wire.pdf.stamp import prepare_timestamp
from tests.support.package import (
    FIRST,
    MEDIATOR,
    SECOND,
    Dossier,
    by_name,
    conclude,
    judge,
    replace_member,
    short_text,
)
from tests.support.participants import BEGIN, Person, anchors_of, participants

BASE, CONTAINER = conclude()
MEMBERS = BASE.members()
NORTH, SOUTH = BASE.people[FIRST], BASE.people[SECOND]
ORIGINAL = "originals/N-S-2026-1.north.pdf"


def bad(report: FileReport) -> set[str]:
    return {f.code for f in report.findings if f.severity != "info"}


def sealed_with(first: bytes, second: bytes) -> bytes:
    manifests = [Member(f"META-INF/ASiCManifest{n:03d}.xml", write_manifest(n, MEMBERS)) for n in (1, 2)]
    seals = [Member(f"META-INF/signature{n:03d}.p7s", seal) for n, seal in ((1, first), (2, second))]
    return write_archive((*MEMBERS, *manifests, *seals))


def manifest(number: int) -> bytes:
    return write_manifest(number, MEMBERS)


def test_the_honest_seals_pass() -> None:
    assert (
        judge(sealed_with(NORTH.seal_over(manifest(1)), SOUTH.seal_over(manifest(2)))).verdict is Verdict.PASS
    )


def test_one_party_cannot_seal_for_the_other() -> None:
    report = judge(sealed_with(NORTH.seal_over(manifest(1)), NORTH.seal_over(manifest(2))))
    assert "seal-other-party" in bad(report)
    assert report.verdict is Verdict.INDETERMINATE


def test_a_seal_over_another_list_fails() -> None:
    report = judge(sealed_with(NORTH.seal_over(manifest(1)), SOUTH.seal_over(manifest(1))))
    assert report.verdict is Verdict.FAIL
    assert "digest-mismatch" in bad(report)


def test_seals_of_another_dossier_do_not_serve() -> None:
    other = Dossier(
        texts=(short_text(clause="The Parties will answer each other's telegrams."),), clock=BASE.clock
    )
    other.people = dict(BASE.people)
    theirs = by_name(read_archive(other.run().container()))
    report = judge(sealed_with(theirs["META-INF/signature001.p7s"], theirs["META-INF/signature002.p7s"]))
    assert report.verdict is Verdict.FAIL
    assert "digest-mismatch" in bad(report)


@pytest.mark.parametrize("rubbish", [b"", b"0\x80", b"\x30\x03\x02\x01\x01", b"-----BEGIN PKCS7-----"])
def test_rubbish_for_a_seal_fails_with_a_name(rubbish: bytes) -> None:
    report = judge(sealed_with(NORTH.seal_over(manifest(1)), rubbish))
    assert report.verdict is Verdict.FAIL
    assert "cms-malformed" in bad(report)


def test_a_revoked_seal_fails() -> None:
    authority = DemoAuthority.create("Ministry of North", "", BEGIN)
    seal = authority.issue_seal("Ministry of North", now=BEGIN)
    signer = seal.signer()
    authority.revoke(signer.certificate, at=Utc("2026-03-02T08:00:00Z"))
    # The party's card names this authority, so that nothing but the revocation is wrong.
    dossier = _with_authority(replace(NORTH, authority=authority, seal=seal))
    report = judge(dossier.container(), dossier)
    assert "certificate-revoked" in bad(report)
    assert report.verdict is Verdict.FAIL


def _with_authority(person: Person) -> Dossier:
    """A package in which the first party's authority is another."""

    card = replace(unpack_card(person.card), anchors=(person.authority.root_pem.decode(),))
    signatory = person.authority.issue_signatory(
        "Signatory of North", "Minister", "Ministry of North", now=BEGIN
    )
    dossier = Dossier(texts=(short_text(),), clock=BASE.clock)
    tsa = TimestampAuthority(person.authority.issue_tsa(now=BEGIN).signer())
    changed = replace(
        person,
        card=pack_card(card, person.keys),
        signatory=signatory,
        stamper=BuiltInTimestamper(tsa, dossier.clock),
    )
    dossier.people = {**BASE.people, FIRST: changed}
    return dossier.run()


def test_two_parties_under_one_authority_are_told() -> None:
    """The authority could have made both parties' seals; whether that is fine is not for a program to say."""
    south = BASE.people[SECOND]
    authority = south.authority
    seal = authority.issue_seal("Ministry of North", now=BEGIN)
    report_of = _with_authority(replace(NORTH, authority=authority, seal=seal))
    report = judge(report_of.container(), report_of)
    assert "authority-shared" in bad(report)
    assert report.verdict is Verdict.PASS


def test_a_time_stamp_over_another_seal_fails() -> None:
    signer = SOUTH.seal.signer()
    profile = SignerProfile(certificate=signer.certificate, chain=signer.chain, algorithm=signer.algorithm)
    attributes = seal_attributes(profile, manifest(2), Utc("2026-03-02T10:00:00Z"))
    token = SOUTH.stamper.timestamp(hashlib.sha256(b"something else").digest())
    seal = assemble(profile, attributes, signer.sign(attributes), timestamp_token=token)
    report = judge(sealed_with(NORTH.seal_over(manifest(1)), seal))
    assert report.verdict is Verdict.FAIL
    assert "timestamp-imprint" in bad(report)


def test_an_extra_certificate_that_nobody_confirms_is_not_overlooked() -> None:
    stranger = participants({PartyId("east"): acts.Role.PARTY}, BASE.clock)[PartyId("east")]
    signer = SOUTH.seal.signer()
    profile = SignerProfile(
        certificate=signer.certificate,
        chain=(*signer.chain, stranger.seal.signer().certificate),
        algorithm=signer.algorithm,
    )
    attributes = seal_attributes(profile, manifest(2), Utc("2026-03-02T10:00:00Z"))
    seal = assemble(profile, attributes, signer.sign(attributes))
    assert "stray-certificate" in bad(judge(sealed_with(NORTH.seal_over(manifest(1)), seal)))


def test_a_third_seal_has_no_party() -> None:
    extra = (*read_archive(CONTAINER), Member("META-INF/signature003.p7s", SOUTH.seal_over(manifest(2))))
    assert "member-unknown" in bad(judge(write_archive(extra)))


# --- the originals


def test_a_signature_with_another_certificate_than_planned_is_found() -> None:
    """The organisation's seal instead of the minister's key: trusted, but not who was to sign."""

    def with_the_seal(dossier: Dossier, party: PartyId, slot: Slot) -> tuple[acts.SlotRecord, bytes]:
        record = dossier.draw(party, slot)
        return record, dossier.sign_as(party, slot, record, issued=dossier.people[party].seal)

    dossier = Dossier(texts=(short_text(),), signing=with_the_seal).run()
    report = judge(dossier.container(), dossier)
    assert report.verdict is Verdict.FAIL
    assert {f.code for f in report.findings if f.severity == "error"} == {"original-signer"}


def test_a_signature_without_the_planned_policy_is_told() -> None:
    def without(dossier: Dossier, party: PartyId, slot: Slot) -> tuple[acts.SlotRecord, bytes]:
        record = dossier.draw(party, slot)
        return record, dossier.sign_as(party, slot, record, policy=False)

    dossier = Dossier(texts=(short_text(),), signing=without).run()
    report = judge(dossier.container(), dossier)
    assert report.verdict is Verdict.INDETERMINATE
    assert "original-policy" in bad(report)


def test_a_signatory_certified_by_somebody_else_than_the_party_is_told() -> None:
    """The other ministry's authority issues a certificate in this signatory's name; both authorities are trusted."""
    forged = SOUTH.authority.issue_signatory("Signatory of North", "Minister", "Ministry of North", now=BEGIN)
    dossier = Dossier(texts=(short_text(),), clock=BASE.clock)
    dossier.people = {**BASE.people, FIRST: replace(NORTH, signatory=forged)}
    dossier.run()
    report = judge(dossier.container(), dossier)
    assert "original-other-party" in bad(report)
    assert report.verdict is Verdict.INDETERMINATE


def test_authority_is_judged_at_the_proved_instant_not_at_the_claimed_one() -> None:
    """A term that ended between the claimed signing and its time stamp."""

    def backdated(dossier: Dossier, party: PartyId, slot: Slot) -> tuple[acts.SlotRecord, bytes]:
        dossier.clock.at += timedelta(days=2)
        record = replace(dossier.draw(party, slot), signed_at=Utc("2026-03-02T09:30:00Z"))
        return record, dossier.sign_as(party, slot, record)

    def one_day(_dossier: Dossier, body: acts.Body) -> acts.Body:
        if isinstance(body, acts.FullPowersPresented):
            return replace(body, valid_until=Utc("2026-03-03T00:00:00Z"))
        return body

    dossier = Dossier(texts=(short_text(),), signing=backdated, edit=one_day).run()
    report = judge(dossier.container(), dossier)
    assert "original-authority" in bad(report)
    assert report.verdict is Verdict.INDETERMINATE


def test_an_original_that_says_more_than_the_acts_is_found() -> None:
    """A further signature field, validly signed: fine for a PDF reader, but no act knows of it."""
    members = by_name(MEMBERS)

    prepared = prepare_timestamp(members[ORIGINAL], field="later", reserved=16_384)
    longer = embed(prepared, NORTH.stamper.timestamp(prepared.digest))
    alone = verify_pdf(
        longer, path="x", anchors=anchors_of(BASE.people), at=BASE.clock.at + timedelta(hours=1)
    )
    assert alone.verdict is Verdict.PASS
    report = judge(BASE.seal_members(replace_member(MEMBERS, ORIGINAL, longer)))
    assert report.verdict is Verdict.FAIL
    assert {"original-differs", "original-receipt"} <= bad(report)


def test_an_original_of_the_other_party_is_not_ones_own() -> None:
    other = by_name(MEMBERS)["originals/N-S-2026-1.south.pdf"]
    report = judge(BASE.seal_members(replace_member(MEMBERS, ORIGINAL, other)))
    assert report.verdict is Verdict.FAIL
    assert "original-base" in bad(report)


@pytest.mark.parametrize("cut", [100, -100])
def test_a_shortened_original_is_found(cut: int) -> None:
    report = judge(BASE.seal_members(replace_member(MEMBERS, ORIGINAL, by_name(MEMBERS)[ORIGINAL][:cut])))
    assert report.verdict is Verdict.FAIL
    assert bad(report) & {"original-base", "original-receipt"}


def test_the_text_has_to_be_the_one_that_is_attached() -> None:
    """Both parties render originals from another text than they initialled, and agree on the bytes."""

    drawn = short_text(clause="The Parties will never answer.")
    dossier = Dossier(texts=(short_text(),), drawn=drawn).run()
    report = judge(dossier.container(), dossier)
    assert report.verdict is Verdict.FAIL
    assert {f.code for f in report.findings if f.severity == "error"} == {"original-text"}


# --- the release


def released_with(token_of: Callable[[Dossier, acts.ExchangeReleased], bytes]) -> FileReport:
    """The verdict on a package whose release carries another time stamp."""

    def edit(dossier: Dossier, body: acts.Body) -> acts.Body:
        if isinstance(body, acts.ExchangeReleased):
            return replace(body, token=dossier.put(token_of(dossier, body)))
        return body

    dossier = Dossier(texts=(short_text(),), edit=edit)
    dossier.clock.at += timedelta(minutes=5)
    with pytest.MonkeyPatch.context() as careless:  # whoever made this did not look at the time stamp
        careless.setattr(AttachedBytes, "stamps_release", lambda *_: True)
        dossier.run()
        container = dossier.container()
    return judge(container, dossier)


def is_void(report: FileReport) -> None:
    assert report.verdict is Verdict.INDETERMINATE
    assert bad(report) == {"not-concluded"}
    assert any("exchange-released of middle had no effect" in f.message for f in report.findings)


def test_a_release_stamped_over_something_else_has_no_effect() -> None:
    report = released_with(
        lambda d, _: d.people[MEDIATOR].stamper.timestamp(hashlib.sha256(b"another").digest())
    )
    is_void(report)


def test_a_release_without_a_readable_time_stamp_has_no_effect() -> None:
    is_void(released_with(lambda _, __: b"no token"))


def test_a_release_stamped_before_the_deposits_is_told() -> None:
    def early(dossier: Dossier, body: acts.ExchangeReleased) -> bytes:
        statement = release_statement(body.plan, dossier.plan.proposal, body.deposits)
        now, dossier.clock.at = dossier.clock.at, dossier.clock.at - timedelta(minutes=2)
        token = dossier.people[MEDIATOR].stamper.timestamp(hashlib.sha256(statement).digest())
        dossier.clock.at = now
        return token

    report = released_with(early)
    assert "release-order" in bad(report)
    assert report.verdict is Verdict.INDETERMINATE
