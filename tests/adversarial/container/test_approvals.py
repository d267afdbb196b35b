"""Approvals by passkey in containers: told when they count, named when they do not, whatever part of them is forged (S4)."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import replace

import pytest

from paraph.domain import acts
from paraph.domain.ids import ActId
from paraph.errors import LocalActError
from paraph.verify.attachments import AttachedBytes
from paraph.verify.verdict import FileReport, Verdict
from paraph.wire.webauthn import Assertion, pack_assertion
from tests.support.assertions import TestPasskey, sha256
from tests.support.package import FIRST, PLAN, Dossier, conclude, judge, short_text

KEY = TestPasskey()
Forge = Callable[[ActId], bytes]


def honest(prepared: ActId) -> bytes:
    return pack_assertion(KEY.approve(prepared))


def begun(presented: acts.Passkey | None = None) -> Dossier:
    """Up to the plan; the first party has presented a passkey."""
    dossier = Dossier(texts=(short_text(),))
    dossier.open()
    dossier.agree()
    dossier.put(KEY.public)
    passkeys = (presented or KEY.presented,)
    dossier.say(FIRST, acts.PasskeysPresented(signatory="north.fm", passkeys=passkeys))
    dossier.plan_signing()
    return dossier


def prepare(dossier: Dossier) -> ActId:
    own = dossier.texts[0].party(FIRST)
    return dossier.say(
        FIRST,
        acts.ApprovalPrepared(
            plan=PLAN,
            proposal=dossier.plan.proposal,
            signatory="north.fm",
            originals=tuple(
                acts.ApprovedOriginal(instrument=o.instrument, holder=o.holder, sha256=o.sha256)
                for o in dossier.plan.body.originals
            ),
            local_date=dossier.clock.now()[:10],
            place=own.places[own.signatory.script_lang],
        ),
    )


def approve(dossier: Dossier, prepared: ActId, data: bytes, *, void: bool = False, **changes: object) -> None:
    body = acts.SigningApproved(
        plan=PLAN, prepared=prepared, credential=KEY.credential, assertion=dossier.put(data)
    )
    dossier.say(FIRST, replace(body, **changes), void=void)  # type: ignore[arg-type]


def finished(dossier: Dossier) -> FileReport:
    for step in (dossier.exchange, dossier.countersign, dossier.seal, dossier.receive):
        step()
    return judge(dossier.container(), dossier)


def codes(report: FileReport) -> list[str]:
    return [f.code for f in report.findings if f.code.startswith("approval")]


@functools.cache
def approved() -> tuple[FileReport, Dossier]:
    dossier = begun()
    approve(dossier, prepare(dossier), honest(next(iter(dossier.plan.prepared))))
    return finished(dossier), dossier


def test_an_approval_that_counts_is_told_and_so_is_its_absence() -> None:
    report, dossier = approved()
    assert report.verdict is Verdict.PASS
    assert codes(report) == ["approval", "approval-missing"]
    told = next(f.message for f in report.findings if f.code == "approval")
    assert "north.fm approved for north" in told
    assert "N-S/2026/1 kept by north" in told
    absent = next(f.message for f in report.findings if f.code == "approval-missing")
    assert absent.startswith("south.fm signed for south without the approval of a passkey")
    assert dossier.void == []


def test_a_package_from_before_there_were_approvals_passes_as_it_did() -> None:
    report = judge(conclude()[1])
    assert report.verdict is Verdict.PASS
    assert codes(report) == ["approval-missing", "approval-missing"]


def _changed(prepared: ActId, **parts: bytes) -> bytes:
    return pack_assertion(replace(KEY.approve(prepared), **parts))  # type: ignore[arg-type]


def _signed(make: Callable[[ActId], Assertion]) -> Forge:
    return lambda prepared: pack_assertion(make(prepared))


FORGED: dict[str, tuple[str, Forge]] = {
    "another act was approved": ("approval-challenge", lambda _: honest(ActId(sha256(b"another")))),
    "on other pages": (
        "approval-origin",
        _signed(
            lambda p: KEY.sign(KEY.authenticator_data(), KEY.client_data(p, origin="https://evil.example"))
        ),
    ),
    "under another name": (
        "approval-origin",
        _signed(lambda p: KEY.sign(KEY.authenticator_data(rp_id="evil.example"), KEY.client_data(p))),
    ),
    "without the person": (
        "approval-flags",
        _signed(lambda p: KEY.sign(KEY.authenticator_data(flags=0x01), KEY.client_data(p))),
    ),
    "by another key": ("approval-signature", _signed(TestPasskey().approve)),
    "with another counter": (
        "approval-signature",
        lambda p: _changed(p, authenticator_data=KEY.authenticator_data()[:-1] + b"\x01"),
    ),
    "with other words": (
        "approval-signature",
        lambda p: _changed(p, client_data=KEY.client_data(p) + b" "),
    ),
    "with a signature cut short": (
        "approval-signature",
        lambda p: _changed(p, signature=KEY.approve(p).signature[:-1]),
    ),
    "a registration": (
        "approval-format",
        _signed(lambda p: KEY.sign(KEY.authenticator_data(), KEY.client_data(p, type="webauthn.create"))),
    ),
    "no assertion": ("approval-format", lambda _: b"nothing of the kind"),
    "not canonical": ("approval-format", lambda p: honest(p) + b"\n"),
    "empty": ("approval-format", lambda _: b""),
    "nested": ("approval-format", lambda _: b"[" * 5000),
}


@pytest.mark.parametrize("how", FORGED)
def test_a_forged_approval_has_no_effect_and_the_reason_is_named(how: str) -> None:
    code, forge = FORGED[how]
    dossier = begun()
    prepared = prepare(dossier)
    approve(dossier, prepared, forge(prepared), void=True)
    with pytest.raises(LocalActError) as error:  # and so the signature that rests on it has none either
        dossier.exchange()
    assert error.value.code == "approval-absent"
    report = judge(dossier.container(), dossier)
    assert report.verdict is Verdict.FAIL
    assert code in codes(report)
    assert "not-concluded" in report.codes()


@pytest.mark.parametrize("how", ["by another key", "empty"])
def test_parties_who_conclude_on_a_forged_approval_are_found_out(how: str) -> None:
    code, forge = FORGED[how]
    dossier = begun()
    prepared = prepare(dossier)
    with pytest.MonkeyPatch.context() as careless:  # their nodes do not look
        careless.setattr(AttachedBytes, "approves", lambda *_: True)
        approve(dossier, prepared, forge(prepared))
        for step in (dossier.exchange, dossier.countersign, dossier.seal, dossier.receive):
            step()
        container = dossier.container()
    report = judge(container, dossier)
    assert report.verdict is Verdict.FAIL
    assert code in codes(report)


def test_an_approval_with_a_passkey_that_was_not_presented_is_unknown() -> None:
    dossier = begun()
    prepared = prepare(dossier)
    approve(dossier, prepared, honest(prepared), void=True, credential=sha256(b"another"))
    report = judge(dossier.container(), dossier)
    assert "approval-unknown" in codes(report)


def test_an_approval_of_nothing_that_was_prepared_is_unknown() -> None:
    dossier = begun()
    other = ActId(sha256(b"never prepared"))
    approve(dossier, other, honest(other), void=True)
    assert "approval-unknown" in codes(judge(dossier.container(), dossier))


def test_a_bad_approval_that_a_good_one_followed_is_told_and_no_more() -> None:
    dossier = begun()
    prepared = prepare(dossier)
    approve(dossier, prepared, b"rubbish", void=True)
    approve(dossier, prepared, honest(prepared))
    report = finished(dossier)
    assert report.verdict is Verdict.PASS
    assert codes(report) == ["approval-void", "approval", "approval-missing"]
