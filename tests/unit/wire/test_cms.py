from __future__ import annotations

import hashlib

import pytest
from asn1crypto import cms as reference
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID

from paraph.adapters.signing.keys import KeySigner
from paraph.wire import der, oids
from paraph.wire.cms import ALGORITHMS, SignerProfile, assemble, to_be_signed
from paraph.wire.signed_data import (
    MAX_ATTRIBUTES,
    MAX_CERTIFICATES,
    IssuerSerial,
    certificate_references,
    parse_signed_data,
)
from tests.support.refused import refused
from tests.support.signed_pdfs import ministry

CONTENT = b"what the parties agreed"
DIGEST = hashlib.sha256(CONTENT).digest()


def profile(**changes) -> SignerProfile:
    signer = ministry().signer
    values = {
        "certificate": signer.certificate,
        "chain": signer.chain,
        "algorithm": signer.algorithm,
        **changes,
    }
    return SignerProfile(**values)


def signed(attributes: bytes | None = None, **changes) -> bytes:
    attributes = to_be_signed(profile(), DIGEST) if attributes is None else attributes
    return assemble(profile(), attributes, ministry().signer.sign(attributes), **changes)


def self_signed(key) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "DEMO key")])
    start = x509.load_der_x509_certificate(ministry().signer.certificate).not_valid_before_utc
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    return (
        builder.serial_number(2**100 + 1)
        .not_valid_before(start)
        .not_valid_after(start.replace(year=2036))
        .sign(key, hashes.SHA256())
    )


def test_what_is_built_is_what_is_parsed() -> None:
    token = ministry().stamp(DIGEST)
    attributes = to_be_signed(profile(), DIGEST)
    parsed = parse_signed_data(signed(timestamp_token=token))
    certificate = x509.load_der_x509_certificate(ministry().signer.certificate)
    assert parsed.signed_attributes == attributes
    assert parsed.message_digest == DIGEST
    assert parsed.signed_content_type == parsed.content_type == oids.DATA
    assert parsed.content is None
    assert set(parsed.certificates) == {ministry().signer.certificate, *ministry().signer.chain}
    assert parsed.signer == IssuerSerial(
        issuer=certificate.issuer.public_bytes(), serial=certificate.serial_number
    )
    assert (parsed.digest_algorithm, parsed.signature_algorithm, parsed.signature_parameters) == (
        oids.SHA256,
        oids.ECDSA_SHA256,
        b"",
    )
    assert parsed.unsigned == {oids.SIGNATURE_TIMESTAMP: (token,)}
    assert set(parsed.signed) == {
        oids.CONTENT_TYPE,
        oids.MESSAGE_DIGEST,
        oids.SIGNING_CERTIFICATE_V2,
        oids.COMMITMENT_TYPE,
    }
    key = certificate.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    key.verify(parsed.signature, attributes, ec.ECDSA(hashes.SHA256()))


def test_another_reader_agrees() -> None:
    info = reference.ContentInfo.load(signed(timestamp_token=ministry().stamp(DIGEST)), strict=True)
    (signer,) = info["content"]["signer_infos"]
    assert {attribute["type"].dotted for attribute in signer["signed_attrs"]} == {
        oids.CONTENT_TYPE,
        oids.MESSAGE_DIGEST,
        oids.SIGNING_CERTIFICATE_V2,
        oids.COMMITMENT_TYPE,
    }
    assert signer["signed_attrs"].untag().dump(force=True) == to_be_signed(profile(), DIGEST)
    assert info["content"]["version"].native == "v1"


def test_attributes_are_in_der_order() -> None:
    items = [
        item.raw for item in der.read(to_be_signed(profile(policy=("2.999.1", DIGEST)), DIGEST)).children()
    ]
    assert items == sorted(items)
    assert len(items) == 5


def test_the_signing_certificate_is_named_by_digest_and_issuer() -> None:
    (reference_,) = certificate_references(parse_signed_data(signed()).signed)
    certificate = x509.load_der_x509_certificate(ministry().signer.certificate)
    assert reference_.digest_algorithm == oids.SHA256
    assert reference_.digest == hashlib.sha256(ministry().signer.certificate).digest()
    assert reference_.issuer == IssuerSerial(
        issuer=certificate.issuer.public_bytes(), serial=certificate.serial_number
    )


def test_commitment_and_policy_are_optional() -> None:
    bare = parse_signed_data(signed(to_be_signed(profile(), DIGEST, commitment=None)))
    assert oids.COMMITMENT_TYPE not in bare.signed
    full = parse_signed_data(signed(to_be_signed(profile(policy=("2.999.7", DIGEST)), DIGEST)))
    (commitment,) = full.signed[oids.COMMITMENT_TYPE]
    assert der.read(commitment).only_child().as_oid() == oids.COMMITMENT_APPROVAL
    (policy,) = full.signed[oids.SIGNATURE_POLICY]
    assert der.read(policy).children()[0].as_oid() == "2.999.7"


@pytest.mark.parametrize("algorithm", list(ALGORITHMS))
def test_each_algorithm_signs_and_names_itself(algorithm: str) -> None:
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
    if algorithm == "rsa-pkcs1-sha256":
        key = rsa.generate_private_key(65_537, 3072)
    else:
        key = ec.generate_private_key(ec.SECP256R1() if "p256" in algorithm else ec.SECP384R1())
    signer = KeySigner(key, self_signed(key), ())
    assert signer.algorithm == algorithm
    who = SignerProfile(certificate=signer.certificate, chain=(), algorithm=algorithm)
    attributes = to_be_signed(who, hashlib.new(who.digest, CONTENT).digest())
    parsed = parse_signed_data(assemble(who, attributes, signer.sign(attributes)))
    assert parsed.digest_algorithm == ALGORITHMS[algorithm].digest_oid
    public = key.public_key()
    digest = hashes.SHA384() if algorithm == "ecdsa-p384-sha384" else hashes.SHA256()
    if isinstance(public, rsa.RSAPublicKey):
        assert (parsed.signature_algorithm, parsed.signature_parameters) == (oids.RSA, der.null())
        public.verify(parsed.signature, attributes, padding.PKCS1v15(), digest)
    else:
        public.verify(parsed.signature, attributes, ec.ECDSA(digest))


def test_a_digest_has_to_fit_the_key() -> None:
    for wrong in (b"", DIGEST[:20], hashlib.sha384(CONTENT).digest()):
        with refused("cms-profile"):
            to_be_signed(profile(), wrong)
    with refused("cms-profile"):
        to_be_signed(profile(algorithm="ecdsa-p384-sha384"), DIGEST)
    with refused("cms-profile"):
        to_be_signed(profile(algorithm="rsa-md5"), DIGEST)
    with refused("der"):
        to_be_signed(profile(certificate=b"no certificate"), DIGEST)


def rebuilt(
    *,
    attributes=None,
    signers: int = 1,
    certificates=(),
    unsigned=(),
    content_type=oids.SIGNED_DATA,
    sid=None,
) -> bytes:
    """A CMS from parts that the builder would not put together like this."""
    digest_algorithm = der.sequence(der.oid(oids.SHA256), der.null())
    attributes = (
        [item.raw for item in der.read(to_be_signed(profile(), DIGEST)).children()]
        if attributes is None
        else attributes
    )
    signer = der.sequence(
        der.integer(3),
        der.context(0, b"\x01\x02", constructed=False) if sid is None else sid,
        digest_algorithm,
        der.context(0, *attributes),
        der.sequence(der.oid(oids.ECDSA_SHA256)),
        der.octets(b"signature"),
        der.context(1, *unsigned) if unsigned else b"",
    )
    data = der.sequence(
        der.integer(3),
        der.tlv(der.SET, digest_algorithm),
        der.sequence(der.oid(oids.DATA)),
        der.context(0, *certificates) if certificates else b"",
        der.context(1, der.sequence(b"")),
        der.tlv(der.SET, *[signer] * signers),
    )
    return der.sequence(der.oid(content_type), der.context(0, data))


def attribute(number: int) -> bytes:
    return der.sequence(der.oid(f"2.999.{number}"), der.set_of([der.null(), der.integer(number)]))


def test_what_others_write_differently_is_accepted() -> None:
    attributes = [item.raw for item in reversed(der.read(to_be_signed(profile(), DIGEST)).children())] + [
        attribute(5)
    ]
    parsed = parse_signed_data(
        rebuilt(
            attributes=attributes,
            certificates=[der.sequence(der.null()), der.context(1, b"")],
            unsigned=[attribute(6)],
        )
    )
    assert parsed.signer == b"\x01\x02"
    assert parsed.signed_attributes == der.tlv(der.SET, *attributes)
    assert parsed.message_digest == DIGEST
    assert parsed.signed["2.999.5"] == (der.integer(5), der.null())
    assert parsed.certificates == (der.sequence(der.null()),)
    assert parsed.crls == (der.sequence(b""),)
    assert parsed.unsigned.keys() == {"2.999.6"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"signers": 0}, {"signers": 2}, {"content_type": oids.DATA}, {"attributes": [attribute(1), attribute(1)]},
        {"unsigned": [attribute(1), attribute(1)]}, {"attributes": [attribute(n) for n in range(MAX_ATTRIBUTES + 1)]},
        {"certificates": [der.sequence(b"")] * (MAX_CERTIFICATES + 1)},
    ],
)  # fmt: skip
def test_what_cannot_be_judged_is_refused(wrong) -> None:
    with refused("cms"):
        parse_signed_data(rebuilt(**wrong))


@pytest.mark.parametrize(
    "change",
    [lambda d: d + b"\x00", lambda d: d[:-1], lambda d: b"\x30\x80" + d[4:] + b"\x00\x00", lambda _: b""],
)
def test_padding_and_indefinite_lengths_are_refused(change) -> None:
    with refused("der"):
        parse_signed_data(change(signed()))


def test_missing_attributes_are_none() -> None:
    parsed = parse_signed_data(rebuilt(attributes=[attribute(1)]))
    assert parsed.message_digest is None
    assert parsed.signed_content_type is None
    assert certificate_references(parsed.signed) == ()


def test_the_first_version_of_the_certificate_attribute_is_sha1() -> None:
    value = der.sequence(der.sequence(der.sequence(der.octets(b"x" * 20))))
    (found,) = certificate_references({oids.SIGNING_CERTIFICATE: (value,)})
    assert (found.digest_algorithm, found.digest, found.issuer) == (oids.SHA1, b"x" * 20, None)


def test_the_second_version_may_name_its_digest() -> None:
    identifier = der.sequence(der.sequence(der.oid(oids.SHA384)), der.octets(b"x" * 48))
    (found,) = certificate_references(
        {oids.SIGNING_CERTIFICATE_V2: (der.sequence(der.sequence(identifier)),)}
    )
    assert (found.digest_algorithm, found.issuer) == (oids.SHA384, None)


def test_an_ambiguous_certificate_attribute_is_refused() -> None:
    value = der.sequence(der.sequence(der.sequence(der.octets(b"x" * 32))))
    with refused("cms"):
        certificate_references({oids.SIGNING_CERTIFICATE_V2: (value, value)})
    odd = der.sequence(der.octets(b"x" * 32), der.sequence(der.sequence(der.null()), der.integer(1)))
    with refused("cms"):
        certificate_references({oids.SIGNING_CERTIFICATE_V2: (der.sequence(der.sequence(odd)),)})
