"""Error families, named after who can act on them.

Every error that Paraph raises on purpose belongs to one of the families below.
Each carries a stable ``code`` (kebab-case, listed in ``docs/operate/errors.md``), a message that says
what is wrong *and what to do*, and ``params`` for translation. Bugs are ``AssertionError``, never these.
"""

from __future__ import annotations

__all__ = [
    "AdapterError",
    "ConflictError",
    "FormatError",
    "LocalActError",
    "ParaphError",
    "PeerActError",
    "PermanentError",
    "TransientError",
]


class ParaphError(Exception):
    """Base of all families; never raised itself.

    Attributes:
        code: Stable kebab-case name of the error.
        params: Values that appear in the message, for translation.
    """

    def __init__(self, code: str, message: str, **params: str | int) -> None:
        """Keep the code and the parameters beside the message."""
        super().__init__(message)
        self.code = code
        self.message = message
        self.params = params

    def __reduce__(self) -> tuple[object, ...]:
        """Survive pickling between worker processes."""
        return (_rebuild, (type(self), self.code, self.message, self.params))


def _rebuild(family: type[ParaphError], code: str, message: str, params: dict[str, str | int]) -> ParaphError:
    return family(code, message, **params)


class LocalActError(ParaphError):
    """Our own officer asked for something the rules forbid; nothing was changed."""


class PeerActError(ParaphError):
    """A peer sent something the rules forbid; the evidence is kept, nothing else changed."""


class FormatError(ParaphError):
    """Bytes are not what they claim to be; ``params`` may carry ``offset`` or ``path``."""


class AdapterError(ParaphError):
    """Something outside Paraph failed; see the two kinds below."""


class TransientError(AdapterError):
    """Trying again later may succeed; nothing was lost."""


class PermanentError(AdapterError):
    """Waiting will not help: an operator has to act (wrong PIN, revoked key, full disk)."""


class ConflictError(ParaphError):
    """Somebody else changed the same thing first; reload and try again."""
