"""Keys of a node: made with the operating system's randomness, kept in a file that only its owner can read.

The file holds the four seeds in JSON. It is as secret as the node itself: whoever has it can speak as the node,
though never as a signatory (rule S4, those keys are elsewhere).
"""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from paraph.errors import FormatError, PermanentError
from paraph.wire import canonical, limits
from paraph.wire.keys import NodeKeys
from paraph.wire.members import MemberReader, encode_base64

__all__ = ["FORMAT", "generate_node_keys", "load_node_keys", "save_node_keys"]

FORMAT: Final = "paraph.node-keys/1"

_SEEDS: Final = {"ed25519": 32, "ml-dsa-65": 32, "ml-kem-768": 64, "x25519": 32}
_READ = MemberReader(code="node-key-file")


def generate_node_keys() -> NodeKeys:
    """Make new keys."""
    return NodeKeys(
        ed25519=Ed25519PrivateKey.generate(),
        ml_dsa_65=MLDSA65PrivateKey.generate(),
        x25519=X25519PrivateKey.generate(),
        ml_kem_768=MLKEM768PrivateKey.generate(),
    )


def save_node_keys(keys: NodeKeys, path: Path) -> None:
    """Write keys to a new file with mode 0600, durably, before its name exists.

    Raises:
        PermanentError: ``node-keys-exist`` if there is a file already: keys are never overwritten.
    """
    data = canonical.dump(
        {
            "ed25519": encode_base64(keys.ed25519.private_bytes_raw()),
            "format": FORMAT,
            "ml-dsa-65": encode_base64(keys.ml_dsa_65.private_bytes_raw()),
            "ml-kem-768": encode_base64(keys.ml_kem_768.private_bytes_raw()),
            "x25519": encode_base64(keys.x25519.private_bytes_raw()),
        }
    )
    # mkstemp creates with mode 0600 whatever the umask; a link, unlike a rename, never replaces a file.
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(temporary, path)
        except FileExistsError as error:
            raise PermanentError(
                "node-keys-exist", f"{path} exists; move it away if the node really shall have new keys"
            ) from error
    finally:
        Path(temporary).unlink()
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def load_node_keys(path: Path) -> NodeKeys:
    """Read keys from a file.

    Raises:
        PermanentError: ``node-keys-missing`` if there is no readable file, ``node-keys-mode`` if others may read it.
        FormatError: ``node-key-file`` if it does not hold the four seeds.
    """
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            if stat.S_IMODE(mode) & 0o077:
                raise PermanentError(
                    "node-keys-mode", f"others may read {path}; run chmod 600 and think of new keys"
                )
            data = file.read(limits.MAX_KEY_FILE + 1)
    except OSError as error:
        raise PermanentError(
            "node-keys-missing", f"cannot read node keys from {path}: {error.strerror}"
        ) from error
    value = canonical.load(data, limit=limits.MAX_KEY_FILE)
    members = _READ.members(value, "keys", ("format", *_SEEDS))
    _READ.constant(members["format"], "format", FORMAT)
    seeds = {name: _READ.base64(members[name], name, maximum=length) for name, length in _SEEDS.items()}
    if any(len(seeds[name]) != length for name, length in _SEEDS.items()):
        raise FormatError(
            "node-key-file", f"a seed in {path} has the wrong length; restore the file from backup"
        )
    return NodeKeys(
        ed25519=Ed25519PrivateKey.from_private_bytes(seeds["ed25519"]),
        ml_dsa_65=MLDSA65PrivateKey.from_seed_bytes(seeds["ml-dsa-65"]),
        x25519=X25519PrivateKey.from_private_bytes(seeds["x25519"]),
        ml_kem_768=MLKEM768PrivateKey.from_seed_bytes(seeds["ml-kem-768"]),
    )
