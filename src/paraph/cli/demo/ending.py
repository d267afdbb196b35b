"""How the demonstration ends: files, digests, verdicts, and how to check them with other people's tools."""

from __future__ import annotations

import hashlib
import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from paraph.app.dossiers import load
from paraph.cli.demo.stage import NODES, Stage
from paraph.errors import TransientError
from paraph.verify.anchors import TrustAnchors
from paraph.verify.container import verify_container
from paraph.verify.pdf.file import verify_pdf
from paraph.verify.verdict import Verdict, worst
from paraph.wire.card import unpack_card

__all__ = ["describe_end", "finish"]

PATIENCE_S = 30


def finish(stage: Stage, *, seconds: float) -> dict[str, Any]:
    """Export everything on every node, verify it offline, and say what there is."""
    stage.tell("9  Every node exports its originals and its container, and verifies them offline")
    out = stage.folder / "out"
    trust = out / "trust"
    trust.mkdir(parents=True)
    anchors: list[bytes] = []
    for name in NODES:
        for index, pem in enumerate(unpack_card(stage.opened(name).node.card).anchors):
            (trust / f"DEMO-{name}-{index}.pem").write_text(pem, "ascii")
            anchors.append(pem.encode("ascii"))
    trusted = TrustAnchors.load(anchors)
    logs = _settled(stage)
    nodes = {}
    for name in NODES:
        folder = out / name
        stage.command(name, "dossier", "originals", "--dossier", stage.dossier, "--out", str(folder))
        container = folder / "dossier.asice"
        stage.command(name, "dossier", "export", "--dossier", stage.dossier, "--out", str(container))
        nodes[name] = _look(folder, container, trusted, logs[name])
    result = {"seconds": seconds, "trust": str(trust), "nodes": nodes}
    (out / "demo.json").write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return result


def _settled(stage: Stage) -> dict[str, dict[str, Any]]:
    """Wait until all nodes have the same final log, and return it by node."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        logs: dict[str, dict[str, Any]] = {}
        for name in NODES:
            node = stage.opened(name).node
            with node.store.read() as uow:
                current = load(node, uow, stage.dossier)
                whole = current.final == current.view.size == uow.act_count(stage.dossier)
            logs[name] = {"size": current.view.size, "root": current.view.tree.root().hex(), "final": whole}
        same = len({(log["size"], log["root"]) for log in logs.values()}) == 1
        if same and all(log["final"] for log in logs.values()):
            return {name: {"size": log["size"], "root": log["root"]} for name, log in logs.items()}
        if time.monotonic() > deadline:
            raise TransientError("demo-slow", f"the logs are not the same after {PATIENCE_S} s: {logs}")
        time.sleep(0.05)


def _look(folder: Path, container: Path, anchors: TrustAnchors, log: dict[str, Any]) -> dict[str, Any]:
    at = datetime.now(UTC)
    verdicts: list[Verdict] = []
    originals = []
    for path in sorted(folder.glob("*.pdf")):
        data = path.read_bytes()
        verdicts.append(verify_pdf(data, path=str(path), anchors=anchors, at=at).verdict)
        instrument, holder, _ = path.name.rsplit(".", 2)
        originals.append(
            {
                "path": str(path),
                "sha256": hashlib.sha256(data).hexdigest(),
                "instrument": instrument.replace("-", "/").replace("IL/KS", "IL-KS"),
                "holder": holder,
            }
        )
    data = container.read_bytes()
    verdicts.append(verify_container(data, path=str(container), anchors=anchors, at=at).verdict)
    return {
        "originals": originals,
        "container": {"path": str(container), "sha256": hashlib.sha256(data).hexdigest()},
        "log": log,
        "verdict": str(worst(verdicts)),
    }


def describe_end(stage: Stage, result: dict[str, Any]) -> None:
    """Say where to look and how to check it without Paraph."""
    nodes = result["nodes"]
    first = nodes[NODES[0]]
    stage.tell("")
    stage.tell(f"Concluded in {result['seconds']} s. The same originals on every node:")
    for index, original in enumerate(first["originals"]):
        same = all(n["originals"][index]["sha256"] == original["sha256"] for n in nodes.values())
        stage.tell(
            f"  {original['sha256']}  {Path(original['path']).name}  {'identical' if same else 'DIFFERENT'}"
        )
    same = len({n["container"]["sha256"] for n in nodes.values()}) == 1
    stage.tell(f"  {first['container']['sha256']}  dossier.asice  {'identical' if same else 'DIFFERENT'}")
    for name, node in nodes.items():
        stage.tell(
            f"  {name:<10} log of {node['log']['size']} acts, root {node['log']['root'][:16]}…  {node['verdict']}"
        )
    original, container = first["originals"][0]["path"], first["container"]["path"]
    trust = result["trust"]
    stage.tell("")
    stage.tell(f"Look at   {original}")
    stage.tell(f"Verify    .venv/bin/paraph verify --trust {trust} {Path(original).parent}/*")
    stage.tell("or with other people's tools:")
    stage.tell(f"  sha256sum {stage.folder}/out/*/*.pdf")
    stage.tell(f"  pdfsig {original}")
    stage.tell(f"  qpdf --check {original}")
    stage.tell(f"  unzip -p {container} VERIFY.txt     # and do what it says, with openssl")
