# ruff: noqa: ARG001 - every operation has the request; few look at it
"""The API as a whole: its operations, its door, its problems, and its description as OpenAPI."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, URLResolver
from ninja import NinjaAPI

from paraph.node.api import log, reading, texts
from paraph.node.api.bearer import Bearer
from paraph.node.api.problems import add_handlers
from paraph.node.web.problems import PROBLEM

__all__ = ["PREFIX", "api", "description", "operations"]

PREFIX: Final = "/api/v1/"

VERSION: Final = "1"
"""Keys may be added under one version, never renamed."""

ABOUT: Final = (
    "What programs may do with dossiers: read everything that an officer may read, propose texts, comment on them, fetch "
    "originals and containers. What binds a party (initialling, giving the go, signing, planning, reopening, presenting and "
    "verifying full powers, publishing, meeting peers) has no operation here on purpose: people do it on pages, with a passkey."
)

api: Final = NinjaAPI(
    title="Paraph",
    version=VERSION,
    description=ABOUT,
    openapi_url=None,
    docs_url=None,
    urls_namespace="v1",
    auth=Bearer(),
)
api.add_router("", reading.router)
api.add_router("", texts.router)
api.add_router("", log.router)
add_handlers(api)


@api.get("/openapi.json", url_name="openapi", include_in_schema=False)
def openapi(request: HttpRequest) -> HttpResponse:
    """This description."""
    return HttpResponse(_written(), content_type="application/json")


@cache
def _written() -> bytes:
    """The same for everybody, and as long in the making as ten pages."""
    return JsonResponse(description()).content


def description() -> dict[str, Any]:
    """The description as OpenAPI, problems under their own media type."""
    found: dict[str, Any] = dict(api.get_openapi_schema(path_prefix=PREFIX))
    for path in found["paths"].values():
        for operation in path.values():
            operation["operationId"] = operation["operationId"].removeprefix("paraph_node_api_")
            responses = operation["responses"]
            for status in [one for one in responses if int(one) >= 400]:
                content = responses[status].get("content", {})
                if "application/json" in content:
                    content[PROBLEM] = content.pop("application/json")
            operation["responses"] = {str(one): responses[one] for one in sorted(responses, key=int)}
    return found


def operations() -> list[URLPattern | URLResolver]:
    """The addresses of all operations."""
    patterns, _, _ = api.urls
    return [one for one in patterns if getattr(one, "name", "") != "api-root"]
