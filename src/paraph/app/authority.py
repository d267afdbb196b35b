"""The officers' side of authority: certificates, full powers, the go (S2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from paraph.app.authoring import author
from paraph.app.dossiers import load
from paraph.app.node import Node
from paraph.domain.acts import (
    Act,
    CertificatePresented,
    FullPowersPresented,
    FullPowersVerified,
    SigningOrdered,
)
from paraph.domain.ids import ActId, DossierId, InstrumentNumber
from paraph.domain.standing import InstrumentState
from paraph.errors import FormatError, PermanentError

__all__ = ["order_signing", "present_certificate", "present_powers", "verify_powers"]

PDF_MARK = b"%PDF-"


def present_certificate(node: Node, dossier: DossierId, signatory: str) -> Act:
    """Present the certificate with which a signatory of this party will sign: that of the key on this node's desk.

    Raises:
        LocalActError: The rules forbid it.
        PermanentError: ``no-key``, or why the key cannot be opened.
    """
    signer = node.desk.signer(signatory)
    if signer is None:
        raise PermanentError("no-key", f"this node has no key for {signatory}; set [signing] in paraph.toml")
    body = CertificatePresented(
        signatory=signatory,
        certificate=node.blobs.put(signer.certificate),
        chain=tuple(node.blobs.put(c) for c in signer.chain),
        crls=tuple(node.blobs.put(c) for c in node.desk.crls()),
    )
    (act,) = author(node, dossier, body)
    return act


def present_powers(node: Node, dossier: DossierId, body: FullPowersPresented, document: bytes = b"") -> Act:
    """Present the authority of one's own signatory.

    Args:
        node: This node.
        dossier: Which dossier.
        body: What is stated; its document is set from ``document``.
        document: The full powers themselves, a PDF; empty if there is none.

    Raises:
        LocalActError: The rules forbid it.
        FormatError: ``powers-format`` if the document is no PDF.
    """
    if document and not document.startswith(PDF_MARK):
        raise FormatError("powers-format", "full powers are attached as a PDF; this file is none")
    digest = node.blobs.put(document) if document else ""
    (act,) = author(node, dossier, replace(body, document=digest))
    return act


def verify_powers(node: Node, dossier: DossierId, powers: ActId, channel: str) -> Act:
    """Say that another party's full powers were verified, or are dispensed with or awaited, and by which channel.

    Raises:
        LocalActError: ``powers-unknown``, ``powers-own``, ``powers-channel``.
    """
    (act,) = author(node, dossier, FullPowersVerified(powers=powers, channel=channel))
    return act


def order_signing(
    node: Node, dossier: DossierId, signatory: str, numbers: Iterable[InstrumentNumber] = ()
) -> Act:
    """Give the go: order one's own signatory to sign instruments, by default every engrossed one.

    Raises:
        LocalActError: ``order-early``, ``order-empty``, ``signatory-unknown``.
    """
    chosen = tuple(numbers)
    if not chosen:
        with node.store.read() as uow:
            standing = load(node, uow, dossier).standing
        chosen = tuple(
            sorted(n for n, one in standing.instruments.items() if one.state is InstrumentState.ENGROSSED)
        )
    (act,) = author(node, dossier, SigningOrdered(signatory=signatory, instruments=chosen))
    return act
