"""What programs that know nothing of Paraph say about the files that it writes."""

from __future__ import annotations

import asyncio
import io
import subprocess
from datetime import UTC, datetime

import pytest
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import ades, validate_pdf_signature, validate_pdf_timestamp
from pyhanko.sign.validation.policy_decl import PdfSignatureValidationSpec, SignatureValidationSpec
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager

from paraph.wire import oids
from paraph.wire.pdf import SignedStep, TimestampStep, open_file, prepare_signature, prepare_timestamp, take
from paraph.wire.signed_data import parse_signed_data
from tests.support.signed_pdfs import concluded, ministry, original, rendered

# Judged half a day after signing, whatever the machine's clock says.
LATER = datetime(2026, 11, 22, tzinfo=UTC)
TIMING = ValidationTimingInfo(validation_time=LATER, best_signature_time=LATER, point_in_time_validation=True)


def run(*command: str, cwd) -> str:
    """Run a program that must succeed; its output."""
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, cwd=cwd)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout + result.stderr


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "signed.pdf").write_bytes(concluded()[0])
    (tmp_path / "roots.pem").write_bytes(
        ministry("IL").authority.root_pem + ministry("XK").authority.root_pem
    )
    return tmp_path


@pytest.mark.tools("pdfsig")
def test_poppler_finds_valid_signatures(folder) -> None:
    said = run("pdfsig", "-nocert", "signed.pdf", cwd=folder)
    assert said.count("Signature is Valid.") == 3
    for name in ("sig.first", "sig.second", "witness", "seal"):
        assert f"Signature Field Name: {name}\n" in said
    assert said.count("ETSI.CAdES.detached") == 3
    assert said.count("\n  - Total document signed") == 1


@pytest.mark.tools("mutool")
def test_mupdf_finds_valid_signatures(folder) -> None:
    # The status says "unknown certificate": MuPDF has no option to name trust anchors.
    said = subprocess.run(
        ["mutool", "sign", "-v", "signed.pdf"], capture_output=True, text=True, check=False, cwd=folder
    ).stdout
    assert said.count("The signature is valid") == 3


@pytest.mark.tools("qpdf")
@pytest.mark.parametrize("data", [rendered, original, lambda: concluded()[0]])
def test_qpdf_has_no_complaint(folder, data) -> None:
    (folder / "some.pdf").write_bytes(data())
    assert "No syntax or stream encoding errors" in run("qpdf", "--check", "some.pdf", cwd=folder)


@pytest.mark.tools("pdffonts")
def test_every_font_is_embedded(folder) -> None:
    lines = run("pdffonts", "signed.pdf", cwd=folder).splitlines()[2:]
    assert len(lines) >= 7
    assert all(line.split()[-5] == "yes" for line in lines)


@pytest.mark.tools("openssl")
def test_openssl_verifies_signatures_and_stamps(folder) -> None:
    file = open_file(original())
    for step in concluded()[1]:
        match step:
            case SignedStep():
                prepared = prepare_signature(file, step.step)
                signed = parse_signed_data(step.cms)
                (folder / "cms.der").write_bytes(step.cms)
                (folder / "signature.bin").write_bytes(signed.signature)
                (folder / "token.der").write_bytes(signed.unsigned[oids.SIGNATURE_TIMESTAMP][0])
            case TimestampStep():
                prepared = prepare_timestamp(file, field=step.field, reserved=step.reserved)
                (folder / "token.der").write_bytes(step.token)
            case _:
                file = take(file, step)
                continue
        start, end = prepared.gap
        (folder / "content.bin").write_bytes(prepared.document[:start] + prepared.document[end:])
        stamped = "content.bin"
        if isinstance(step, SignedStep):
            stamped = "signature.bin"
            run(
                "openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", "cms.der", "-content", "content.bin",
                "-CAfile", "roots.pem", "-attime", "1795305600", "-out", "/dev/null", cwd=folder,
            )  # fmt: skip
        run(
            "openssl", "ts", "-verify", "-data", stamped, "-in", "token.der", "-token_in", "-CAfile", "roots.pem",
            "-attime", "1795305600", cwd=folder,
        )  # fmt: skip
        file = take(file, step)


def test_pyhanko_passes_every_signature_for_the_long_term() -> None:

    roots = [
        root
        for country in ("IL", "XK")
        for root in load_certs_from_pemder_data(ministry(country).authority.root_pem)
    ]
    policy = CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build(trust_roots=roots),
        revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO),
    )
    spec = PdfSignatureValidationSpec(SignatureValidationSpec(cert_validation_policy=policy))
    reader = PdfFileReader(io.BytesIO(concluded()[0]))
    for signature in reader.embedded_regular_signatures:
        status = asyncio.run(ades.ades_lta_validation(signature, spec, TIMING))
        assert status.ades_subindic == AdESPassed.OK, (signature.field_name, status.failure_msg)


def test_pyhanko_finds_no_change_but_filled_fields() -> None:

    authorities = [ministry(country).authority for country in ("IL", "XK")]
    roots = [root for authority in authorities for root in load_certs_from_pemder_data(authority.root_pem)]
    reader = PdfFileReader(io.BytesIO(concluded()[0]))
    context = ValidationContext(trust_roots=roots, allow_fetching=False, moment=LATER)
    levels = []
    for signature in reader.embedded_regular_signatures:
        status = validate_pdf_signature(signature, context, ts_validation_context=context)
        assert status.bottom_line, signature.field_name
        levels.append(status.modification_level)
    assert levels == [
        ModificationLevel.FORM_FILLING,
        ModificationLevel.FORM_FILLING,
        ModificationLevel.LTA_UPDATES,
    ]
    (stamp,) = reader.embedded_timestamp_signatures
    seal = validate_pdf_timestamp(stamp, context)
    assert seal.valid
    assert seal.trusted
