"""The signature policy: one text, one name, one digest, and the page that states them."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from paraph.domain.policy import POLICY_DIGEST, POLICY_OID, POLICY_TEXT
from paraph.wire import der

PAGE = (Path(__file__).parents[3] / "docs" / "spec" / "signature-policy.md").read_text("utf-8")


def test_the_published_text_is_the_signed_one() -> None:
    (text,) = re.findall(r"^```text\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert text.encode() == POLICY_TEXT


def test_the_page_names_the_policy_and_its_digest() -> None:
    assert f"`{POLICY_OID}`" in PAGE
    assert f"`{POLICY_DIGEST}`" in PAGE
    assert hashlib.sha256(POLICY_TEXT).hexdigest() == POLICY_DIGEST


def test_the_text_never_changes_under_its_name() -> None:
    """A changed text needs another identifier: signatures made under this one mean this text."""
    assert (POLICY_OID, POLICY_DIGEST) == (
        "2.25.213984117606418345217845962403870013541",
        "e1e43e980d26be16642ca2f9f6efa542518b3944d52688ebc9d5c64259062594",
    )


def test_the_name_is_a_uuid_under_2_25() -> None:
    """ITU-T X.667: the arc is one unsigned integer of at most 128 bits."""
    arc = int(POLICY_OID.removeprefix("2.25."))
    assert arc.bit_length() <= 128
    assert der.oid(POLICY_OID)


def test_the_text_is_plain_ascii_lines_so_that_its_digest_has_one_reading() -> None:
    assert POLICY_TEXT.isascii()
    assert b"\r" not in POLICY_TEXT
    assert POLICY_TEXT.endswith(b".\n")
    assert all(len(line) <= 110 for line in POLICY_TEXT.splitlines())
