"""Generated calls of the API: every operation of its own schema, by every role, with values that fit, almost fit and never fit.

`Fuzzer.call` makes one; what comes back is held to the schema: its status is declared, its body has the declared shape, nothing
fails (5xx), and nothing that was written breaks a constraint that the database checks last. A new route is called as soon as it
is in the schema; its address is filled in like that of the access matrix. Everything comes from one `random.Random`.
"""

import json
import random
import re
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import jsonschema
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signals import got_request_exception
from django.db import connection
from django.test import Client
from django.urls import Resolver404, resolve, reverse
from drf_spectacular.generators import SchemaGenerator

from core.api.base import etag_of
from core.models import Versioned
from intake.models import FormVersion
from tests.access_matrix import World

METHODS = ("get", "post", "put", "patch", "delete")
HOSTILE: list[Any] = [
    None, True, False, 0, -1, 1e308, 10**40, -(2**63) - 1, 2**31, "", " ", "\0", "a\0b", "\ud800", "x" * 6_000, "٣", "²", "NaN", "Infinity", "-0",
    "1e999999", "0001-01-01", "9999-12-31", "0000-00-00", "2026-02-30", "9999-12-31T23:59:59.999999+14:00", "0001-01-01T00:00:00-12:00",
    "<script>alert(1)</script>", "=1+1", "'; DROP TABLE x; --", "%s%s%n", "{{ x }}", "../../etc/passwd", "\u202e\ufeff", "£" * 400, "-5", "1,5",
    [], {}, [None], [[]], [{}], {"a": {"a": {"a": []}}}, {"id": []}, [1, "a"], ["\0"], "PRJ-0001\n", "prj-0001", "RSK-" + "9" * 40, "@", "a@b",
]  # fmt: skip


class Fuzzer:
    """Makes calls on a world. `clients` by role; "anonymous" is one of them."""

    def __init__(self, world: World, clients: dict[str, Client], chance: random.Random) -> None:
        self.world, self.clients, self.chance = world, clients, chance
        self.schema = SchemaGenerator().get_schema(request=None, public=True)
        self.operations = [
            (path, method, operation)
            for path, operations in sorted(self.schema["paths"].items())
            for method, operation in operations.items()
            if method in METHODS
        ]
        components = json.loads(json.dumps(self.schema["components"], default=str))
        self.components = {"components": with_nulls(components)}
        self.crashes: list[str] = []
        self._checks: dict[str, Any] = {}
        got_request_exception.connect(self._crashed, weak=False, dispatch_uid="api_fuzz")
        self.references, self.keys = self._pools()
        for client in clients.values():
            client.raise_request_exception = False

    def _crashed(self, **about: Any) -> None:
        import traceback

        self.crashes.append(traceback.format_exc(limit=-4))

    def _pools(self) -> tuple[list[str], list[int]]:
        """References, addresses and numbers of what there is."""
        rows = [row for some in [self.world.shared, *self.world.sets.values()] for row in some.values()]
        references = {row.reference for row in rows if getattr(row, "reference", "")}
        references |= {person.email for person in self.world.cast.people.values()}
        return sorted(references), sorted({row.pk for row in rows if isinstance(getattr(row, "pk", None), int)})

    # -- what is sent

    def value(self, schema: dict[str, Any], name: str = "", depth: int = 0) -> Any:
        """A value for this schema, which fits four times of five."""
        if self.chance.random() < 0.1:
            return self.chance.choice(HOSTILE)
        schema = self.resolved(schema)
        for key in ("oneOf", "anyOf", "allOf"):
            if key in schema:
                return self.value(self.chance.choice(schema[key]), name, depth)
        if schema.get("nullable") and self.chance.random() < 0.2:
            return None
        if "enum" in schema:
            return self.chance.choice(schema["enum"])
        make = getattr(self, f"_{schema.get('type', 'string')}", self._string)
        return make(schema, name, depth)

    def resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Without its first reference."""
        while "$ref" in schema:
            schema = self.schema["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
        return schema

    def _object(self, schema: dict[str, Any], name: str, depth: int) -> Any:
        properties = schema.get("properties", {})
        required = set(schema.get("required", []))
        made = {}
        for key, about in properties.items():
            if about.get("readOnly") or self.chance.random() > (0.95 if key in required else 0.35):
                continue
            made[key] = self.value(about, key, depth + 1)
        if not properties and isinstance(schema.get("additionalProperties"), dict) and depth < 6:
            for _ in range(self.chance.randrange(3)):
                key = self.chance.choice(["a", "1", "", "cost", "\0", "schedule", "question"])
                made[key] = self.value(schema["additionalProperties"], key, depth + 1)
        if self.chance.random() < 0.02:
            made[self.chance.choice(["version", "id", "reference", "\0", "__proto__", "state"])] = self.chance.choice(HOSTILE)
        return made

    def _array(self, schema: dict[str, Any], name: str, depth: int) -> Any:
        if depth > 6:
            return []
        return [self.value(schema.get("items", {}), name, depth + 1) for _ in range(self.chance.choice([0, 1, 1, 2, 3, 30]))]

    def _integer(self, schema: dict[str, Any], name: str, depth: int) -> Any:
        edges = [schema[key] for key in ("minimum", "maximum") if key in schema] or [1]
        return self.chance.choice([*self.keys, *edges, 0, 1, 2, 3, 5, edges[0] - 1, edges[-1] + 1, 2**31, 2**63])

    def _number(self, schema: dict[str, Any], name: str, depth: int) -> Any:
        return self.chance.choice([0, 1, 0.5, 100, -1, 1e15, 1e308, 12345.678])

    def _boolean(self, schema: dict[str, Any], name: str, depth: int) -> Any:
        return self.chance.random() < 0.5

    def _string(self, schema: dict[str, Any], name: str, depth: int) -> Any:
        form = schema.get("format", "")
        if "[a-z]" in schema.get("pattern", "") and self.chance.random() < 0.8:  # a key of the parts of a form
            return self.chance.choice(["one", "step", "other", "another"])
        if form == "date":
            return (date(2026, 11, 22) + timedelta(days=self.chance.randrange(-400, 400))).isoformat()
        if form == "date-time":
            return f"2026-{self.chance.randrange(1, 13):02d}-11T08:00:00Z"
        if form == "decimal":
            return self.chance.choice(["0", "1", "12.50", "-3", "100", "99999999999999.99", "0.001", "1e5", "50"])
        if form == "time":
            return self.chance.choice(["08:00", "23:59:59", "24:00", "8"])
        if form == "binary":
            return SimpleUploadedFile(
                self.chance.choice(["a.csv", "b.pdf", "\u202egnp.exe", "x" * 300 + ".csv", 'a"\r\nX: y.csv', "<img>.svg"]),
                self.chance.choice(
                    [b"Project name,Budget\nBridge,5\n", b"", b"\0" * 40, b"%PDF-1.7 x", b"<svg onload=alert(1)>"]
                ),
            )
        texts = [
            "Words",
            "Words",
            f"Words {self.chance.random()}",
            "w" * schema.get("maxLength", 50),
            "GBP",
            "accept",
            "*Strong* & <b>",
        ]
        return (
            self.chance.choice([*texts, *self.references])
            if self.chance.random() < 0.7
            else self.chance.choice(self.references)
        )

    def address(self, path: str) -> tuple[str, Any]:
        """The address of a path of the schema, and the row it is about when there is one."""
        from tests.test_access_matrix import address_of, rows_of

        filled = re.sub(r"{(\w+)}", "1", path)
        with suppress(Resolver404):
            match = resolve(filled)
            name = match.view_name
            rows = rows_of(name)
            project = self.chance.choice([*self.world.projects, self.world.cast.own])
            if "{" not in path:
                return reverse(name), None
            if rows and self.chance.random() < 0.85:
                address = address_of(name, self.chance.choice(rows), self.world, project).partition("?")[0]
                return address, self._row_at(address, project)
        odd = [
            "1",
            "0",
            "-1",
            "9" * 30,
            "PRJ-9999",
            "a%00b",
            "%F0%9F%92%A9",
            "%ED%A0%80",
            "..",
            "x" * 300,
            *self.references,
            *map(str, self.keys),
        ]
        return re.sub(r"{(\w+)}", lambda _: str(self.chance.choice(odd)), path), None

    def _row_at(self, address: str, project: Any) -> Any:
        """What has a version at this address."""
        parts = [part for part in address.split("/") if part]
        noun = parts[3].replace("-", "").removesuffix("s") if len(parts) > 3 else ""
        found = []
        for row in self.world.of(project).values():
            if isinstance(row, FormVersion) and {"versions", str(row.number)} <= set(parts):  # named by its number
                return row
            if isinstance(row, Versioned) and {str(row.pk), getattr(row, "reference", "-")} & set(parts[4:]):
                found.append(row)
        return min(found, key=lambda row: row._meta.model_name != noun, default=None)

    # -- a call

    def call(self, path: str, method: str, operation: dict[str, Any], role: str) -> list[str]:
        """Make it and say what is wrong with the answer."""
        address, row = self.address(path)
        query = {}
        for one in operation.get("parameters", []):
            if one["in"] == "query" and self.chance.random() < 0.3:
                given = self.value(one.get("schema", {}), one["name"])
                query[one["name"]] = json.dumps(given) if isinstance(given, (dict, list)) else given
        options: dict[str, Any] = {"headers": {}}
        if row is not None and self.chance.random() < 0.85:
            options["headers"]["If-Match"] = etag_of(row)
        elif self.chance.random() < 0.3:
            options["headers"]["If-Match"] = self.chance.choice(['"1"', "*", '"0"', "W/x", '"' + "9" * 30 + '"', "é", ""])
        body: Any = None
        content = operation.get("requestBody", {}).get("content", {})
        if "multipart/form-data" in content and "application/json" not in content:
            body = self.value(content["multipart/form-data"]["schema"])
            body = {key: self._plain(value) for key, value in body.items()} if isinstance(body, dict) else {}
            if method != "post":
                return []
            options["data"] = body
        elif method != "get":
            body = self.value(content["application/json"]["schema"]) if "application/json" in content else {}
            options["data"] = (
                json.dumps(body) if self.chance.random() > 0.02 else self.chance.choice(["", "{", "[" * 2000, b"\xff"])
            )
            options["content_type"] = "application/json"
        from urllib.parse import urlencode

        text = urlencode({key: str(value) for key, value in query.items()}, errors="surrogatepass") if query else ""
        self.crashes.clear()
        response = getattr(self.clients[role], method)(address + (f"?{text}" if text else ""), **options)
        said = f"{method.upper()} {address}?{text} as {role}: {json.dumps(body, default=str)[:600]} {options['headers']}"
        return [f"{said}\n  {trouble}" for trouble in self.troubles(response, path, method, operation)]

    @staticmethod
    def _plain(value: Any) -> Any:
        if isinstance(value, (dict, list)) or value is None:
            return json.dumps(value)
        return value if hasattr(value, "read") else str(value).replace("\ud800", "?")

    def troubles(self, response: Any, path: str, method: str, operation: dict[str, Any]) -> list[str]:
        """What the schema does not say of this answer."""
        if response.status_code >= 500:
            return [f"{response.status_code}: {''.join(self.crashes)[-1500:]}"]
        if response.streaming:
            b"".join(response.streaming_content)
        if method != "get" and response.status_code < 300:
            with connection.cursor() as cursor:  # what is checked at the end of a transaction is checked now
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        declared = operation.get("responses", {}).get(str(response.status_code))
        if response.status_code == 404 and "html" in response.headers.get("Content-Type", ""):
            return []  # no route has this address
        if declared is None:
            return [f"{response.status_code} is not declared: {response.content[:300]!r}"]
        content = declared.get("content", {}).get("application/json")
        if not content or "json" not in response.headers.get("Content-Type", ""):
            return []
        check = self.check_of(f"{path} {method} {response.status_code}", content["schema"])
        found = jsonschema.exceptions.best_match(check.iter_errors(response.json()))
        return [f"{response.status_code}: {found.json_path} {found.message[:300]}"] if found else []

    def check_of(self, name: str, schema: dict[str, Any]) -> Any:
        """The validator of an answer, kept."""
        if name not in self._checks:
            whole = with_nulls(json.loads(json.dumps(schema, default=str))) | self.components
            self._checks[name] = jsonschema.Draft4Validator(whole)
        return self._checks[name]


def with_nulls(schema: Any) -> Any:
    """OpenAPI 3.0's `nullable` in the words of JSON Schema."""
    if isinstance(schema, list):
        return [with_nulls(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: with_nulls(value) for key, value in schema.items()}
    if made.pop("nullable", False) is True:
        return {"anyOf": [made, {"type": "null"}]}
    return made
