"""``paraph demo``: three real nodes, real processes, and what other people's programs say of the result."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.validation import ades
from pyhanko.sign.validation.policy_decl import PdfSignatureValidationSpec, SignatureValidationSpec
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager

from paraph.cli.demo.stage import NODES
from tests.e2e.conftest import Demo, paraph

pytestmark = pytest.mark.slow


@pytest.fixture(params=["mediated", "direct"])
def demo(request: pytest.FixtureRequest) -> Demo:
    made = request.getfixturevalue(request.param)
    assert isinstance(made, Demo)
    return made


def test_its_json_has_the_promised_shape(demo: Demo) -> None:
    assert demo.result.keys() >= {"seconds", "trust", "nodes"}
    assert set(demo.result["nodes"]) == set(NODES)
    for node in demo.result["nodes"].values():
        assert node.keys() >= {"originals", "container", "log", "verdict"}
        assert node["verdict"] == "pass"
        assert node["log"].keys() >= {"size", "root"}
        assert len(node["originals"]) == 6
        for original in node["originals"]:
            assert original.keys() >= {"path", "sha256", "instrument", "holder"}
            assert hashlib.sha256(Path(original["path"]).read_bytes()).hexdigest() == original["sha256"]
    assert {o["instrument"] for o in demo.result["nodes"]["israel"]["originals"]} == {
        "IL-KS/2021/1",
        "IL-KS/2021/2",
        "IL-KS/2021/3",
    }


def test_every_node_holds_the_same_files_and_the_same_log(demo: Demo) -> None:
    nodes = demo.result["nodes"].values()
    assert len({json.dumps(node["log"]) for node in nodes}) == 1
    assert len({node["container"]["sha256"] for node in nodes}) == 1
    for index in range(6):
        assert len({(n["originals"][index]["sha256"], n["originals"][index]["holder"]) for n in nodes}) == 1


def test_paraph_verify_passes_everything_and_nothing_without_trust(demo: Demo) -> None:
    files = [str(path) for path in (*demo.originals(), demo.container())]
    said = json.loads(paraph("verify", "--json", "--trust", str(demo.trust), *files))
    assert said["verdict"] == "pass"
    assert [f["verdict"] for f in said["files"]] == ["pass"] * 7
    for file in said["files"][:6]:
        assert [s["level"] for s in file["signatures"]] == ["B-LTA", "B-LTA"]
    said = json.loads(paraph("verify", "--json", *files[:1], expected=2))
    assert said["verdict"] == "indeterminate"
    assert {s["integrity"] for s in said["files"][0]["signatures"]} == {"pass"}


def test_one_changed_byte_fails(demo: Demo, tmp_path: Path) -> None:
    data = bytearray(demo.originals()[0].read_bytes())
    data[len(data) // 3] ^= 1
    (tmp_path / "changed.pdf").write_bytes(data)
    paraph("verify", "--trust", str(demo.trust), str(tmp_path / "changed.pdf"), expected=1)


@pytest.mark.tools("pdfsig")
def test_poppler_calls_every_signature_valid(demo: Demo) -> None:
    for path in demo.originals():
        said = subprocess.run(
            ["pdfsig", "-nocert", str(path)], capture_output=True, text=True, check=False
        ).stdout
        assert said.count("Signature is Valid.") == 2, said


@pytest.mark.tools("mutool")
def test_mupdf_calls_every_signature_valid(demo: Demo) -> None:
    for path in demo.originals():
        said = subprocess.run(
            ["mutool", "sign", "-v", str(path)], capture_output=True, text=True, check=False
        ).stdout
        assert said.count("The signature is valid") == 2, said


@pytest.mark.tools("qpdf")
def test_qpdf_has_no_complaint(demo: Demo) -> None:
    for path in demo.originals():
        done = subprocess.run(["qpdf", "--check", str(path)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "No syntax or stream encoding errors" in done.stdout


def test_pyhanko_passes_every_signature_for_the_long_term(demo: Demo) -> None:
    roots = [
        root for pem in demo.trust.glob("*.pem") for root in load_certs_from_pemder_data(pem.read_bytes())
    ]
    policy = CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build(trust_roots=roots),
        revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO),
    )
    spec = PdfSignatureValidationSpec(SignatureValidationSpec(cert_validation_policy=policy))
    soon = datetime.now(UTC) + timedelta(hours=1)
    timing = ValidationTimingInfo(
        validation_time=soon, best_signature_time=soon, point_in_time_validation=True
    )
    for path in demo.originals():
        reader = PdfFileReader(io.BytesIO(path.read_bytes()))
        assert len(reader.embedded_regular_signatures) == 2
        for signature in reader.embedded_regular_signatures:
            status = asyncio.run(ades.ades_lta_validation(signature, spec, timing))
            assert status.ades_subindic == AdESPassed.OK, (
                path.name,
                signature.field_name,
                status.failure_msg,
            )


@pytest.mark.tools("openssl", "unzip", "bash")
def test_what_verify_txt_says_can_be_done_by_hand(demo: Demo, tmp_path: Path) -> None:
    subprocess.run(["unzip", "-q", str(demo.container()), "-d", str(tmp_path)], check=True)
    assert (tmp_path / "VERIFY.txt").is_file()
    assert (tmp_path / "mimetype").read_bytes() == b"application/vnd.etsi.asic-e+zip"
    inside = {path.name: path.read_bytes() for path in (tmp_path / "originals").glob("*.pdf")}
    assert set(map(bytes, inside.values())) == {path.read_bytes() for path in demo.originals()}


def test_no_secret_and_no_sealed_deposit_is_left_on_any_node(demo: Demo) -> None:
    for name in NODES:
        said = json.loads(paraph("node", "status", "--json", "--home", str(demo.folder / "nodes" / name)))
        (dossier,) = said["dossiers"]
        assert dossier["plan"] == "concluded"
        assert (dossier["evidence"], dossier["void"], dossier["frozen"], dossier["failing"]) == (0, 0, "", {})
        assert dossier["acts"] == dossier["ordered"] == dossier["final"]


def test_nobody_complained(demo: Demo) -> None:
    for name in NODES:
        lines = (demo.folder / f"{name}.log").read_text().splitlines()
        assert not [line for line in lines if "Traceback" in line or "ERROR" in line], lines


def test_the_demonstration_wants_a_fresh_folder(demo: Demo) -> None:
    paraph("demo", "--dir", str(demo.folder), expected=1)
