"""The document security store: certificates and revocation data, once, for all signatures.

Material is sorted by its SHA-256 and written without filters, so that the store is the same whoever collected it in
whatever order. What the file already holds is not written again.

Source: ETSI EN 319 142-1 V1.2.1, 5.4.2.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from paraph.errors import FormatError
from paraph.wire.pdf.increment import revise
from paraph.wire.pdf.objects import Dictionary, Name, Object, Ref, Stream
from paraph.wire.pdf.openfile import OpenFile, open_file

__all__ = ["MAX_ITEMS", "MAX_ITEM_BYTES", "append_dss", "with_dss"]

MAX_ITEMS = 1_000
"""Certificates, revocation lists and responses together; 34 parties with three each need 300."""

MAX_ITEM_BYTES = 8 * 1024 * 1024
"""One item; national revocation lists reach a few megabytes."""


def append_dss(
    previous: bytes, *, certificates: Iterable[bytes], crls: Iterable[bytes], ocsps: Iterable[bytes]
) -> bytes:
    """Append validation material.

    Args:
        previous: The signed file.
        certificates: DER certificates, in any order.
        crls: DER certificate revocation lists, in any order.
        ocsps: DER OCSP responses (``OCSPResponse``), in any order.

    Returns:
        The file with one more revision; unchanged if it already holds everything.

    Raises:
        FormatError: ``dss-size`` for too much material; ``pdf-…`` for an unusable file.
    """
    return with_dss(previous, certificates=certificates, crls=crls, ocsps=ocsps).data


def with_dss(
    previous: bytes | OpenFile,
    *,
    certificates: Iterable[bytes],
    crls: Iterable[bytes],
    ocsps: Iterable[bytes],
) -> OpenFile:
    """Append validation material and return the file opened for the next step; see :func:`append_dss`."""
    file = open_file(previous)
    catalog = file.catalog()
    reference = catalog.get("DSS")
    store = (
        Dictionary({"Type": Name("DSS")})
        if reference is None
        else file.dictionary(reference, "the security store")
    )
    number = reference.number if isinstance(reference, Ref) else file.size
    fresh = file.size + (not isinstance(reference, Ref))
    objects: dict[int, Object] = {}
    count = 0
    for key, material in (("Certs", certificates), ("CRLs", crls), ("OCSPs", ocsps)):
        present = file.array(store.get(key, ()), "a list of the security store")
        known = {file.stream(item, "an item of the security store").data for item in present}
        items = sorted(set(material) - known, key=lambda item: hashlib.sha256(item).digest())
        count += len(present) + len(items)
        if count > MAX_ITEMS or any(not 0 < len(item) <= MAX_ITEM_BYTES for item in items):
            raise FormatError(
                "dss-size", f"at most {MAX_ITEMS} items of {MAX_ITEM_BYTES} bytes fit the security store"
            )
        refs: list[Object] = []
        for item in items:
            refs.append(Ref(fresh))
            objects[fresh] = Stream(Dictionary({}), item)
            fresh += 1
        if refs:
            store = store.having({key: (*present, *refs)})
    if not objects:
        return file
    objects[number] = store
    if not isinstance(reference, Ref):
        objects[file.root.number] = catalog.having({"DSS": Ref(number)})
    return revise(file, objects)
