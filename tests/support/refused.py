"""Expecting a refusal of the right family and code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from paraph.errors import FormatError, ParaphError


@contextmanager
def refused(
    code: str, family: type[ParaphError] = FormatError
) -> Iterator[pytest.ExceptionInfo[ParaphError]]:
    """The block must raise exactly this family with this code."""
    with pytest.raises(family) as caught:
        yield caught
    assert (type(caught.value), caught.value.code) == (family, code)
