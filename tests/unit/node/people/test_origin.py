"""What passkeys are bound to."""

from __future__ import annotations

import pytest

from paraph.errors import PermanentError
from paraph.node.people.origin import origin_of


@pytest.mark.parametrize(
    ("url", "host", "origin"),
    [
        ("https://node.example", "node.example", "https://node.example"),
        ("https://Node.Example:443/", "node.example", "https://node.example"),
        ("https://node.example:8443", "node.example", "https://node.example:8443"),
        ("http://localhost:7480", "localhost", "http://localhost:7480"),
        ("http://israel.localhost:80", "israel.localhost", "http://israel.localhost"),
    ],
)
def test_it_is_what_browsers_say(url: str, host: str, origin: str) -> None:
    assert origin_of(url) == (host, origin)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "node.example",
        "ftp://node.example",
        "http://node.example",
        "http://127.0.0.1:7480",
        "https://[::1]",
        "https://x:y",
    ],
)
def test_where_no_passkey_works_the_operator_is_told(url: str) -> None:
    with pytest.raises(PermanentError) as refused:
        origin_of(url)
    assert refused.value.code == "web-url"
