"""No form and no page falls over what is sent to it: every form of every page with values that fit and some that never do, every
page with odd parameters. FORM_ROUNDS=20 makes it long (docs/benchmarks.md)."""

import os
import random
import traceback
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.signals import got_request_exception
from django.test import Client

from tests.access_matrix import World
from tests.form_walk import forms_of, usual_of
from tests.test_access_matrix import ADDRESSES, address_of, clients, patient, rows_of, undone, world  # noqa: F401 - fixtures

pytestmark = pytest.mark.slow
ROUNDS = int(os.environ.get("FORM_ROUNDS", "1"))
SEED = int(os.environ.get("FORM_SEED", "20261122"))
ODD = [
    "", " ", "\0", "a\0b", "9" * 5_000, "9" * 19, "2147483648", "-1", "0", "1e999", "1e308", "NaN", "-Infinity", "²", "٣", "x" * 20_000, "0000-00-00",
    "9999-12-31", "0001-01-01", "2026-02-30", "24:61", "[]", "{}", "[[", "null", '{"a": [null]}', '[{"id": []}]', "None", "PRJ-0001", "prj-0001 ",
    "RSK-" + "9" * 30, "somebody@example.org\r\nBcc: x@example.org", "a,b;c\n\n", "\u202e\ufeff", "£" * 300, "-0.00", "1,5", "99999999999999.999", "%", "'",
    "../../x", "javascript:alert(1)", "=1+1", "all", "true", "1.5",
]  # fmt: skip
PARAMETERS = [
    "q",
    "page",
    "sort",
    "open",
    "limit",
    "offset",
    "columns",
    "filters",
    "export",
    "project",
    "programme",
    "portfolio",
    "owner",
    "unit",
    "due",
    "tag",
    "category",
    "as_at",
    "on",
    "from",
    "to",
    "kind",
    "state",
    "status",
    "type",
    "period",
    "calendar",
    "tier",
    "rating",
    "span",
    "n",
    "option",
    "assessment",
    "choice",
    "model",
    "objective",
    "scope",
    "show",
    "group",
    "by",
    "pk",
    "view",
]


@pytest.fixture
def crashes() -> Any:
    """What a view raised, newest last."""
    found: list[str] = []

    def note(**about: Any) -> None:
        found.append(traceback.format_exc(limit=-3))

    got_request_exception.connect(note, weak=False, dispatch_uid="form_fuzz")
    yield found
    got_request_exception.disconnect(dispatch_uid="form_fuzz")


def said(found: list[str]) -> str:
    return "".join(found[-1:])[-900:]


def test_no_form_falls_over_what_is_sent(world: World, clients: dict[str, Client], crashes: list[str]) -> None:  # noqa: F811
    chance, client = random.Random(SEED), clients["pmo_head"]
    client.raise_request_exception = False
    wrong: dict[str, str] = {}
    done: set[str] = set()
    sent = 0
    for name in sorted(ADDRESSES):
        for row in rows_of(name):
            address = address_of(name, row, world, world.cast.own)
            if row.method != "get" or address.startswith("/api/"):
                continue
            with undone():
                page = client.get(address)
            if page.status_code != 200 or page.streaming or "html" not in page.headers.get("Content-Type", ""):
                continue
            for form in forms_of(page.content.decode(), address):
                if form.address in done or "logout" in form.address:
                    continue
                done.add(form.address)
                for _round in range(ROUNDS):
                    data = form.filled("Words", usual_of(world))
                    names = sorted(key for key in data if key != "csrfmiddlewaretoken")
                    # Half of the time the hidden ones, too: nobody sends what we wrote only.
                    open_ones = [key for key in names if not key.endswith("_FORMS") and key != "version"] or names
                    for key in chance.sample(
                        names if chance.random() < 0.5 else open_ones, min(len(names) // 3 + 1, len(open_ones))
                    ):
                        data[key] = chance.choice(ODD)
                    with undone():
                        answer = client.post(form.address, data)
                    sent += 1
                    if answer.status_code >= 500:
                        odd = {key: str(value)[:40] for key, value in data.items() if value in ODD}
                        wrong.setdefault(form.address, f"{odd}\n{said(crashes)}")
    print(f"{sent} forms sent")  # noqa: T201
    assert not wrong, "\n\n".join(f"POST {key}: {value}" for key, value in wrong.items())
    assert sent > 100


def test_no_page_falls_over_its_parameters(world: World, clients: dict[str, Client], crashes: list[str]) -> None:  # noqa: F811
    chance, client = random.Random(SEED), clients["pmo_head"]
    client.raise_request_exception = False
    wrong: dict[str, str] = {}
    asked = 0
    for name in sorted(ADDRESSES):
        for row in rows_of(name)[:1]:
            address = address_of(name, row, world, world.cast.own).partition("?")[0]
            if row.method != "get" or address.startswith("/api/") or name == "core:readyz":
                continue
            for _round in range(ROUNDS):
                odd = {key: chance.choice(ODD)[:3_000] for key in chance.sample(PARAMETERS, 6)}
                odd |= {
                    key: chance.choice(ODD)[:3_000]
                    for key in dict.fromkeys(part.partition("=")[0] for part in row.query.split("&"))
                    if key
                }
                with undone():
                    answer = client.get(
                        f"{address}?{urlencode(odd)}", headers={"HX-Request": "true"} if chance.random() < 0.3 else {}
                    )
                    if answer.streaming:
                        b"".join(answer.streaming_content)
                asked += 1
                if answer.status_code >= 500:
                    wrong.setdefault(address, f"{ {key: value[:40] for key, value in odd.items()} }\n{said(crashes)}")
    print(f"{asked} pages asked")  # noqa: T201
    assert not wrong, "\n\n".join(f"GET {key}: {value}" for key, value in wrong.items())
