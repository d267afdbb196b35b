"""The peers: pyHanko in this process, pdfsig and openssl as programs. Each is used as its users use it.

pyHanko is a development dependency and may be missing; then there is nothing to compare with, and rows say so.
"""

from __future__ import annotations

import asyncio
import io
import logging
import re
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

__all__ = ["PYHANKO", "Hanko", "HankoValidator", "openssl_signatures_per_second", "pdfsig"]

PYHANKO: Final = find_spec("pyhanko") is not None
"""Whether pyHanko is installed."""

_SECONDS: Final = 1
"""How long openssl measures."""

_SPEEDS: Final = {"p256": "ecdsap256", "rsa3072": "rsa3072"}


class Hanko:
    """pyHanko, with one key and the trust anchors of the benchmarks."""

    def __init__(self, key_file: Path, passphrase: bytes, *, cached: bool = False) -> None:
        """Open a PKCS#12 file.

        Args:
            key_file: The file.
            passphrase: Its passphrase.
            cached: Keep the private key parsed; pyHanko itself reads it anew for every signature.
        """
        from pyhanko.sign.signers import SimpleSigner  # noqa: PLC0415 - only where it is installed

        logging.getLogger("pyhanko").setLevel(logging.ERROR)
        loaded = SimpleSigner.load_pkcs12(key_file, passphrase=passphrase)  # type: ignore[no-untyped-call]
        assert loaded is not None
        self._signer: Any = _caching(loaded) if cached else loaded

    def sign(self, data: bytes, field: str, *, reserved: int | None = None) -> bytes:
        """Sign a field with a visible stamp, PAdES B-B.

        Args:
            data: The file.
            field: Name of the field.
            reserved: Bytes kept for the CMS; by default pyHanko makes a first signature to find out.
        """
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415
        from pyhanko.sign.fields import SigSeedSubFilter  # noqa: PLC0415
        from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner  # noqa: PLC0415
        from pyhanko.stamp import TextStampStyle  # noqa: PLC0415

        style = TextStampStyle(
            stamp_text="Signed by: %(signer)s\nTime: %(ts)s", background=None, border_width=1
        )
        metadata = PdfSignatureMetadata(
            field_name=field, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES
        )
        made = PdfSigner(metadata, signer=self._signer, stamp_style=style).sign_pdf(
            IncrementalPdfFileWriter(io.BytesIO(data)),
            existing_fields_only=True,
            bytes_reserved=None if reserved is None else 2 * reserved,
        )
        signed: bytes = made.getvalue()
        return signed


def _caching(signer: Any) -> Any:
    """The same signer with its private key kept parsed."""
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import load_der_private_key  # noqa: PLC0415

    key = load_der_private_key(signer.signing_key.dump(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)

    async def sign_raw(data: bytes, _digest: str, dry_run: bool = False) -> bytes:  # noqa: FBT001, FBT002
        return bytes(72) if dry_run else key.sign(data, ec.ECDSA(hashes.SHA256()))

    signer.async_sign_raw = sign_raw
    return signer


class HankoValidator:
    """pyHanko as validator, with one shared validation context."""

    def __init__(self, anchors: Iterable[bytes], others: Iterable[bytes], crls: Sequence[bytes]) -> None:
        """Trust ``anchors``; certificates in DER."""
        from asn1crypto import x509  # noqa: PLC0415
        from pyhanko_certvalidator import ValidationContext  # noqa: PLC0415

        logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
        logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)
        self._context: Any = ValidationContext(
            trust_roots=[x509.Certificate.load(c) for c in anchors],
            other_certs=[x509.Certificate.load(c) for c in others],
            crls=list(crls),
            allow_fetching=False,
            revocation_mode="hard-fail" if crls else "soft-fail",
        )

    def validate(self, data: bytes) -> list[bool]:
        """Validate every signature of a file; whether each is good and nothing forbidden was added after it."""
        from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415
        from pyhanko.sign.validation import async_validate_pdf_signature  # noqa: PLC0415

        reader = PdfFileReader(io.BytesIO(data))

        async def every() -> list[bool]:
            found = []
            for signature in reader.embedded_regular_signatures:
                status = await async_validate_pdf_signature(signature, self._context)
                found.append(bool(status.bottom_line))
            return found

        return asyncio.run(every())


def pdfsig(path: Path) -> str:
    """What ``pdfsig`` says of a file; "" where it is not installed."""
    program = shutil.which("pdfsig")
    if program is None:
        return ""
    return subprocess.run(  # noqa: S603 - a program of the system, on a file of ours
        [program, str(path)], capture_output=True, text=True, check=False
    ).stdout


def openssl_signatures_per_second(kind: str) -> float | None:
    """How many raw signatures ``openssl speed`` makes on one core; None where it is not installed.

    Args:
        kind: ``p256`` or ``rsa3072``.
    """
    program = shutil.which("openssl")
    if program is None:
        return None
    done = subprocess.run(  # noqa: S603 - a program of the system
        [program, "speed", "-seconds", str(_SECONDS), "-mr", _SPEEDS[kind]],
        capture_output=True,
        text=True,
        check=False,
    )
    # For machines: "+F4:3:256:30018.1:10778.4", signatures and verifications per second; seconds for each before 3.0.
    found = re.search(r"^\+F[24]:\d+:\d+:([0-9.e+-]+):", done.stdout, re.MULTILINE)
    if found is None or float(found[1]) <= 0:
        return None
    value = float(found[1])
    return value if value > 1 else 1 / value
