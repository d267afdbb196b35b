"""The closed set of acts: names, members, and what each needs to be held."""

from __future__ import annotations

import dataclasses
import re
from typing import Annotated, get_args, get_origin, get_type_hints

import pytest

from paraph.domain import acts
from paraph.domain.acts import BODIES, Body, attachments_of
from paraph.domain.ids import Digest, DigestOrEmpty
from tests.support import bodies
from tests.support.correct import correct
from tests.support.proceedings import reach


def test_the_registered_types_are_the_closed_union() -> None:
    assert set(BODIES.values()) == set(get_args(Body))
    assert len(set(BODIES.values())) == len(BODIES)


@pytest.mark.parametrize("kind", BODIES)
def test_a_type_is_named_in_the_past_tense_and_never_after_a_path(kind: str) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)+", kind)
    verb = kind.rsplit("-", 1)[1]
    assert verb.endswith("ed") or verb in {"made", "held", "sent", "withdrawn"}


@pytest.mark.parametrize("body", BODIES.values())
def test_bodies_are_frozen_slotted_and_keyword_only(body: type) -> None:
    assert dataclasses.is_dataclass(body)
    parameters = body.__dataclass_params__  # type: ignore[attr-defined]
    assert parameters.frozen
    assert "__slots__" in vars(body)
    assert all(member.kw_only for member in dataclasses.fields(body))


def digests_in(value: object, hint: object) -> set[Digest]:
    """Every digest in a value, found by its declared type."""
    if hint is Digest or hint == DigestOrEmpty:
        assert isinstance(value, str)
        return {Digest(value)} - {Digest("")}
    if get_origin(hint) is tuple:
        assert isinstance(value, tuple)
        return {d for item in value for d in digests_in(item, get_args(hint)[0])}
    if dataclasses.is_dataclass(value):
        hints = get_type_hints(type(value), include_extras=True)
        return {
            d for m in dataclasses.fields(value) for d in digests_in(getattr(value, m.name), hints[m.name])
        }
    return set()


# Members that name bytes which no other node needs in order to judge the act: its own claims about its rendering and its
# originals, which others compare with their own; the text, or the certificate, that an earlier act brought; and the sealed deposit.
NOT_ATTACHED = {
    "text-accepted", "text-initialled", "text-reopened", "originals-engrossed", "plan-proposed", "signature-deposited",
    "originals-sealed", "originals-received", "container-engrossed", "container-sealed", "certificate-suspended",
    "passkeys-presented", "approval-prepared", "signing-approved",
    "comment-made", "concordance-ticked",
}  # fmt: skip

STAGE = {
    "full-powers-presented": "engrossed", "plan-proposed": "authorised", "signature-deposited": "open",
    "exchange-released": "held", "signature-revealed": "released", "signatures-countersigned": "revealed",
    "originals-sealed": "countersigned", "originals-received": "sealed", "container-engrossed": "concluded",
    "container-sealed": "engrossed-container",
}  # fmt: skip


@pytest.mark.parametrize("kind", BODIES)
def test_what_an_act_names_is_attached_to_it(kind: str) -> None:
    table = reach(STAGE.get(kind, "proposed"))
    body = correct(table, kind, table.parties[1]) or correct(reach("held"), kind, table.parties[1])
    assert body is not None
    named, attached = digests_in(body, type(body)), set(attachments_of(body))
    assert attached <= named
    if kind not in NOT_ATTACHED:
        assert attached == named


def test_the_bytes_that_acts_are_judged_by_are_attached() -> None:
    table = reach("revealed")
    plan = bodies.of(table.standing)
    assert attachments_of(plan.body) == (plan.body.policy_hash,)
    deposit = plan.deposits[table.parties[0]].body
    assert attachments_of(deposit) == tuple(s.slot.appearance for s in deposit.signatures)
    assert deposit.sealed not in attachments_of(deposit)
    later = bodies.countersignatures(table.standing, table.parties[1])
    assert set(attachments_of(later)) == {d for s in later.signatures for d in (s.slot.appearance, s.cms)}
    release = dataclasses.replace(bodies.release(reach("held").standing), crls=(bodies.mark("crl"),))
    assert attachments_of(release) == (bodies.mark("token"), bodies.mark("crl"))


def test_full_powers_by_document_bring_the_document_and_others_nothing() -> None:
    document = bodies.mark("document")
    by_document = bodies.powers("aland", basis=acts.Basis.BY_DOCUMENT, document=document)
    assert attachments_of(by_document) == (document,)
    assert attachments_of(bodies.powers("aland")) == ()


def test_an_act_of_unknown_type_needs_nothing() -> None:
    assert attachments_of(None) == ()
    assert get_origin(DigestOrEmpty) is Annotated
