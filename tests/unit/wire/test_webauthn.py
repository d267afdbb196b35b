"""Assertions: what counts as an approval, and which part of one that does not is named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from paraph.domain.ids import ActId
from paraph.errors import FormatError
from paraph.wire.webauthn import (
    Assertion,
    check_assertion,
    pack_assertion,
    read_assertion,
    read_passkey,
)
from tests.support.assertions import KINDS, TestPasskey, sha256
from tests.support.refused import refused

KEY = TestPasskey()
ACT = ActId(sha256(b"an approval that was prepared"))
GOOD = KEY.approve(ACT)


def check(assertion: Assertion, key: TestPasskey = KEY) -> None:
    check_assertion(pack_assertion(assertion), key.public, key.presented, ACT)


@pytest.mark.parametrize("kind", KINDS)
def test_an_approval_by_each_kind_of_key_counts(kind: str) -> None:
    key = TestPasskey(kind=kind)
    check(key.approve(ACT), key)


def test_what_later_browsers_add_does_not_matter() -> None:
    said = KEY.client_data(ACT, other_keys_can_be_added_here="do not compare with a template")
    check(KEY.sign(KEY.authenticator_data(flags=0x1D), said))
    check(KEY.sign(KEY.authenticator_data(), KEY.client_data(ACT, crossOrigin=None)))
    check(KEY.sign(KEY.authenticator_data(flags=0x85, more=b"\xa0"), KEY.client_data(ACT)))


UNSOUND: dict[str, tuple[str, Callable[[], Assertion]]] = {
    "another act": ("approval-challenge", lambda: KEY.approve(sha256(b"another"))),
    "padded challenge": (
        "approval-challenge",
        lambda: KEY.sign(KEY.authenticator_data(), KEY.client_data(ACT, challenge="AAAA=")),
    ),
    "no challenge": (
        "approval-challenge",
        lambda: KEY.sign(KEY.authenticator_data(), KEY.client_data(ACT, challenge=None)),
    ),
    "another type": (
        "approval-format",
        lambda: KEY.sign(KEY.authenticator_data(), KEY.client_data(ACT, type="webauthn.create")),
    ),
    "another origin": (
        "approval-origin",
        lambda: KEY.sign(KEY.authenticator_data(), KEY.client_data(ACT, origin="http://localhost:7481")),
    ),
    "in a frame": (
        "approval-origin",
        lambda: KEY.sign(KEY.authenticator_data(), KEY.client_data(ACT, crossOrigin=True)),
    ),
    "below another page": (
        "approval-origin",
        lambda: KEY.sign(KEY.authenticator_data(), KEY.client_data(ACT, topOrigin="https://a.example")),
    ),
    "another name": (
        "approval-origin",
        lambda: KEY.sign(KEY.authenticator_data(rp_id="elsewhere.example"), KEY.client_data(ACT)),
    ),
    "nobody there": (
        "approval-flags",
        lambda: KEY.sign(KEY.authenticator_data(flags=0x04), KEY.client_data(ACT)),
    ),
    "nobody verified": (
        "approval-flags",
        lambda: KEY.sign(KEY.authenticator_data(flags=0x01), KEY.client_data(ACT)),
    ),
    "attested": (
        "approval-format",
        lambda: KEY.sign(KEY.authenticator_data(flags=0x45, more=b"x"), KEY.client_data(ACT)),
    ),
    "something behind": (
        "approval-format",
        lambda: KEY.sign(KEY.authenticator_data(more=b"x"), KEY.client_data(ACT)),
    ),
    "extensions missing": (
        "approval-format",
        lambda: KEY.sign(KEY.authenticator_data(flags=0x85), KEY.client_data(ACT)),
    ),
    "too short": ("approval-format", lambda: KEY.sign(b"x" * 36, KEY.client_data(ACT))),
    "no JSON": ("approval-format", lambda: KEY.sign(KEY.authenticator_data(), b"{")),
    "a list": ("approval-format", lambda: KEY.sign(KEY.authenticator_data(), b"[]")),
    "a member twice": (
        "approval-format",
        lambda: KEY.sign(KEY.authenticator_data(), KEY.client_data(ACT)[:-1] + b', "origin": "x"}'),
    ),
    "another key": ("approval-signature", lambda: TestPasskey().approve(ACT)),
    "no signature": ("approval-signature", lambda: replace(GOOD, signature=b"")),
    "rubbish": ("approval-signature", lambda: replace(GOOD, signature=b"rubbish")),
    "of other data": (
        "approval-signature",
        lambda: replace(GOOD, authenticator_data=KEY.authenticator_data(flags=0x1D)),
    ),
    "of other words": (
        "approval-signature",
        lambda: replace(GOOD, client_data=KEY.client_data(ACT, crossOrigin=None)),
    ),
}


@pytest.mark.parametrize("how", UNSOUND)
def test_an_unsound_approval_is_refused_and_the_reason_is_named(how: str) -> None:
    code, make = UNSOUND[how]
    with refused(code):
        check(make())


@settings(max_examples=60, deadline=None)
@given(
    part=st.sampled_from(["authenticator_data", "client_data", "signature"]),
    at=st.integers(0, 400),
    bit=st.integers(0, 7),
)
def test_no_bit_of_an_approval_can_change(part: str, at: int, bit: int) -> None:
    data = bytearray(getattr(GOOD, part))
    data[at % len(data)] ^= 1 << bit
    with pytest.raises(FormatError) as error:
        check(replace(GOOD, **{part: bytes(data)}))
    assert error.value.code.startswith("approval-")


def test_a_file_is_read_in_the_one_spelling_that_is_written() -> None:
    data = pack_assertion(GOOD)
    assert read_assertion(data) == GOOD
    with refused("approval-format"):
        read_assertion(data.replace(b"{", b"{ ", 1))
    with refused("approval-format"):
        read_assertion(b'{"signature":""}')
    with refused("json-size"):
        read_assertion(b" " * 100_000)


def test_keys_of_other_kinds_are_refused() -> None:
    other = ec.generate_private_key(ec.SECP384R1()).public_key()
    short = rsa.generate_private_key(65537, 1024).public_key()
    for key in (other, short):
        with refused("approval-key"):
            read_passkey(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    for data in (b"", b"no key", KEY.public + b"x", b"x" * 5000):
        with refused("approval-key"):
            read_passkey(data)
