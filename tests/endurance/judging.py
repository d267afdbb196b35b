"""What has to hold when a package is concluded after crashes."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from paraph.app.container import finished_container
from paraph.app.dossiers import Current, load
from paraph.app.finished import finished_original
from paraph.app.node import Node
from paraph.bootstrap.opening import OpenNode, open_node
from paraph.cli.demo.stage import NODES
from paraph.cli.demo.story import MINISTRIES
from paraph.domain.ids import DossierId
from paraph.verify.anchors import TrustAnchors
from paraph.verify.container import verify_container
from paraph.verify.pdf.file import verify_pdf
from paraph.verify.verdict import Verdict
from paraph.wire.act import read_act
from paraph.wire.card import unpack_card
from paraph.wire.checkpoint import read_checkpoint
from paraph.wire.merkle import Tree, leaf_hash
from paraph.wire.note import Note
from tests.endurance.homes import STORE

__all__ = ["CONCLUDED", "Witness", "judge"]

CONCLUDED: Final = {
    "dossier-opened": 1,
    "dossier-joined": 2,
    "party-described": 2,
    "certificate-presented": 2,
    "text-proposed": 3,
    "text-accepted": 3,
    "text-initialled": 6,
    "originals-engrossed": 6,
    "full-powers-presented": 2,
    "signing-ordered": 2,
    "plan-proposed": 1,
    "plan-accepted": 2,
    "signature-deposited": 2,
    "deposit-held": 2,
    "exchange-released": 1,
    "signature-revealed": 2,
    "signatures-countersigned": 2,
    "originals-sealed": 1,
    "originals-received": 2,
    "container-engrossed": 1,
    "container-sealed": 2,
}
"""The acts of a package of three instruments between two parties with a mediator: not one more, crashes or not."""


class Witness:
    """All that was durable on any node whenever somebody looked: one act in each place, one root for each size."""

    def __init__(self, dossier: DossierId) -> None:
        self.dossier = dossier
        self.acts: dict[tuple[str, int], str] = {}
        self.roots: dict[tuple[str, int], bytes] = {}
        self.faults: list[str] = []

    def look(self, name: str, home: Path) -> None:
        """Remember what a node's home holds now."""
        self._look_at_guard(name, home)
        with closing(sqlite3.connect(f"file:{home / STORE}?mode=ro", uri=True)) as store:
            for author, seq, act in store.execute("SELECT author, author_seq, act FROM paraph_act"):
                if self.acts.setdefault((author, seq), act) != act:
                    self.faults.append(f"{author} made two acts number {seq}; one of them is on {name}")
            notes = [bytes(data) for (data,) in store.execute("SELECT note FROM paraph_note")]
        for data in notes:
            note = Note.read(data)
            checkpoint = read_checkpoint(note)
            for signer in {line.name for line in note.lines}:
                self._signed(signer, checkpoint.size, checkpoint.root, f"a note on {name}")

    def _look_at_guard(self, name: str, home: Path) -> None:
        path = home / "guard" / f"{self.dossier}.json"
        told: dict[str, Any] = json.loads(path.read_bytes()) if path.exists() else {}
        if told.get("root"):
            self._signed(name, told["size"], bytes.fromhex(told["root"]), f"the guard of {name}")

    def _signed(self, signer: str, size: int, root: bytes, where: str) -> None:
        if self.roots.setdefault((signer, size), root) != root:
            self.faults.append(f"{signer} signed two roots for size {size}; one of them is in {where}")

    def compare(self, tree: Tree, acts: Mapping[tuple[str, int], str]) -> Iterable[str]:
        """What does not lie on the way to the final log."""
        yield from self.faults
        for (author, seq), act in self.acts.items():
            if acts.get((author, seq)) != act:
                yield f"act {seq} of {author} was durable once and is not in the log"
        for (signer, size), root in self.roots.items():
            if size > tree.size or tree.root(size) != root:
                yield f"{signer} signed another root for size {size} than that of the log"


def judge(homes: Mapping[str, Path], dossier: DossierId, witness: Witness) -> dict[str, Any]:
    """Compare the nodes with each other and with what was seen on the way; ``faults`` is empty if all is well."""
    faults: list[str] = []
    told: dict[str, Any] = {}
    for name in NODES:
        witness.look(name, homes[name])
        opened = open_node(homes[name])
        try:
            told[name] = _look(opened, dossier, witness, faults)
        finally:
            opened.close()
    faults += [
        f"the nodes differ in {key}: {[told[name][key] for name in NODES]}"
        for key in ("log", "originals", "container")
        if len({json.dumps(told[name][key], sort_keys=True) for name in NODES}) > 1
    ]
    return {"faults": faults, **told[NODES[0]]}


def _look(opened: OpenNode, dossier: DossierId, witness: Witness, faults: list[str]) -> dict[str, Any]:
    node, name = opened.node, opened.node.party
    with node.store.read() as uow:
        current = load(node, uow, dossier)
        rows = uow.log(dossier, 0, 10_000)
        held, evidence = uow.act_count(dossier), uow.evidence()
    with closing(sqlite3.connect(f"file:{opened.home.database}?mode=ro", uri=True)) as store:
        secrets = store.execute("SELECT name FROM paraph_secret").fetchall()
    tree = Tree()
    for row in rows:
        tree.append(leaf_hash(row.envelope))
    kinds = Counter(read_act(row.envelope).act.kind for row in rows)
    found = {
        "log": {"size": len(rows), "root": tree.root().hex()},
        "originals": {f"{n} {p}": data for (n, p), data in _finished(opened, current, faults).items()},
        "container": hashlib.sha256(_container(opened, dossier, faults)).hexdigest(),
    }
    seen: dict[tuple[str, int], str] = {(row.author, row.author_seq): row.act for row in rows}
    faults += [f"{name}: {fault}" for fault in witness.compare(tree, seen)]
    checks = (
        (kinds != CONCLUDED, f"other acts than expected: {sorted(dict(kinds - Counter(CONCLUDED)).items())}"),
        (current.frozen, f"frozen: {current.frozen}"),
        (evidence, f"evidence is kept: {[row.code for row in evidence]}"),
        (secrets, f"secrets are left: {secrets}"),
        (current.view.void, f"void: {[v.message for v in current.view.void]}"),
        (not current.final == current.view.size == held == len(rows), "an act is not final"),
        # A mediator's cosignature may still be on its way; an act is final without it.
        (name in MINISTRIES and not _guards_end(node, dossier, tree), "the guard does not stand at the end"),
    )
    faults += [f"{name}: {what}" for wrong, what in checks if wrong]
    return found


def _guards_end(node: Node, dossier: DossierId, tree: Tree) -> bool:
    return node.guard.last(dossier) == (tree.size, tree.root().hex())


def _anchors(opened: OpenNode, current: Current) -> TrustAnchors:
    cards = (opened.node.blobs.get(digest) for digest in current.standing.cards.values())
    return TrustAnchors.load(pem.encode() for card in cards if card for pem in unpack_card(card).anchors)


def _finished(opened: OpenNode, current: Current, faults: list[str]) -> dict[tuple[str, str], str]:
    """SHA-256 of every original, each verified offline."""
    plan = current.standing.plan
    assert plan is not None
    found: dict[tuple[str, str], str] = {}
    anchors = _anchors(opened, current)
    for slot in sorted(plan.sealed):
        data = finished_original(opened.node, current.standing, slot)
        report = verify_pdf(data, path=f"{slot[0]}.{slot[1]}.pdf", anchors=anchors, at=datetime.now(UTC))
        if report.verdict is not Verdict.PASS:
            faults.append(f"{opened.node.party}: {slot} is {report.verdict}: {report.findings}")
        found[slot] = hashlib.sha256(data).hexdigest()
    if len(found) != 6:
        faults.append(f"{opened.node.party}: {len(found)} originals")
    return found


def _container(opened: OpenNode, dossier: DossierId, faults: list[str]) -> bytes:
    with opened.node.store.read() as uow:
        current = load(opened.node, uow, dossier)
    data = finished_container(opened.node, dossier)
    report = verify_container(
        data, path="dossier.asice", anchors=_anchors(opened, current), at=datetime.now(UTC)
    )
    if report.verdict is not Verdict.PASS:
        faults.append(f"{opened.node.party}: the container is {report.verdict}: {report.findings}")
    return data
