"""Calls of the API that its own description allows, and many that it does not, drawn at random with a fixed seed."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, seed, settings

from tests.support.nodes import World
from tests.support.site import officer, signed_in, site_of

pytestmark = pytest.mark.engines("sqlite")  # descriptions and answers, hardly rows

EXAMPLES = 12
"""Calls of each operation and mode; the wide profile of nothing here: what is drawn is always the same."""

CALM = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def program(people: None) -> Any:
    from paraph.node.api import bearer
    from paraph.node.api.tokens import make

    bearer.CALLS.forget()
    world = World.at("agreed")
    site_of(world.first)
    _, secret = make(
        officer("Admin", "administrator"),
        name="p",
        officer=officer("A. Officer", "treaty-officer"),
        scopes=["read", "comment", "propose"],
        days=1,
    )
    return world, signed_in(headers=[("HTTP_AUTHORIZATION", f"Bearer {secret}")])


def operations() -> list[tuple[str, str]]:
    """Method and path of every operation; read from the document, which another test compares with the code."""
    from tests.unit.node.api.test_calls import DESCRIPTION

    paths = json.loads(DESCRIPTION.read_text("utf-8"))["paths"]
    return [(method.upper(), path) for path, one in sorted(paths.items()) for method in sorted(one)]


@pytest.mark.slow
@pytest.mark.parametrize("negative", [False, True], ids=["allowed", "forbidden"])
@pytest.mark.parametrize(("method", "path"), operations())
def test_drawn_calls_are_answered_as_described(program: Any, method: str, path: str, negative: bool) -> None:
    import schemathesis
    from schemathesis.generation import GenerationMode

    from paraph.node.api import bearer
    from paraph.node.api.description import description

    world, client = program
    schema = schemathesis.openapi.from_dict(json.loads(json.dumps(description())))
    operation = schema[path][method]
    mode = GenerationMode.NEGATIVE if negative else GenerationMode.POSITIVE
    try:
        strategy = operation.as_strategy(generation_mode=mode)
    except Exception:  # noqa: BLE001 - nothing about this operation can be wrong
        pytest.skip("nothing to get wrong")
    described = set(json.loads(json.dumps(description()))["paths"][path][method.lower()]["responses"])
    known = {"dossier": str(world.dossier)}

    @seed(1)
    @CALM
    @given(case=strategy)
    def call(case: Any) -> None:
        bearer.CALLS.forget()
        places = {name: known.get(name, value) for name, value in (case.path_parameters or {}).items()}
        at = path
        for name, value in places.items():
            at = at.replace("{" + name + "}", quote(str(value), safe=""))
        question = {k: str(v) for k, v in (case.query or {}).items()}
        body = json.dumps(case.body).encode() if method == "POST" and _is_json(case.body) else b""
        answer = client.generic(method, at, body, "application/json", query_params=question)
        assert answer.status_code < 500, (method, at, question, body[:200])
        if answer.status_code >= 400 and answer.status_code != 405:
            assert answer["Content-Type"] == "application/problem+json", (method, at)
            assert json.loads(answer.content)["code"]
        if answer.status_code != 400:
            assert str(answer.status_code) in described | {"405"}, (method, at, answer.status_code)

    call()


def _is_json(value: object) -> bool:
    try:
        json.dumps(value)
    except (TypeError, ValueError):
        return False
    return True
