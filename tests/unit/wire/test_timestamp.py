from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pytest
from asn1crypto import tsp

from paraph.errors import FormatError
from paraph.wire import der, oids, timestamp
from paraph.wire.timestamp import (
    TstInfo,
    encode_info,
    parse_request,
    parse_token,
    request,
    token_of,
)
from paraph.wire.timestamp import (
    refused as refusal,
)
from tests.support.refused import refused
from tests.support.signed_pdfs import NOW, ministry

IMPRINT = hashlib.sha256(b"x").digest()


@pytest.mark.parametrize("nonce", [None, 0, 2**64 + 5])
@pytest.mark.parametrize("certificates", [True, False])
def test_requests_are_what_others_read(nonce: int | None, certificates: bool) -> None:
    encoded = request(IMPRINT, nonce, certificates=certificates)
    other = tsp.TimeStampReq.load(encoded, strict=True)
    assert other["message_imprint"]["hash_algorithm"]["algorithm"].native == "sha256"
    assert other["message_imprint"]["hashed_message"].native == IMPRINT
    assert (other["nonce"].native, other["cert_req"].native) == (nonce, certificates)
    parsed = parse_request(encoded)
    assert (parsed.hash_algorithm, parsed.imprint, parsed.nonce, parsed.certificates) == (
        oids.SHA256,
        IMPRINT,
        nonce,
        certificates,
    )
    assert (parsed.policy, parsed.extensions) == (None, False)


def test_a_request_is_for_sha256() -> None:
    with refused("timestamp-imprint"):
        request(b"short", None)


def test_a_request_may_name_a_policy_and_extensions() -> None:
    imprint = der.sequence(der.sequence(der.oid(oids.SHA256)), der.octets(IMPRINT))
    parsed = parse_request(
        der.sequence(der.integer(1), imprint, der.oid("2.999"), der.context(0, der.null()))
    )
    assert (parsed.policy, parsed.extensions, parsed.certificates) == ("2.999", True, False)


@pytest.mark.parametrize(
    ("code", "data"),
    [
        ("der", b""),
        ("der", request(IMPRINT, 1) + b"\x00"),
        ("timestamp-request", request(IMPRINT, 1).replace(der.integer(1), der.integer(2), 1)),
        ("timestamp-request", bytes(timestamp.MAX_MESSAGE_BYTES + 1)),
        (
            "timestamp-imprint",
            der.sequence(der.integer(1), der.sequence(der.sequence(der.oid(oids.SHA256)), der.octets(b""))),
        ),
    ],
)
def test_bad_requests_are_refused(code: str, data: bytes) -> None:
    with refused(code):
        parse_request(data)


def test_refusals_carry_their_reason() -> None:
    response = refusal(timestamp.UNACCEPTED_POLICY, "only one policy")
    other = tsp.PKIStatusInfo.load(der.read(response).only_child().raw, strict=True)
    assert other["status"].native == "rejection"
    assert other["fail_info"].native == {"unaccepted_policy"}
    with refused("timestamp-refused") as caught:
        token_of(response)
    assert caught.value.params["failure"] == 15
    assert "only one policy" in caught.value.message
    assert "does not serve the requested policy" in caught.value.message


@pytest.mark.parametrize("failure", [0, 2, 5, 7, 14, 15, 16, 17, 25])
def test_every_failure_bit_is_where_it_belongs(failure: int) -> None:
    with refused("timestamp-refused") as caught:
        token_of(refusal(failure, "no"))
    assert caught.value.params["failure"] == failure


def test_a_granted_response_holds_a_token() -> None:
    token = der.sequence(der.null())
    assert token_of(timestamp.granted(token)) == token
    assert (
        token_of(der.sequence(der.sequence(der.integer(1), der.sequence(der.utf8("with changes"))), token))
        == token
    )
    with refused("timestamp-response"):
        token_of(der.sequence(der.sequence(der.integer(0))))
    with refused("timestamp-refused"):
        token_of(der.sequence(der.sequence(der.integer(3))))
    with refused("timestamp-response"):
        token_of(bytes(timestamp.MAX_MESSAGE_BYTES + 1))
    with refused("der"):
        token_of(timestamp.granted(token)[:-1])


def info(**changes) -> TstInfo:
    values = {
        "policy": "2.999", "hash_algorithm": oids.SHA256, "imprint": IMPRINT, "serial": 2**127 + 9,
        "at": datetime(2021, 2, 1, 15, 0, 0, 250_000, tzinfo=UTC), "accuracy_us": 1_002_003, "ordering": True, "nonce": 77,
        "authority": der.context(4, der.sequence(b"")), **changes,
    }  # fmt: skip
    return TstInfo(**values)


@pytest.mark.parametrize(
    "said",
    [
        info(),
        info(accuracy_us=None, ordering=False, nonce=None, authority=b""),
        info(accuracy_us=1_000_000),
        info(accuracy_us=999),
        info(accuracy_us=1_000),
    ],
)
def test_what_a_token_says_survives(said: TstInfo) -> None:
    from_others = tsp.TSTInfo.load(encode_info(said), strict=True)
    assert from_others["serial_number"].native == said.serial
    assert from_others["gen_time"].native == said.at
    assert parse_token(wrapped(encode_info(said))).info == said


def wrapped(content: bytes, content_type: str = oids.TST_INFO) -> bytes:
    """A CMS around some content, unsigned as far as anybody cares here."""
    digest_algorithm = der.sequence(der.oid(oids.SHA256))
    signer = der.sequence(
        der.integer(3),
        der.context(0, b"k", constructed=False),
        digest_algorithm,
        der.sequence(der.oid(oids.RSA)),
        der.octets(b"s"),
    )
    encapsulated = der.sequence(der.oid(content_type), der.context(0, der.octets(content)))
    data = der.sequence(der.integer(3), der.set_of([digest_algorithm]), encapsulated, der.set_of([signer]))
    return der.sequence(der.oid(oids.SIGNED_DATA), der.context(0, data))


def test_a_token_is_time_stamp_information() -> None:
    with refused("timestamp-token"):
        parse_token(wrapped(encode_info(info()), oids.DATA))
    with refused("timestamp-token"):
        parse_token(wrapped(encode_info(info()).replace(der.integer(1), der.integer(2), 1)))
    with refused("der"):
        parse_token(wrapped(encode_info(info()) + b"\x00"))


@pytest.mark.parametrize(
    "accuracy", ["30030201ff", "3003800100", "300480020400", "3003810100", "3006800101800101", "300102"]
)
def test_an_impossible_accuracy_is_refused(accuracy: str) -> None:
    parts = [item.raw for item in der.read(encode_info(info(accuracy_us=1_000_000))).children()]
    parts[5] = bytes.fromhex(accuracy)
    token = wrapped(der.sequence(*parts))
    with pytest.raises(FormatError):
        parse_token(token)


def test_the_built_in_authority_states_the_time_it_was_given() -> None:
    parsed = parse_token(ministry().stamp(IMPRINT)).info
    assert f"{parsed.at:%Y-%m-%dT%H:%M:%SZ}" == NOW
    assert (parsed.imprint, parsed.accuracy_us) == (IMPRINT, 1_000_000)
