"""Every address × every role × own, other and confidential project: who gets through, and that nobody reads what they may not.

The expectations are data: `tests/access_matrix/`. A new address without a row (or a default that fits) fails here.
"""

import io
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatch
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from accounts.models import User
from accounts.roles import ACTIONS, ROLES, TALK
from core.api.throttles import BurstThrottle
from intake.transitions import REQUESTER_MAY
from portfolio.models import Project
from tests import access_matrix
from tests.access_matrix import DEFAULTS, ROWS, Row, World, make_world
from tests.cast import Cast, make_cast
from tests.servers import number_rows

CANARY = "Zanzibar canary"
ON_AN_OBJECT = {"project", "request"}
ON_PROJECTS = {"project_manager", "sponsor"}
# Who may stand to an own project or request otherwise than to another's. For the rest the other one is asked: confidential
# entries hang on it, too.
OF_THEIR_OWN = {"project": ON_PROJECTS, "request": ON_PROJECTS | {"requester"}}
WRITES = {"post", "put", "patch", "delete"}
# What a refused write may leave behind: sign-in sessions, counters of attempts, and marks of when somebody was last seen.
MOVING_TABLES = {"django_session", "axes_accessattempt", "axes_accesslog", "axes_accessfailurelog", "pghistory_context"}


def walk(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """(full name, pattern) of every address."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from walk(pattern.url_patterns, inner)
        else:
            yield f"{prefix}{pattern.name or ''}", pattern


def addresses() -> dict[str, list[URLPattern]]:
    """The patterns of each name."""
    found: dict[str, list[URLPattern]] = {}
    for name, pattern in walk(get_resolver().url_patterns):
        found.setdefault(name, []).append(pattern)
    return found


ADDRESSES = addresses()


def rows_of(name: str) -> list[Row]:
    """The declared rows of an address, or the default that fits."""
    if name in ROWS:
        declared = ROWS[name]
        return declared if isinstance(declared, list) else [declared]
    return [default for pattern, default in DEFAULTS if fnmatch(name, pattern)][:1]


def address_of(name: str, row: Row, world: World, project: Project) -> str:
    """The address filled in for this project."""
    topic = name.rsplit("-", 1)[0] if "-" in name.rsplit(":", 1)[-1] else name
    room = name.split(":", maxsplit=1)[0]
    first_word = f"{room}:{name.rsplit(':', maxsplit=1)[-1].split('-', maxsplit=1)[0]}"
    wanted: set[str] = set()
    errors: list[str] = []
    for pattern in ADDRESSES[name]:
        wanted = set(pattern.pattern.regex.groupindex) - {"format"}
        values = {}
        for key in wanted:
            for place in (f"{name}.{key}", f"{topic}.{key}", f"{first_word}.{key}", key):
                argument = row.arguments.get(key) or access_matrix.ARGUMENTS.get(place)
                if argument:
                    values[key] = argument(world, project)
                    break
        # Names in the parts of the address above this pattern are given too, where we know them.
        values |= {key: argument(world, project) for key, argument in row.arguments.items()}
        try:
            return reverse(name, kwargs=values) + (f"?{row.query}" if row.query else "")
        except NoReverseMatch as error:
            errors.append(str(error))
    raise AssertionError(f"{name}: say what stands for {sorted(wanted)} in tests/access_matrix/ (ARGUMENTS). {errors}")


def data_of(row: Row, world: World, project: Project) -> dict[str, Any]:
    """What is posted, with its functions answered for this project."""
    return {key: value(world, project) if callable(value) else value for key, value in row.data.items()}


def expected(row: Row, role: str, kind: str) -> str:
    """`open`, `refused` (403) or `unseen` (404) for a role of the cast on the own, other or confidential project."""
    if row.roles is not None and row.kind not in ("project", "request"):
        return "open" if role in row.roles else "refused"
    if row.kind in ("public", "everyone", "own"):
        return "open"
    held = ACTIONS.get(role, set())
    if row.kind == "office":
        return "open" if row.action in held and role not in ON_PROJECTS else "refused"
    if row.kind == "request":
        if role == "requester" and kind == "own":
            through = row.action in REQUESTER_MAY | TALK if row.roles is None else role in row.roles
            return "open" if through else "refused"
        if kind == "confidential" or role in ON_PROJECTS or "request.view" not in held:
            return "unseen"
        return "open" if (row.action in held if row.roles is None else role in row.roles) else "refused"
    if kind == "confidential" or (role in ON_PROJECTS and kind != "own") or "project.view" not in held:
        return "unseen"
    return "open" if (row.action in held if row.roles is None else role in row.roles) else "refused"


def asked_about(row: Row, kind: str) -> set[str]:
    """Who asks for this row of the own, other or confidential project: each answer that could differ is asked for once."""
    everybody = {*ROLES, "stranger"}
    if row.kind not in ON_AN_OBJECT:
        return everybody | {"anonymous"}
    if kind == "own":
        return OF_THEIR_OWN[row.kind]
    return everybody | {"anonymous"} if kind == "confidential" else everybody


def body_of(response: Any) -> str:
    """The whole answer as text, spreadsheets unpacked."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            content = b"\n".join(packed.read(member) for member in packed.namelist())
    return content.decode("utf-8", "replace") + str(sorted(response.headers.items()))


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside is rolled back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A walk asks more in an hour than one person may: who gets through is asked here, not how often. No rate at all: each call
    would read and write the list of all that were made before it."""
    for scope in list(BurstThrottle.THROTTLE_RATES):
        monkeypatch.setitem(BurstThrottle.THROTTLE_RATES, scope, None)


@pytest.fixture(scope="module")
def world(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The cast and its rows, made once for all addresses and rolled back at the end."""
    with django_db_blocker.unblock():
        number_rows(request.node.nodeid)
        outer = transaction.atomic()
        outer.__enter__()
        try:
            yield make_world(make_cast())
        finally:
            transaction.set_rollback(True)
            outer.__exit__(None, None, None)


@pytest.fixture(scope="module")
def clients(world: World) -> dict[str, Client]:
    """A signed-in client per role, and "anonymous"."""
    found = {"anonymous": Client()}
    for role, person in world.cast.people.items():
        found[role] = signed_in(person)
    return found


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def ask(client: Client, row: Row, address: str, data: dict[str, Any] | None = None) -> Any:
    """The answer, with everything it wrote undone. `data`: what is posted, made by `data_of`."""
    cookies = client.cookies.copy()
    with undone():
        options: dict[str, Any] = {"data": data or {}}
        if "/api/" in address and row.method in WRITES:
            options["content_type"] = "application/json"
        response = getattr(client, row.method)(address, **options)
        response.text_of_matrix = body_of(response)
    client.cookies = cookies  # signing out is undone too
    return response


def verdict(response: Any) -> str:
    """The answer in the words of `expected`. A server error or a wrong method is neither."""
    if response.status_code in (403, 404):
        return {403: "refused", 404: "unseen"}[response.status_code]
    not_ready = (
        response.status_code == 503 and '"status": "not ready"' in response.text_of_matrix
    )  # the probe says no worker runs
    assert response.status_code < 500 or not_ready, f"{response.status_code}: {response.text_of_matrix[:500]}"
    assert response.status_code != 405, "405: give the row the right method="
    if response.status_code == 302 and response.headers["Location"].startswith(f"{reverse('accounts:login')}?next="):
        return "sign in"
    return "open"


def unguarded(response: Any) -> list[str]:
    """Which of the headers that keep a browser from being misused are not there or too wide (ASVS 3.4); of the probes none is asked."""
    if response.headers.get("Content-Type", "").startswith("text/plain") or '"status": "not ready"' in response.text_of_matrix:
        return []
    policy = response.headers.get("Content-Security-Policy", "")
    held = {
        "X-Content-Type-Options": response.headers.get("X-Content-Type-Options") == "nosniff",
        "Referrer-Policy": response.headers.get("Referrer-Policy") in ("same-origin", "no-referrer"),
        "Cross-Origin-Opener-Policy": response.headers.get("Cross-Origin-Opener-Policy") == "same-origin",
        "X-Frame-Options": response.headers.get("X-Frame-Options") in ("SAMEORIGIN", "DENY"),
        "Content-Security-Policy": "sandbox" in policy
        or all(part in policy for part in ("object-src 'none'", "base-uri 'none'")),
        "a policy for scripts": "sandbox" in policy or ("unsafe" not in policy and "*" not in policy),
        "HttpOnly": all(
            cookie["httponly"] for name, cookie in response.cookies.items() if name == "sessionid" and cookie.value
        ),
        "SameSite": all(cookie["samesite"] for cookie in response.cookies.values() if cookie.value),
    }
    return [name for name, fine in held.items() if not fine]


def test_every_address_has_a_name_and_a_row() -> None:
    unnamed = [str(pattern.pattern) for name, pattern in walk(get_resolver().url_patterns) if name.endswith(":") or not name]
    assert not unnamed, f"These addresses have no name: {unnamed}"
    missing = sorted(name for name in ADDRESSES if not rows_of(name))
    assert not missing, f"Say in tests/access_matrix/ who may reach: {missing}"


def test_every_row_has_an_address() -> None:
    assert not sorted(set(ROWS) - set(ADDRESSES)), "These rows of tests/access_matrix/ have no address any more"


def test_every_api_method_has_a_row() -> None:
    missing = []
    for name, patterns in ADDRESSES.items():
        methods = {m for pattern in patterns for m in getattr(pattern.callback, "actions", None) or {}} - {"head", "options"}
        declared = {row.method for row in rows_of(name)}
        missing += [f"{name} {method}" for method in sorted(methods - declared)]
    assert not missing, f"Say in tests/access_matrix/ who may: {missing}"


@pytest.mark.parametrize("name", sorted(ADDRESSES))
def test_address_lets_in_whom_it_should(name: str, world: World, clients: dict[str, Client]) -> None:
    projects = dict(zip(("own", "other", "confidential"), world.projects, strict=True))
    wrong = []
    for row in rows_of(name):
        for kind, project in projects.items() if row.kind in ON_AN_OBJECT else [("own", world.cast.own)]:
            address = address_of(name, row, world, project)
            for role, client in clients.items():
                if role not in asked_about(row, kind):
                    continue
                response = ask(client, row, address, data_of(row, world, project))
                got = verdict(response)
                if role == "anonymous":
                    want = ("open",) if row.kind == "public" else ("sign in", "401", "refused")
                    got = "401" if response.status_code == 401 else got
                else:
                    want = (expected(row, role, kind),)
                    if want == ("unseen",) and response.status_code == row.unseen:
                        continue
                    if want == ("refused",) and row.kind not in ON_AN_OBJECT:  # which of the two is the page's choice
                        want = ("refused", "unseen")
                if got not in want:
                    wrong.append(
                        f"{row.method.upper()} {address} as {role}: {' or '.join(want)} expected, {got} ({response.status_code})"
                    )
                if lacking := unguarded(response):
                    wrong.append(f"{row.method.upper()} {address} as {role} answers without {lacking}")
                if CANARY in response.text_of_matrix:
                    wrong.append(f"{row.method.upper()} {address} shows the confidential project to {role}")
                if ">---------<" in response.text_of_matrix:
                    wrong.append(f"{address} has a select that does not say in words that nothing is chosen")
    assert not wrong, "\n".join(wrong)


def test_somebody_named_sees_the_confidential_project(world: World) -> None:
    """Otherwise no canary would ever sing, and the tests above would prove nothing."""
    names = [name for name in ADDRESSES if name in ("portfolio:project-detail", "portfolio:project-list")]
    for name in names:
        for row in rows_of(name):
            response = ask(signed_in(world.cast.director), row, address_of(name, row, world, world.cast.confidential))
            assert CANARY in response.text_of_matrix, name


# What pg_stat_xact_user_tables tells, in a quarter of its time: it looks at every index, too.
WRITTEN = """
SELECT relname, pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid) + pg_stat_get_xact_tuples_deleted(oid)
FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
"""


def written_rows() -> Counter[str]:
    """How many rows of each table this transaction has written so far, also those that were undone since."""
    with connection.cursor() as cursor:
        cursor.execute(WRITTEN)
        return Counter({table: count for table, count in cursor.fetchall() if table not in MOVING_TABLES})


def fingerprint(only: set[str] | None = None) -> dict[str, str]:
    """A hash of the rows of every table, or of these."""
    with connection.cursor() as cursor:
        if only is None:
            only = {table for table in connection.introspection.table_names(cursor) if table not in MOVING_TABLES}
        hashes = {}
        for table in only:
            cursor.execute(f"SELECT md5(coalesce(string_agg(t::text, ',' ORDER BY t::text), '')) FROM \"{table}\" t")  # noqa: S608
            hashes[table] = cursor.fetchone()[0]
    return hashes


def test_auditor_changes_nothing(world: World) -> None:
    """Every address, every writing method, on every project: refused, and no table differs afterwards."""
    auditor = signed_in(world.cast.auditor)
    before = fingerprint()
    wrong = []
    for name in sorted(ADDRESSES):
        with undone():
            rows = written_rows()
            tried: set[tuple[str, str]] = set()
            for row in rows_of(name):
                if row.kind in ("own", "public"):
                    continue
                for project in world.projects if row.kind in ON_AN_OBJECT else world.projects[:1]:
                    address = address_of(name, row, world, project)
                    wrong += written(auditor, row, address, data_of(row, world, project), tried)
            touched = set(written_rows() - rows)
            changed = [table for table, value in fingerprint(touched).items() if before[table] != value]
        if changed:
            wrong.append(f"{name} changed {changed}")
    wrong += [f"{table} differs at the end" for table, value in fingerprint().items() if before[table] != value]
    assert not wrong, "\n".join(wrong)


def written(client: Client, row: Row, address: str, data: dict[str, Any], tried: set[tuple[str, str]]) -> Iterator[str]:
    """What was not refused of the writes to this address: the row's own with its data, the others once."""
    api = "/api/" in address
    for method in sorted(WRITES if api else {"post"}):
        if method != row.method and (address, method) in tried:
            continue
        tried.add((address, method))
        options = {"content_type": "application/json"} if api else {}
        response = getattr(client, method)(address, data=data, **options)
        if row.method == method and response.status_code not in (403, 404, row.unseen):
            yield f"{method.upper()} {address} answered {response.status_code}"


def test_cast_holds_every_role(world: World) -> None:
    assert set(world.cast.people) == set(ROLES) | {"stranger"}
    assert isinstance(world.cast, Cast)
