"""The root of the API: a room a router, the schema, and its page."""

from collections import defaultdict
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, include, path
from django.utils.translation import get_language
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularAPIView

import accounts.api.router
import core.api.router
import intake.api.router
import portfolio.api.router
import reporting.api.router

METHODS = ("get", "post", "put", "patch", "delete")


@lru_cache(maxsize=8)
def _schema(language: str | None) -> dict[str, Any]:
    """The schema in the language that is active. It is the same for everybody and takes seconds, so a process makes it once."""
    schema: dict[str, Any] = SchemaGenerator(api_version="v1").get_schema(request=None, public=True)
    return schema


class KeptGenerator(SchemaGenerator):
    """Gives what is kept."""

    def get_schema(self, request: Any = None, public: bool = False) -> dict[str, Any]:
        """The schema, whoever asks."""
        return _schema(get_language())


@lru_cache(maxsize=8)
def _operations(language: str | None) -> dict[str, list[dict[str, Any]]]:
    """The operations of the schema by room, as the documentation page shows them in a language."""
    schema = _schema(language)
    rooms: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for address, operations in schema["paths"].items():
        for method in METHODS:
            if operation := operations.get(method):
                rooms[address.split("/")[3]].append(_operation(address, method, operation, schema))
    return dict(rooms)


def _operation(address: str, method: str, operation: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    name = body.get("$ref", "").rsplit("/", 1)[-1]
    fields = schema["components"]["schemas"].get(name, {})
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "address": address,
        "summary": operation.get("summary") or operation.get("description", ""),
        "parameters": [
            {
                "name": one["name"],
                "where": one["in"],
                "kind": one.get("schema", {}).get("type", ""),
                "help": one.get("description", ""),
            }
            for one in operation.get("parameters", [])
        ],
        "fields": [
            {
                "name": field,
                "kind": " ".join(filter(None, [about.get("type", ""), about.get("format", "")])),
                "required": field in fields.get("required", []),
                "help": about.get("title", ""),
            }
            for field, about in fields.get("properties", {}).items()
        ],
        "answers": sorted(operation.get("responses", {})),
    }


def docs(request: HttpRequest) -> HttpResponse:
    """The API's documentation, from its own schema, without scripts of others."""
    return render(request, "api/docs_detail.html", {"rooms": _operations(get_language())})


app_name = "api"
urlpatterns: list[URLPattern | URLResolver] = [
    path("schema/", SpectacularAPIView.as_view(api_version="v1", generator_class=KeptGenerator), name="schema"),
    path("docs/", docs, name="docs"),
    path("core/", include(core.api.router.router.urls)),
    path("accounts/", include(accounts.api.router.router.urls)),
    path("intake/", include(intake.api.router.router.urls)),
    path("portfolio/", include(portfolio.api.router.router.urls)),
    path("reporting/", include(reporting.api.router.router.urls)),
]
