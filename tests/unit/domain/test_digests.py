from __future__ import annotations

import dataclasses
import hashlib

import pytest

from paraph.domain.digests import canonical_text, digest_set, language_digest, particulars_digest, text_digest
from paraph.domain.ids import InstrumentNumber
from paraph.domain.language import ByLanguage
from paraph.domain.texts import Nature
from tests.support.specimens import declarations, text, version


def test_the_text_digest_is_that_of_the_canonical_bytes():
    assert text_digest(text()) == hashlib.sha256(canonical_text(text())).hexdigest()


def test_the_set_has_every_language_and_the_particulars():
    made = text()
    assert list(digest_set(made)) == ["en", "he", "sq", "particulars"]
    assert digest_set(made)["he"] == language_digest(made, "he")
    assert len(set(digest_set(made).values())) == 4


def test_a_word_changes_its_own_language_alone():
    made = text()
    changed = dataclasses.replace(
        made, versions=ByLanguage({**dict(made.versions), "he": version("he", clauses=3)})
    )
    before, after = digest_set(made), digest_set(changed)
    assert [lang for lang in before if before[lang] != after[lang]] == ["he"]


@pytest.mark.parametrize(
    "change",
    [
        {"number": "AB/2021/2"},
        {"specimen": "SPECIMEN"},
        {"declarations": declarations(nature=Nature.POLITICAL)},
    ],
)
def test_declarations_number_and_banner_are_initialled_too(change):
    assert particulars_digest(dataclasses.replace(text(), **change)) != particulars_digest(text())


def test_a_version_cannot_be_moved_to_another_instrument():
    other = dataclasses.replace(text(), number=InstrumentNumber("AB/2021/2"))
    assert language_digest(other, "en") != language_digest(text(), "en")
