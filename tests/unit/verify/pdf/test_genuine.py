"""Files made by other people's programs that have to be accepted."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable
from functools import partial

import pikepdf
import pytest
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter

from tests.adversarial.pdf import genuine, own
from tests.adversarial.pdf.genuine import archive, base, original, reserved, sign
from tests.unit.verify.judging import judge, reasons

# Said about files that are nevertheless accepted: pyHanko's stamper binds by SHA-1 and its writer touches the dates.
TOLERATED = {"metadata-changed", "signing-certificate-sha1", "subfilter-legacy", "version-changed"}


@pytest.fixture(autouse=True)
def _quiet() -> None:
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
    logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)


def saved(**options) -> bytes:
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(base("typst"))) as pdf:
        pdf.save(target, **options)
    return target.getvalue()


def twice(data: bytes, level: str = "B-T", **options) -> bytes:
    return sign(sign(reserved(data), "a", "a", "B-T", **options), "b", "b", level)


PACKED = {"object_stream_mode": pikepdf.ObjectStreamMode.generate}

KINDS = ("tiny", "streams", "typst")
LEVELS = ("B-B", "B-T", "B-LT", "B-LTA")

FILES: dict[str, Callable[[], bytes]] = {
    **{f"{kind}-{level}": partial(original, level, kind) for kind in KINDS for level in LEVELS},
    "linearised": lambda: twice(saved(linearize=True)),
    "linearised-packed": lambda: twice(saved(linearize=True, **PACKED)),
    "packed-archived": lambda: twice(saved(**PACKED), "B-LTA"),
    "archived-twice": lambda: archive(original("B-LTA", "typst")),
    "older-encoding": lambda: twice(base("tiny"), subfilter=SigSeedSubFilter.ADOBE_PKCS7_DETACHED),
    "sha512": lambda: twice(base("tiny"), md_algorithm="sha512"),
    "pss": lambda: sign(reserved(base("tiny")), "b", "b", "B-T", signer_options={"prefer_pss": True}),
    "certified-filling": lambda: twice(base("tiny"), certify=True, docmdp_permissions=MDPPerm.FILL_FORMS),
    "certified-nothing": lambda: archive(
        sign(reserved(base("tiny")), "a", "a", "B-LT", certify=True, docmdp_permissions=MDPPerm.NO_CHANGES)
    ),
    "locked": lambda: sign(sign(reserved(base("tiny"), lock=True), "a", "a", "B-T"), "b", "b", "B-T"),
    "invisible": lambda: sign(sign(base("tiny"), "x", "a", "B-T", new=True), "y", "b", "B-T", new=True),
    "visible-first": lambda: sign(base("typst"), "x", "a", "B-T", new=True, box=(10, 10, 100, 60)),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_genuine_files_pass(name: str) -> None:
    report = judge(FILES[name]())
    assert (report.verdict, reasons(report) - TOLERATED) == ("pass", set())


def test_coverage_says_what_came_later() -> None:
    report = judge(own.concluded())
    assert [item.covers for item in (*report.signatures, *report.timestamps)] == [
        "revision 3 of 7; later: signature sig.kosovo, signature sig.witness, validation data, time stamp seal",
        "revision 4 of 7; later: signature sig.witness, validation data, time stamp seal",
        "revision 5 of 7; later: validation data, time stamp seal",
        "whole file",
    ]


def test_a_seal_on_a_page_without_fields_may_bring_a_tab_order() -> None:
    assert judge(own.concluded(page=1)).verdict == "pass"


def test_the_agreed_original_is_the_beginning_of_the_signed_file() -> None:
    agreed, signed = own.agreed(), own.concluded()
    assert judge(signed, base=agreed).verdict == "pass"
    for wrong in (
        own.agreed(genuine.TYPST.replace("Memorandum", "Surrender")),
        agreed[:-1] + b"\r",
        agreed[:-40],
        signed[:-9],
    ):
        report = judge(signed, base=wrong)
        assert (report.verdict, "not-the-agreed-original" in report.codes()) == ("fail", True)


def test_something_between_the_agreed_original_and_the_first_signature_is_told() -> None:
    agreed = reserved(base("tiny"))
    between = genuine.update(agreed, lambda writer: writer.update_root())
    report = judge(sign(between, "a", "a", "B-T"), base=agreed)
    assert "not-the-agreed-original" in report.codes()


def test_what_is_not_signed_does_not_pass() -> None:
    report = judge(own.agreed())
    assert (report.verdict, reasons(report)) == ("fail", {"no-signature"})
