"""The document security store (DSS): certificates and revocation data added after signing.

It may grow after any signature, because it shows nothing. It may hold nothing else either: every stream has to be
one certificate, revocation list or OCSP response, to the last byte.

Source: ETSI EN 319 142-1, 5.4.2.
"""

from __future__ import annotations

from dataclasses import dataclass

from paraph.errors import FormatError
from paraph.verify.certificates import check_shell
from paraph.verify.findings import Findings
from paraph.verify.pdf.filters import decoded
from paraph.verify.pdf.judge import Judge
from paraph.verify.pdf.objects import Dictionary, Ref, Stream, Value, same
from paraph.verify.pdf.view import View
from paraph.wire import der

__all__ = ["MAX_STORED", "Store", "explain_store", "read_store"]

# Streams in one store. Two hundred signatories with three certificates and two lists each stay below.
MAX_STORED = 2048

# The largest public revocation lists have some tens of megabytes; in a treaty file they have no place.
MAX_STORED_BYTES = 32 << 20

_LISTS = {"Certs": "Cert", "CRLs": "CRL", "OCSPs": "OCSP"}
_KEYS = {"Type", "VRI", *_LISTS}
_RELATED_KEYS = {"Type", "Cert", "CRL", "OCSP", "TU", "TS"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """What a store holds, as DER, without repetition."""

    certificates: tuple[bytes, ...] = ()
    lists: tuple[bytes, ...] = ()
    responses: tuple[bytes, ...] = ()


def read_store(view: View, catalog: Dictionary, findings: Findings) -> Store:
    """Read everything the store holds.

    Args:
        view: The document.
        catalog: Its catalog.
        findings: Receives every entry that is not what its list says.

    Returns:
        The contents; empty if there is no store.

    Raises:
        FormatError: ``pdf-store`` if it is malformed or too large.
    """
    own = view.dictionary(catalog.get("DSS"))
    if own is None:
        if view.resolve(catalog.get("DSS")) is not None:
            raise FormatError("pdf-store", "the security store is no dictionary")
        return Store()
    _shape(view, own)
    found = {}
    for key in _LISTS:
        items = view.array(own.get(key))
        if len(items) > MAX_STORED:
            raise FormatError("pdf-store", f"the security store holds more than {MAX_STORED} entries")
        found[key] = tuple(dict.fromkeys(_data(view, item) for item in items))
        for encoded in found[key]:
            _check(key, encoded, findings)
    return Store(certificates=found["Certs"], lists=found["CRLs"], responses=found["OCSPs"])


def _check(key: str, encoded: bytes, findings: Findings) -> None:
    """A store shows nothing, so it is where junk would be put; it has to be exactly what it says."""
    try:
        if key == "OCSPs":
            response = der.read(encoded).cursor()
            response.take(0x0A)
            response.take(0xA0)
            response.end()
        else:
            check_shell(encoded)
    except FormatError as error:
        findings.add("store-junk", f"an entry of /{key} is malformed: {error.message}")


def _shape(view: View, own: Dictionary) -> None:
    if own.keys() - _KEYS or own.get("Type", "DSS") != "DSS":
        raise FormatError(
            "pdf-store", f"the security store has unknown keys: {', '.join(sorted(own.keys() - _KEYS))}"
        )
    related = view.dictionary(own.get("VRI")) or Dictionary()
    if len(related) > MAX_STORED:
        raise FormatError("pdf-store", f"the security store relates to more than {MAX_STORED} signatures")
    for name, value in related.items():
        entry = view.dictionary(value)
        if name == "Type":
            continue
        if entry is None or entry.keys() - _RELATED_KEYS or entry.get("Type", "VRI") != "VRI":
            raise FormatError("pdf-store", "the validation data of one signature are malformed")


def _data(view: View, item: Value) -> bytes:
    stream = view.resolve(item)
    if not isinstance(item, Ref) or not isinstance(stream, Stream):
        raise FormatError("pdf-store", "an entry of the security store is no stream")
    if stream.dictionary.keys() - {"Length", "Filter", "DecodeParms", "Type"}:
        raise FormatError("pdf-store", "a stream of the security store has keys that it does not need")
    return decoded(view.document.data, stream, MAX_STORED_BYTES)


def explain_store(judge: Judge, old: Value, new: Value, owners: set[int]) -> None:
    """Claim the objects of the store, new ones and those that already belonged to it.

    Args:
        judge: The update.
        old: The catalog's /DSS before.
        new: The same after.
        owners: The catalog's object number.

    Raises:
        FormatError: If the store is malformed.
    """
    before, after = judge.old.dictionary(old), judge.new.dictionary(new)
    if after is None:
        if before is not None or new is not None:
            judge.note("store-malformed", "the security store is removed or is no dictionary")
        return
    _shape(judge.new, after)
    belonged: set[int] = set()
    if before is not None:
        _shape(judge.old, before)
        belonged = _objects(judge.old, old)
    elif old is not None:
        judge.note("store-malformed", "the security store was no dictionary before")
    touched = _objects(judge.new, new)
    if not judge.used_only_by(belonged & judge.touched, owners | belonged):
        judge.note("object-changed", "a part of the security store is also used elsewhere")
    for number in touched & judge.unclaimed:
        if number not in judge.old.entries or number in belonged:
            judge.unclaimed.discard(number)
    streams = {number for number in belonged & touched if isinstance(judge.old.object(number), Stream)}
    for number in sorted(streams & judge.touched):
        judge.unclaimed.add(number)  # what the store held may not be exchanged, only extended
    if not same(old, new) or touched & judge.touched:
        judge.update.added.append("validation data")


def _objects(view: View, value: Value) -> set[int]:
    """The objects that make up a store: exactly its dictionaries, arrays and streams, nothing they may point at beyond."""
    found: set[int] = set()

    def take(item: Value) -> Value:
        if isinstance(item, Ref):
            found.add(item.number)
        return view.resolve(item)

    own = take(value)
    if not isinstance(own, Dictionary):
        return found
    groups: list[tuple[Dictionary, bool]] = [(own, True)]
    related = take(own.get("VRI"))
    if isinstance(related, Dictionary):
        groups += [(entry, False) for entry in map(take, related.values()) if isinstance(entry, Dictionary)]
    for group, whole in groups:
        for plural, singular in _LISTS.items():
            items = take(group.get(plural if whole else singular))
            for item in items if isinstance(items, list) else ():
                take(item)
        if not whole:
            take(group.get("TS"))
    return found
