"""The process that talks to one PKCS#11 token, and to nothing else.

PKCS#11 modules are native code of varying quality; sharing a session between threads has been seen to crash the whole
process. Here a module can only take its own process down, and the PIN lives in no other.

Source: OASIS PKCS #11 Specification 3.1, 5 and 6.
"""

from __future__ import annotations

from multiprocessing.connection import Connection
from typing import Any, Literal, TypeAlias

from paraph.errors import ParaphError, PermanentError, TransientError
from paraph.wire import der

__all__ = ["Answer", "Mechanism", "Request", "serve"]

Mechanism: TypeAlias = Literal["ecdsa", "rsa-pkcs1-sha256"]
"""``ecdsa`` signs a digest (SoftHSM and many cards hash nothing for ECDSA); the other hashes in the token."""

Request: TypeAlias = tuple[Literal["certificates"]] | tuple[Literal["sign"], str, Mechanism, bytes]
Answer: TypeAlias = list[tuple[str, bytes]] | bytes | ParaphError


def serve(connection: Connection, module: str, token_label: str) -> None:
    """Open the token with the PIN that comes first, then answer requests until the connection closes.

    Args:
        connection: To the node; receives the PIN, then :data:`Request` values, and sends :data:`Answer` values.
        module: Path of the PKCS#11 module.
        token_label: Label of the token.
    """
    try:
        pin = connection.recv()
        try:
            session = _open(module, token_label, pin)
        except ParaphError as error:
            connection.send(error)
            return
        connection.send(b"")
        while True:
            request = connection.recv()
            try:
                connection.send(_answer(session, request))
            except ParaphError as error:
                connection.send(error)
                if isinstance(error, TransientError):
                    return  # the session is gone; the node starts a new process
    except (EOFError, OSError):
        return


def _open(module: str, token_label: str, pin: str) -> Any:
    try:
        import pkcs11  # noqa: PLC0415 - an optional dependency, and native code that only this process needs
        from pkcs11 import exceptions  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise PermanentError("token-module", "python-pkcs11 is not installed; install paraph[hsm]") from error
    try:
        token = pkcs11.lib(module).get_token(token_label=token_label)
        return token.open(user_pin=pin)
    except (exceptions.PinIncorrect, exceptions.PinInvalid, exceptions.PinLenRange) as error:
        raise PermanentError(
            "token-pin",
            f"the PIN of the token “{token_label}” is wrong; correct it before trying again, tokens lock after a few attempts",
            token=token_label,
        ) from error
    except exceptions.PinLocked as error:
        raise PermanentError(
            "token-locked",
            f"the token “{token_label}” is locked; unlock it with its security officer's PIN",
            token=token_label,
        ) from error
    except (exceptions.NoSuchToken, exceptions.TokenNotPresent) as error:
        raise TransientError(
            "token-absent",
            f"there is no token “{token_label}”; insert it or correct its label",
            token=token_label,
        ) from error
    except (exceptions.PKCS11Error, RuntimeError, OSError) as error:
        raise PermanentError(
            "token-module",
            f"the PKCS#11 module {module} does not work ({type(error).__name__}: {error}); check its path",
        ) from error


def _answer(session: Any, request: Request) -> Answer:
    from pkcs11 import exceptions  # noqa: PLC0415 - imported once already, in _open

    try:
        if request[0] == "certificates":
            return _certificates(session)
        _, label, mechanism, message = request
        return _sign(session, label, mechanism, message)
    except exceptions.NoSuchKey as error:
        raise PermanentError("token-key", "the token has no such private key; check its label") from error
    except exceptions.MultipleObjectsReturned as error:
        raise PermanentError(
            "token-key", "the token has several private keys of this label; rename one"
        ) from error
    except (exceptions.DeviceRemoved, exceptions.DeviceError, exceptions.TokenNotPresent,
            exceptions.SessionHandleInvalid, exceptions.SessionClosed) as error:  # fmt: skip
        raise TransientError(
            "token-lost", "the token was removed or failed; insert it and try again"
        ) from error
    except exceptions.PKCS11Error as error:
        raise PermanentError(
            "token-refused",
            f"the token refused to sign ({type(error).__name__}); check what its key is allowed to do",
        ) from error


def _certificates(session: Any) -> list[tuple[str, bytes]]:
    from pkcs11 import Attribute, ObjectClass  # noqa: PLC0415

    found = session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE})
    return [(str(item[Attribute.LABEL]), bytes(item[Attribute.VALUE])) for item in found]


def _sign(session: Any, label: str, mechanism: Mechanism, message: bytes) -> bytes:
    from pkcs11 import Mechanism as Known  # noqa: PLC0415
    from pkcs11 import ObjectClass  # noqa: PLC0415

    key = session.get_key(object_class=ObjectClass.PRIVATE_KEY, label=label)
    if mechanism == "ecdsa":
        raw = bytes(key.sign(message, mechanism=Known.ECDSA))
        half = len(raw) // 2
        return der.sequence(*(der.integer(int.from_bytes(part, "big")) for part in (raw[:half], raw[half:])))
    return bytes(key.sign(message, mechanism=Known.SHA256_RSA_PKCS))
