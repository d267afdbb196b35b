from __future__ import annotations

import hashlib
import json
from xml.etree import ElementTree

import pytest

from paraph.errors import FormatError
from paraph.wire.container.archive import MIMETYPE, MIMETYPE_NAME, Member
from paraph.wire.container.manifest import (
    manifest_name,
    objects_digest,
    read_manifest,
    signature_name,
    write_manifest,
)

MEMBERS = (
    Member(MIMETYPE_NAME, MIMETYPE),
    Member("README.txt", b"hello\n"),
    Member("acts/0000.json", b"{}"),
    Member("META-INF/ASiCManifest001.xml", b"<manifest/>"),
)
ASIC = "{http://uri.etsi.org/02918/v1.2.1#}"
DSIG = "{http://www.w3.org/2000/09/xmldsig#}"


def test_a_manifest_is_read_back() -> None:
    digests = read_manifest(2, write_manifest(2, MEMBERS))
    assert digests == {m.name: hashlib.sha512(m.data).digest() for m in MEMBERS[1:3]}


def test_an_xml_parser_finds_what_the_standard_asks_for() -> None:
    root = ElementTree.fromstring(write_manifest(1, MEMBERS))
    assert root.tag == f"{ASIC}ASiCManifest"
    reference, *objects = list(root)
    assert reference.tag == f"{ASIC}SigReference"
    assert reference.attrib == {"URI": signature_name(1), "MimeType": "application/pkcs7-signature"}
    assert [item.attrib["URI"] for item in objects] == ["README.txt", "acts/0000.json"]
    for item in objects:
        method = item.find(f"{DSIG}DigestMethod")
        assert method is not None
        assert method.attrib["Algorithm"].endswith("#sha512")


def test_parties_share_the_list_and_differ_in_their_seal() -> None:
    assert manifest_name(1) != manifest_name(2)
    first, second = write_manifest(1, MEMBERS), write_manifest(2, MEMBERS)
    assert first != second
    assert first.replace(b"signature001", b"signature002") == second


@pytest.mark.parametrize(
    "change",
    [
        (b"  <asic:Data", b"<asic:Data"),
        (b"README.txt", b"READ&amp;ME"),
        (b"xmlenc#sha512", b"xmlenc#sha256"),
        (b"</asic:ASiCManifest>\n", b"</asic:ASiCManifest>"),
        (b"signature001", b"signature002"),
        (b"<?xml", b"<!DOCTYPE x><?xml"),
        (b"==</ds", b"=</ds"),
    ],
)
def test_there_is_one_way_to_write_a_manifest(change: tuple[bytes, bytes]) -> None:
    genuine = write_manifest(1, MEMBERS)
    assert change[0] in genuine
    with pytest.raises(FormatError) as error:
        read_manifest(1, genuine.replace(*change))
    assert error.value.code == "manifest-format"


def test_bytes_that_are_not_text_are_no_manifest() -> None:
    with pytest.raises(FormatError, match="manifest"):
        read_manifest(1, b"\xff" + write_manifest(1, MEMBERS))


def test_the_objects_digest_names_names_sizes_and_contents_outside_meta_inf() -> None:
    listing = [
        {"name": m.name, "sha512": hashlib.sha512(m.data).hexdigest(), "size": len(m.data)}
        for m in MEMBERS[:3]
    ]
    canonical = json.dumps(listing, separators=(",", ":"), sort_keys=True).encode()
    assert objects_digest(MEMBERS) == hashlib.sha256(canonical).hexdigest()
    assert objects_digest(MEMBERS[:3]) == objects_digest(MEMBERS)
    assert objects_digest(MEMBERS[:2]) != objects_digest(MEMBERS)
