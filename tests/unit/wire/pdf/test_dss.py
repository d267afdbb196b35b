from __future__ import annotations

import hashlib

from paraph.wire.pdf import append_dss, open_file
from paraph.wire.pdf.dss import MAX_ITEMS
from paraph.wire.pdf.openfile import OpenFile
from tests.support.refused import refused
from tests.support.signed_pdfs import material, original


def contents(file: OpenFile, key: str) -> list[bytes]:
    """The streams of one list of the store."""
    store = file.dictionary(file.catalog()["DSS"], "")
    return [file.stream(item, "").data for item in file.array(store[key], "")]


def test_order_and_repetition_do_not_matter() -> None:
    found = material()
    one = append_dss(original(), certificates=found.certificates, crls=found.crls, ocsps=())
    other = append_dss(
        original(),
        certificates=(*reversed(found.certificates), found.certificates[0]),
        crls=found.crls[::-1],
        ocsps=iter(()),
    )
    assert one == other
    file = open_file(one)
    ordered = sorted(set(found.certificates), key=lambda item: hashlib.sha256(item).digest())
    assert contents(file, "Certs") == ordered
    assert set(contents(file, "CRLs")) == set(found.crls)
    assert "OCSPs" not in file.dictionary(file.catalog()["DSS"], "")


def test_a_second_store_adds_only_what_is_new() -> None:
    first = append_dss(original(), certificates=[b"a", b"b"], crls=[b"c"], ocsps=[])
    assert append_dss(first, certificates=[b"b", b"a"], crls=[b"c"], ocsps=[]) == first
    second = append_dss(first, certificates=[b"b", b"d"], crls=[], ocsps=[b"e"])
    file = open_file(second)
    assert contents(file, "Certs") == [*contents(open_file(first), "Certs"), b"d"]
    assert contents(file, "CRLs") == [b"c"]
    assert contents(file, "OCSPs") == [b"e"]
    assert second.startswith(first)
    assert second[len(first) :].count(b" 0 obj\n") == 3  # the store and two streams; the catalog stays


def test_nothing_to_add_adds_nothing() -> None:
    assert append_dss(original(), certificates=[], crls=[], ocsps=[]) == original()


def test_the_store_has_limits() -> None:
    with refused("dss-size"):
        append_dss(original(), certificates=[b"%d" % n for n in range(MAX_ITEMS + 1)], crls=[], ocsps=[])
    with refused("dss-size"):
        append_dss(original(), certificates=[b""], crls=[], ocsps=[])
