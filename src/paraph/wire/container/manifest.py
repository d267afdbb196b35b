"""The manifests: which bytes a party's seal covers, in the XML that ETSI fixed, written in one way.

No XML parser reads them. A manifest has one form for a given list of members, so it is read with the pattern of its
lines and then written again: what another program would read out of other bytes cannot matter.

Source: ETSI EN 319 162-1 V1.1.1, 4.4.3 and A.4 (ASiCManifest); docs/spec/container.md §4.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Final

from paraph.domain.ids import Digest
from paraph.errors import FormatError
from paraph.wire import canonical
from paraph.wire.container.archive import MAX_ARCHIVE_BYTES, MIMETYPE_NAME, Member
from paraph.wire.members import decode_base64

__all__ = [
    "META_FOLDER",
    "manifest_name",
    "objects_digest",
    "read_manifest",
    "signature_name",
    "write_manifest",
]

META_FOLDER: Final = "META-INF/"
_HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<asic:ASiCManifest xmlns:asic="http://uri.etsi.org/02918/v1.2.1#" xmlns:ds="http://www.w3.org/2000/09/xmldsig#">\n'
    '  <asic:SigReference URI="{signature}" MimeType="application/pkcs7-signature"/>\n'
)
_OBJECT: Final = (
    '  <asic:DataObjectReference URI="{name}">\n'
    '    <ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha512"/>\n'
    "    <ds:DigestValue>{digest}</ds:DigestValue>\n"
    "  </asic:DataObjectReference>\n"
)
_FOOT: Final = "</asic:ASiCManifest>\n"
# Names need no escaping: the archive allows letters, digits, “.”, “_”, “-” and “/” only.
_URI: Final = re.compile(r'<asic:DataObjectReference URI="([A-Za-z0-9._/-]+)">')
_DIGEST: Final = re.compile(r"<ds:DigestValue>([A-Za-z0-9+/=]+)</ds:DigestValue>")
_SHA512_BYTES: Final = 64


def manifest_name(number: int) -> str:
    """Name of the manifest of the party with this number, from 1 in the order of party ids."""
    return f"{META_FOLDER}ASiCManifest{number:03d}.xml"


def signature_name(number: int) -> str:
    """Name of that party's seal."""
    return f"{META_FOLDER}signature{number:03d}.p7s"


def objects_digest(members: Sequence[Member]) -> Digest:
    """Name the content of a container: SHA-256 of the canonical list of its members, those of ``META-INF`` left out.

    Args:
        members: All members, or those outside ``META-INF``.

    Returns:
        What the acts container-engrossed and container-sealed state.
    """
    listing = [
        {"name": m.name, "sha512": hashlib.sha512(m.data).hexdigest(), "size": len(m.data)}
        for m in members
        if not m.name.startswith(META_FOLDER)
    ]
    return Digest(hashlib.sha256(canonical.dump(listing)).hexdigest())


def write_manifest(number: int, members: Sequence[Member]) -> bytes:
    """Write the manifest that a party seals: every member outside ``META-INF`` but the media type.

    Args:
        number: The party's number from 1.
        members: The members, in the order of the archive.
    """
    digests = {
        m.name: hashlib.sha512(m.data).digest()
        for m in members
        if not m.name.startswith(META_FOLDER) and m.name != MIMETYPE_NAME
    }
    return _write(number, digests)


def read_manifest(number: int, data: bytes) -> Mapping[str, bytes]:
    """Read what :func:`write_manifest` writes.

    Args:
        number: The number in the manifest's name.
        data: Its bytes.

    Returns:
        SHA-512 of each member by name, in order.

    Raises:
        FormatError: ``manifest-format`` if any byte is different from how it is always written.
    """
    if len(data) > MAX_ARCHIVE_BYTES:
        raise FormatError("manifest-format", "the manifest is too large")
    try:
        text = data.decode("ascii")
        names, values = _URI.findall(text), _DIGEST.findall(text)
        digests = {
            name: decode_base64(value, maximum=_SHA512_BYTES)
            for name, value in zip(names, values, strict=True)
        }
    except (ValueError, FormatError) as error:
        raise FormatError(
            "manifest-format", "the manifest is not a list of names and SHA-512 digests"
        ) from error
    if _write(number, digests) != data:
        raise FormatError("manifest-format", "the manifest is not written as manifests are")
    return digests


def _write(number: int, digests: Mapping[str, bytes]) -> bytes:
    objects = (
        _OBJECT.format(name=name, digest=base64.b64encode(digest).decode("ascii"))
        for name, digest in digests.items()
    )
    return "".join((_HEAD.format(signature=signature_name(number)), *objects, _FOOT)).encode("ascii")
