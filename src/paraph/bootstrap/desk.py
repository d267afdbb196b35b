"""Where signatories' keys are found, as the configuration says; each is opened once, when first needed."""

from __future__ import annotations

import threading
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from paraph.adapters.signing.authority import DemoAuthority
from paraph.adapters.signing.pkcs11 import Token
from paraph.adapters.signing.pkcs12 import load_pkcs12
from paraph.app.ports import Clock, Signer
from paraph.bootstrap.configuration import Configuration, KeyPlace
from paraph.errors import PermanentError

__all__ = ["ConfiguredDesk"]


class ConfiguredDesk:
    """The signer desk of one node."""

    def __init__(
        self, configuration: Configuration, folder: Path, authority: DemoAuthority | None, clock: Clock
    ) -> None:
        """Remember where keys are; none is opened yet."""
        self._configuration = configuration
        self._folder = folder
        self._authority = authority
        self._clock = clock
        self._lock = threading.Lock()
        self._opened: dict[str, Signer] = {}
        self._tokens: dict[tuple[str, str], Token] = {}

    def signer(self, signatory: str) -> Signer | None:
        """The signer of a signatory, or None if the configuration names no key.

        Raises:
            PermanentError: The key cannot be opened; says why.
        """
        place = self._configuration.signing.get(signatory)
        if place is None:
            return None
        with self._lock:
            if signatory not in self._opened:
                self._opened[signatory] = self._open(signatory, place)
            return self._opened[signatory]

    def crls(self) -> tuple[bytes, ...]:
        """Current revocation lists, DER: the demonstration authority's, and the files that are configured.

        Raises:
            PermanentError: ``crl-file`` if a file cannot be read as a revocation list.
        """
        own = self._authority.crl(self._clock.now()) if self._authority else ()
        return (*own, *(_crl(self._folder / path) for path in self._configuration.crls))

    def close(self) -> None:
        """End token processes."""
        for token in self._tokens.values():
            token.close()

    def _open(self, signatory: str, place: KeyPlace) -> Signer:
        if place.pkcs12:
            return load_pkcs12(self._folder / place.pkcs12, self._secret(place.passphrase_file, signatory))
        if place.pkcs11:
            key = (place.pkcs11, place.token)
            if key not in self._tokens:
                pin = self._secret(place.pin_file, signatory)
                self._tokens[key] = Token(Path(place.pkcs11), place.token, pin)
            own, others = self._certificates(place)
            return self._tokens[key].signer(place.key or signatory, certificate=own, others=others)
        raise PermanentError("configuration", f"signing.{signatory} names neither pkcs12 nor pkcs11")

    def _certificates(self, place: KeyPlace) -> tuple[bytes | None, tuple[bytes, ...]]:
        """Certificates of a token's key that are kept in a file: the signatory's first, then its issuers."""
        if not place.certificates:
            return None, ()
        path = self._folder / place.certificates
        try:
            found = x509.load_pem_x509_certificates(path.read_bytes())
        except (OSError, ValueError) as error:
            raise PermanentError(
                "certificates-file", f"cannot read certificates from {path}: {error}"
            ) from error
        own, *others = (certificate.public_bytes(Encoding.DER) for certificate in found)
        return own, tuple(others)

    def _secret(self, file: str, signatory: str) -> str:
        if not file:
            raise PermanentError(
                "configuration",
                f"signing.{signatory} needs passphrase_file or pin_file: a file with one line",
            )
        path = self._folder / file
        try:
            if path.stat().st_mode & 0o077:
                raise PermanentError("secret-mode", f"others may read {path}; run chmod 600 on it")
            return path.read_text("utf-8").rstrip("\n")
        except OSError as error:
            raise PermanentError("configuration", f"cannot read {path}: {error.strerror}") from error


def _crl(path: Path) -> bytes:
    try:
        data = path.read_bytes()
        read = x509.load_pem_x509_crl if data.startswith(b"-----") else x509.load_der_x509_crl
        return read(data).public_bytes(Encoding.DER)
    except (OSError, ValueError) as error:
        raise PermanentError("crl-file", f"cannot read {path} as a revocation list: {error}") from error
