"""Signing with a PKCS#11 token: a hardware module, a smart card, SoftHSM.

One worker process per token, started when first needed and again when it was lost; requests of all threads queue for it.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import threading
from collections.abc import Iterable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from paraph.adapters.signing.keys import algorithm_of, chain_of
from paraph.adapters.signing.token_process import Answer, Mechanism, Request, serve
from paraph.errors import ParaphError, PermanentError, TransientError
from paraph.wire.cms import ALGORITHMS

__all__ = ["Pkcs11Signer", "Token"]

_PATIENCE_S = 30.0
"""Seconds for one answer; a card that makes an RSA signature needs one or two."""

_FAREWELL_S = 2.0


class Token:
    """One PKCS#11 token, safe to use from any thread."""

    def __init__(self, module: Path, label: str, pin: str, *, patience_s: float = _PATIENCE_S) -> None:
        """Remember how to open the token; nothing is started yet.

        Args:
            module: The PKCS#11 module, such as ``/usr/lib/softhsm/libsofthsm2.so``.
            label: Label of the token.
            pin: The user PIN.
            patience_s: Seconds to wait for one answer.
        """
        self._module = module
        self._label = label
        self._pin = pin
        self._patience_s = patience_s
        self._lock = threading.Lock()
        self._worker: tuple[BaseProcess, Connection] | None = None
        self._refused: PermanentError | None = None

    def signer(
        self, key_label: str, *, certificate: bytes | None = None, others: Iterable[bytes] = ()
    ) -> Pkcs11Signer:
        """Make a signer for one key.

        Args:
            key_label: Label of the private key.
            certificate: Its certificate, DER; None to take the one of the same label from the token.
            others: Further certificates, DER, from which the chain is built together with those on the token.

        Returns:
            A signer.

        Raises:
            TransientError: ``token-absent``, ``token-lost``, ``token-silent``.
            PermanentError: ``token-pin``, ``token-locked``, ``token-module``; ``token-certificate`` if there is none;
                ``key-algorithm`` for a key that Paraph does not sign with.
        """
        on_token = self._ask(("certificates",))
        assert isinstance(on_token, list)
        if certificate is None:
            matching = [value for label, value in on_token if label == key_label]
            if len(matching) != 1:
                raise PermanentError(
                    "token-certificate",
                    f"the token has {len(matching)} certificates “{key_label}” instead of one; import it or name a file",
                    key=key_label,
                )
            certificate = matching[0]
        try:
            parsed = x509.load_der_x509_certificate(certificate)
            known = [
                x509.load_der_x509_certificate(other)
                for other in (*(value for _, value in on_token), *others)
            ]
        except ValueError as error:
            raise PermanentError(
                "token-certificate", "a certificate for the token cannot be read; export it again"
            ) from error
        chain = tuple(issuer.public_bytes(Encoding.DER) for issuer in chain_of(parsed, known))
        return Pkcs11Signer(self, key_label, certificate, chain, algorithm_of(parsed.public_key()))

    def sign(self, key_label: str, mechanism: Mechanism, message: bytes) -> bytes:
        """Let the token sign; see :mod:`paraph.adapters.signing.token_process` for the mechanisms."""
        signature = self._ask(("sign", key_label, mechanism, message))
        assert isinstance(signature, bytes)
        return signature

    def close(self) -> None:
        """End the worker process."""
        with self._lock:
            self._stop()

    def _ask(self, request: Request) -> Answer:
        with self._lock:
            if self._refused is not None:
                raise self._refused  # asking again with the same PIN would lock the token
            if self._worker is None or not self._worker[0].is_alive():
                self._start()
            assert self._worker is not None
            answer = self._exchange(self._worker[1], request)
        if isinstance(answer, ParaphError):
            raise answer
        return answer

    def _start(self) -> None:
        self._stop()
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(
            target=serve,
            args=(theirs, str(self._module), self._label),
            name=f"token {self._label}",
            daemon=True,
        )
        process.start()
        theirs.close()
        self._worker = process, ours
        answer = self._exchange(ours, self._pin)
        if isinstance(answer, ParaphError):
            self._stop()
            if isinstance(answer, PermanentError):
                self._refused = answer
            raise answer

    def _exchange(self, connection: Connection, message: Request | str) -> Answer:
        try:
            connection.send(message)
            if connection.poll(self._patience_s):
                answer: Answer = connection.recv()
                return answer
        except (EOFError, OSError) as error:
            self._stop()
            raise TransientError(
                "token-lost",
                f"the process of the token “{self._label}” ended; try again, and check the token if it recurs",
                token=self._label,
            ) from error
        self._stop()
        raise TransientError(
            "token-silent",
            f"the token “{self._label}” did not answer in {self._patience_s:.0f} s; check it and try again",
            token=self._label,
        )

    def _stop(self) -> None:
        if self._worker is None:
            return
        process, connection = self._worker
        self._worker = None
        connection.close()
        process.join(_FAREWELL_S)
        if process.is_alive():
            process.kill()
            process.join(_FAREWELL_S)
        process.close()


class Pkcs11Signer:
    """Signs with one key of a token."""

    def __init__(
        self, token: Token, key_label: str, certificate: bytes, chain: tuple[bytes, ...], algorithm: str
    ) -> None:
        """Made by :meth:`Token.signer`."""
        self._token = token
        self._key_label = key_label
        self._certificate = certificate
        self._chain = chain
        self._algorithm = algorithm

    @property
    def certificate(self) -> bytes:
        """The signatory's certificate, DER."""
        return self._certificate

    @property
    def chain(self) -> tuple[bytes, ...]:
        """Issuing certificates, DER, nearest first, without the root."""
        return self._chain

    @property
    def algorithm(self) -> str:
        """``ecdsa-p256-sha256``, ``ecdsa-p384-sha384`` or ``rsa-pkcs1-sha256``."""
        return self._algorithm

    def sign(self, message: bytes) -> bytes:
        """Hash and sign ``message``; DER for ECDSA, raw for RSA.

        Raises:
            TransientError: ``token-absent``, ``token-lost``, ``token-silent``.
            PermanentError: ``token-key``, ``token-refused``.
        """
        if self._algorithm == "rsa-pkcs1-sha256":
            return self._token.sign(self._key_label, "rsa-pkcs1-sha256", message)
        digest = hashlib.new(ALGORITHMS[self._algorithm].digest, message).digest()
        return self._token.sign(self._key_label, "ecdsa", digest)
