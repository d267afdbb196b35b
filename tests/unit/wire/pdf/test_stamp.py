from __future__ import annotations

import hashlib

import pytest

from paraph.wire import der
from paraph.wire.pdf import embed, open_file, prepare_timestamp
from paraph.wire.pdf.fields import find_field, pages
from paraph.wire.pdf.objects import Ref
from tests.support.refused import refused
from tests.support.signed_pdfs import original, rendered

TOKEN = der.sequence(der.octets(b"x" * 200))


def test_the_token_covers_everything_before_it() -> None:
    prepared = prepare_timestamp(original(), field="seal", reserved=4096)
    start, end = prepared.gap
    assert prepared.digest == hashlib.sha256(prepared.document[:start] + prepared.document[end:]).digest()
    sealed = open_file(embed(prepared, TOKEN))
    field = find_field(sealed, "seal")
    stamp = sealed.dictionary(field.dictionary["V"], "")
    assert (stamp["Type"], stamp["SubFilter"]) == ("DocTimeStamp", "ETSI.RFC3161")
    assert field.dictionary["Rect"] == (0, 0, 0, 0)
    assert field.dictionary["F"] == 132
    page = sealed.dictionary(next(pages(sealed, sealed.catalog())), "")
    assert sealed.array(page["Annots"], "")[-1] == Ref(field.number)


def test_sealing_again_takes_another_field() -> None:
    once = embed(prepare_timestamp(original(), field="seal", reserved=1024), TOKEN)
    with refused("field-box"):
        prepare_timestamp(once, field="seal", reserved=1024)
    twice = embed(prepare_timestamp(once, field="seal-2", reserved=1024), TOKEN)
    assert find_field(open_file(twice), "seal-2").number > find_field(open_file(twice), "seal").number


@pytest.mark.parametrize("field", ["", "a.b", "ü", "x" * 65, "sig"])
def test_impossible_names_are_refused(field: str) -> None:
    with refused("field-box"):
        prepare_timestamp(original(), field=field, reserved=4096)


def test_only_an_original_is_sealed() -> None:
    with refused("pdf-structure"):
        prepare_timestamp(rendered(), field="seal", reserved=4096)
    with refused("signature-step"):
        prepare_timestamp(original(), field="seal", reserved=10)
