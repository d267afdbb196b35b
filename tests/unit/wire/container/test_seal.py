from __future__ import annotations

import hashlib

import pytest

from paraph.domain.ids import Utc
from paraph.wire import der, oids
from paraph.wire.cms import SignerProfile, assemble, parse_signed_data
from paraph.wire.container.seal import seal_attributes
from tests.support.package import conclude


def profile() -> SignerProfile:
    signer = conclude()[0].people[conclude()[0].parties[0]].seal.signer()
    return SignerProfile(certificate=signer.certificate, chain=signer.chain, algorithm=signer.algorithm)


@pytest.mark.parametrize("at", ["2026-03-02T09:00:00Z", "2049-12-31T23:59:59Z", "2050-01-01T00:00:00Z"])
def test_a_seal_states_the_manifest_and_the_time(at: str) -> None:
    attributes = seal_attributes(profile(), b"manifest", Utc(at))
    data = parse_signed_data(assemble(profile(), attributes, b"signature"))
    assert data.message_digest == hashlib.sha256(b"manifest").digest()
    (value,) = data.signed[oids.SIGNING_TIME]
    assert f"{der.read(value).as_time():%Y-%m-%dT%H:%M:%SZ}" == at
    assert value[0] == (der.UTC_TIME if at < "2050" else der.GENERALIZED_TIME)
    assert data.content is None
    assert oids.SIGNING_CERTIFICATE_V2 in data.signed
