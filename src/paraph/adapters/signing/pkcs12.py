"""Signing with a PKCS#12 file: opened once, the key stays in memory.

Opening derives a key from the passphrase, which takes 10 ms for an elliptic-curve key and 160 ms for RSA; doing that per
signature would cost more than everything else together.
"""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from paraph.adapters.signing.keys import KeySigner
from paraph.errors import PermanentError

__all__ = ["MAX_PKCS12_BYTES", "load_pkcs12", "open_pkcs12"]

MAX_PKCS12_BYTES = 1024 * 1024
"""A key with its certificates needs some 5 kB."""


def load_pkcs12(path: Path, passphrase: str) -> KeySigner:
    """Open a PKCS#12 file.

    Args:
        path: The file (``.p12`` or ``.pfx``).
        passphrase: Its passphrase.

    Returns:
        A signer.

    Raises:
        PermanentError: ``pkcs12-missing`` if there is no such file, else as :func:`open_pkcs12`.
    """
    try:
        if path.stat().st_size > MAX_PKCS12_BYTES:
            raise PermanentError(
                "pkcs12-size", f"{path.name} is too large to be a PKCS#12 file; check the path"
            )
        data = path.read_bytes()
    except OSError as error:
        raise PermanentError(
            "pkcs12-missing",
            f"the key file {path} cannot be read ({error.strerror}); check the path and its permissions",
        ) from error
    return open_pkcs12(data, passphrase)


def open_pkcs12(data: bytes, passphrase: str) -> KeySigner:
    """Open the contents of a PKCS#12 file.

    Args:
        data: The file.
        passphrase: Its passphrase.

    Returns:
        A signer.

    Raises:
        PermanentError: ``pkcs12-passphrase`` for a wrong passphrase or a damaged file; ``pkcs12-empty`` if key or
            certificate is missing; ``key-algorithm`` or ``key-certificate`` for a key that cannot be used.
    """
    try:
        store = pkcs12.load_pkcs12(data, passphrase.encode())
    except ValueError as error:
        raise PermanentError(
            "pkcs12-passphrase",
            "the key file does not open: the passphrase is wrong or the file is damaged; enter it again or restore the file",
        ) from error
    if store.key is None or store.cert is None:
        raise PermanentError(
            "pkcs12-empty", "the key file lacks the private key or its certificate; export it with both"
        )
    if not isinstance(store.key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise PermanentError(
            "key-algorithm", "the key file holds neither an elliptic-curve nor an RSA key; use such a key"
        )
    return KeySigner(
        store.key, store.cert.certificate, [other.certificate for other in store.additional_certs]
    )
