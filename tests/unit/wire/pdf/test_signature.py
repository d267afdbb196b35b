from __future__ import annotations

import hashlib
import re

import pytest

from paraph.wire import der
from paraph.wire.pdf import SignatureStep, embed, open_file, prepare_signature
from paraph.wire.pdf.fields import find_field
from paraph.wire.pdf.objects import Dictionary, Ref
from tests.support.refused import refused
from tests.support.signed_pdfs import original, step

CMS = der.sequence(der.octets(b"x" * 1000))


def test_the_digest_covers_everything_but_the_gap() -> None:
    prepared = prepare_signature(original(), step("sig.first"))
    start, end = prepared.gap
    document = prepared.document
    assert document[start : start + 1] == b"<"
    assert document[end - 1 : end] == b">"
    assert document[start + 1 : end - 1] == b"0" * 2 * 8192
    outside = document[:start] + document[end:]
    assert prepared.digest == hashlib.sha256(outside).digest() == prepared.digest_by("sha256")
    assert prepared.digest_by("sha384") == hashlib.sha384(outside).digest()
    found = re.search(rb"/ByteRange(\[0 (\d+) (\d+) (\d+) *\])/Contents<", document)
    assert found is not None
    assert len(found[1]) == 48
    assert (int(found[2]), int(found[3]), int(found[4])) == (start, end, len(document) - end)


def test_embedding_fills_the_gap_and_changes_nothing_else() -> None:
    prepared = prepare_signature(original(), step("sig.first"))
    start, end = prepared.gap
    signed = embed(prepared, CMS)
    assert signed[: start + 1] == prepared.document[: start + 1]
    assert signed[end - 1 :] == prepared.document[end - 1 :]
    assert signed[start + 1 : end - 1] == CMS.hex().encode().ljust(2 * 8192, b"0")
    assert signed.startswith(original())


def test_the_dictionary_says_who_when_and_where() -> None:
    signed = open_file(embed(prepare_signature(original(), step("sig.second")), CMS))
    field = find_field(signed, "sig.second").dictionary
    signature = signed.dictionary(field["V"], "")
    assert list(signature) == [
        "Type",
        "Filter",
        "SubFilter",
        "M",
        "Name",
        "Location",
        "ByteRange",
        "Contents",
    ]
    assert (signature["Type"], signature["Filter"], signature["SubFilter"]) == (
        "Sig",
        "Adobe.PPKLite",
        "ETSI.CAdES.detached",
    )
    assert (signature["M"], signature["Location"]) == (b"D:20261121120000Z", b"Jerusalem")
    name = signature["Name"]
    assert isinstance(name, bytes)
    assert name.decode("utf-16") == step("sig.second").name
    appearance = field["AP"]
    assert isinstance(appearance, Dictionary)
    assert appearance["N"] == Ref(open_file(original()).size + 1)


def test_an_invisible_signature_keeps_the_empty_appearance() -> None:
    before = find_field(open_file(original()), "witness").dictionary
    signed = embed(
        prepare_signature(original(), step("witness", appearance=b"", place="", reason="To witness")), CMS
    )
    after = find_field(open_file(signed), "witness").dictionary
    assert after["AP"] == before["AP"]
    assert b"/Reason(To witness)" in signed[len(original()) :]
    assert b"/Location" not in signed[len(original()) :]


def test_an_open_file_and_its_bytes_give_the_same() -> None:
    one = prepare_signature(original(), step("sig.first"))
    other = prepare_signature(open_file(original()), step("sig.first"))
    assert (one.document, one.gap, one.digest) == (other.document, other.gap, other.digest)


@pytest.mark.parametrize(
    "changes",
    [
        {"place": "Pristina"}, {"name": "Other"}, {"signed_at": "2026-11-21T12:00:01Z"}, {"reserved": 8193},
        {"appearance": b""}, {"reason": "x"},
    ],
)  # fmt: skip
def test_every_parameter_is_signed(changes: dict[str, str | int | bytes]) -> None:
    assert (
        prepare_signature(original(), step("sig.first")).digest
        != prepare_signature(original(), step("sig.first", **changes)).digest
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"signed_at": "2026-11-21T12:00:00+00:00"}, {"signed_at": "2026-11-21T12:00:00.5Z"}, {"signed_at": "2026-13-21T12:00:00Z"},
        {"signed_at": "2026-11-21T24:00:00Z"}, {"signed_at": "٢٠٢٦-11-21T12:00:00Z"}, {"signed_at": "2026-11-21T12:00:00Z\n"},
        {"name": ""}, {"name": "x" * 301}, {"place": "x" * 301}, {"reserved": 1023}, {"reserved": 65_537},
    ],
)  # fmt: skip
def test_impossible_parameters_are_refused(changes: dict[str, str | int | bytes]) -> None:
    with refused("signature-step"):
        prepare_signature(original(), step("sig.first", **changes))


def test_control_characters_do_not_reach_the_file() -> None:
    with refused("pdf-text"):
        prepare_signature(original(), step("sig.first", name="a\x00b"))


def test_a_field_is_signed_once() -> None:
    signed = embed(prepare_signature(original(), step("sig.first")), CMS)
    with refused("field-signed"):
        prepare_signature(signed, step("sig.first"))


def test_a_field_has_to_exist() -> None:
    with refused("field-unknown"):
        prepare_signature(
            original(), SignatureStep(field="sig.third", signed_at="2026-11-21T12:00:00Z", name="x")
        )


@pytest.mark.parametrize(
    ("code", "cms"),
    [
        ("cms-size", der.sequence(der.octets(b"x" * 8192))),
        ("cms-frame", b""),
        ("cms-frame", b"\x30"),
        ("cms-frame", CMS + b"\x00"),
        ("cms-frame", CMS[:-1]),
        ("cms-frame", b"\x31\x00"),
        ("cms-frame", b"\x30\x80\x00\x00"),
        ("cms-frame", b"\x30\x85\x00\x00\x00\x00\x00"),
    ],
)
def test_only_one_whole_sequence_is_embedded(code: str, cms: bytes) -> None:
    with refused(code):
        embed(prepare_signature(original(), step("sig.first")), cms)
