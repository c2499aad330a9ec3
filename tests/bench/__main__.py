"""`make bench`: a seeded portfolio behind gunicorn, beside the floor, fired at alternately; figures against targets.

    make bench ARGS="--only overview --rounds 5 --projects 10000"

Prints for each page p50 and p95 in milliseconds, statements, kilobytes, and the ratio of its median to that of the
floor measured in the same minute, because only ratios of the same hour count.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from core.embedded import Place, Postgres, Valkey
from tests.bench.load import Call, fire, median, round_of
from tests.servers import free_port

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Target:
    """What is measured. `ratio`: at most so many times the floor's median; `floor`: its page. None: only told."""

    name: str
    path: str
    floor: str
    ratio: float | None
    sql: int | None = 15
    kilobytes: int | None = None
    who: str = "head"
    clients: int = 1
    body: dict[str, Any] | None = None
    bar: str = ""
    changes: bool = False  # another project changes before each request
    requests: int = 1_000  # at most so many a round: what takes seconds is asked less often


# The ratios are those of BARS: twice the floor, or the peer's median divided by the floor's on the same machine.
TARGETS = [
    Target("project list, 25", "/portfolio/projects/?page_size=25", "/items/?n=25", 2.0, 10, 60, bar="T2"),
    Target("project list, 50", "/portfolio/projects/?page_size=50", "/items/?n=50", 2.0, 10, 60, bar="T1"),
    Target("project list, 100", "/portfolio/projects/?page_size=100", "/items/?n=100", 2.0, 10, 60, bar="T1"),
    Target(
        "list, filtered and sorted",
        "/portfolio/projects/?page_size=50&tier=1&sort=-budget",
        "/items/?n=50",
        2.0,
        10,
        60,
        bar="T1",
    ),
    Target("portfolio overview", "/reports/overview/", "/board/", 2.0, 15, 60, bar="T3"),
    Target("overview after a change", "/reports/overview/", "/board/", 2.0, 15, 60, bar="T3", changes=True),
    Target("overview, another filter", "/reports/overview/?tier=2&n={n}", "/board/", 2.0, 15, 60, bar="T3"),
    Target("overview, as of a day", "/reports/overview/?as_of={past}", "/board/", None, 15, None, bar=""),
    Target("project page", "/portfolio/projects/PRJ-0106/", "/items/?n=100", 1.03, 15, 60, bar="T4"),
    Target("My work, head", "/", "/board/", 2.0, 15, 60, bar=""),
    Target("My work, manager", "/", "/board/", 2.0, 15, 60, who="manager", bar=""),
    Target(
        "status form",
        "/portfolio/projects/PRJ-0105/updates/write/{period}/",
        "/items/?n=100",
        1.5,
        15,
        60,
        who="manager",
        bar="",
    ),
    Target("search", "/search/?q=network", "/items/?n=100", 1.4, 15, 60, bar=""),
    Target("search, a common word", "/search/?q=staff", "/items/?n=100", None, 15, 60, bar=""),
    Target("search, mistyped", "/search/?q=netwrok", "/items/?n=100", None, 18, 60, bar=""),
    Target("list 100, 4 clients", "/portfolio/projects/?page_size=100", "/items/?n=100", 1.4, 10, 60, clients=4, bar="T5"),
    Target("requests, 50", "/intake/requests/?page_size=50", "/items/?n=50", 2.0, 10, 60, bar=""),
    Target("triage queue, 50", "/intake/triage/?page_size=50", "/items/?n=50", 2.0, 10, 60, bar=""),
    Target("triage queue, overdue", "/intake/triage/?page_size=50&service=over", "/items/?n=50", 2.0, 10, 60, bar=""),
    Target("ranked list of 2,000", "/intake/rounds/1/", "/items/?n=100", 2.0, 10, 60, bar=""),
    Target("pipeline board", "/intake/pipeline/", "/board/", 2.0, 15, 60, bar=""),
    Target("pipeline flow", "/intake/pipeline/flow/", "/board/", 2.0, 15, 60, bar=""),
    Target("risks, 50 of 15,000", "/portfolio/risks/?page_size=50", "/items/?n=50", 2.0, 10, 60, bar="T1"),
    Target(
        "risks, 100, filtered",
        "/portfolio/risks/?page_size=100&sign=threat&sort=-due_on",
        "/items/?n=100",
        2.0,
        10,
        60,
        bar="T1",
    ),
    Target("risks by words", "/portfolio/risks/?page_size=50&q=staff+leave+03", "/items/?n=50", 2.0, 10, 60, bar="T1"),
    Target("risks by a common word", "/portfolio/risks/?page_size=50&q=staff", "/items/?n=50", None, 10, 60, bar=""),
    Target(
        "risks of a programme", "/portfolio/risks/?page_size=50&programme=3&status=open&sort=owner", "/items/?n=50", 2.0, 10, 60
    ),
    Target("risks as CSV, 15,000", "/portfolio/risks/?open=all&export=csv", "/items/?n=100", None, None, None, requests=2),
    Target("issues, 50 of 10,000", "/portfolio/issues/?page_size=50", "/items/?n=50", 2.0, 10, 60, bar="T1"),
    Target("assumptions, 50 of 4,000", "/portfolio/assumptions/?page_size=50", "/items/?n=50", 2.0, 10, 60, bar="T1"),
    Target("decisions, 50 of 4,000", "/portfolio/decisions/?page_size=50", "/items/?n=50", 2.0, 10, 60, bar="T1"),
    Target("actions, 50 of 12,000", "/portfolio/actions/?page_size=50", "/items/?n=50", 2.0, 10, 60, bar="T1"),
    Target("changes, 50 of 3,000", "/portfolio/changes/?page_size=50", "/items/?n=50", 2.0, 10, 60, bar="T1"),
    Target("dependencies, 50 of 2,000", "/portfolio/dependencies/?page_size=50", "/items/?n=50", 2.0, 10, 60, bar="T1"),
    Target("risk register, manager", "/portfolio/risks/?page_size=50", "/items/?n=50", 2.0, 10, 60, who="manager", bar="T1"),
    Target("a risk's page", "/portfolio/risks/RSK-0106/", "/items/?n=100", 1.03, 15, 60, bar="T4"),
    Target("a change's page", "/portfolio/changes/CHG-0106/", "/items/?n=100", 1.03, 15, 60, bar="T4"),
    Target("an issue's page", "/portfolio/issues/ISS-0106/", "/items/?n=100", 1.03, 15, 60, bar="T4"),
    Target("a dependency's page", "/portfolio/dependencies/DEP-0106/", "/items/?n=100", 1.03, 15, 60, bar="T4"),
    Target("registers of a project", "/portfolio/projects/PRJ-0106/registers/", "/items/?n=100", 1.03, 20, 60, bar="T4"),
    Target("risk matrix, organisation", "/portfolio/risk-matrix/", "/board/", 2.0, 15, 60, bar="T3"),
    Target("risk exposure, organisation", "/portfolio/risk-matrix/exposure/", "/board/", 2.0, 15, 60, bar="T3"),
    Target("risks over time", "/portfolio/risk-matrix/over-time/", "/board/", 2.0, 15, 60, bar="T3"),
    Target("dependency network", "/portfolio/dependencies/map/", "/board/", 2.0, 15, None, bar="T3"),
    Target("dependency matrix", "/portfolio/dependencies/map/matrix/", "/board/", 2.0, 15, None, bar="T3"),
    Target("REST list, 100", "/api/v1/portfolio/projects/?limit=100", "/api/items/", 2.0, 8, None, bar="T6"),
    Target("REST risks, 100 of 15,000", "/api/v1/portfolio/risks/?limit=100", "/api/items/", 2.0, 8, None, bar="T6"),
    Target("REST actions, 100 of 12,000", "/api/v1/portfolio/actions/?limit=100", "/api/items/", 2.0, 8, None, bar="T6"),
    Target(
        "REST create",
        "/api/v1/portfolio/projects/",
        "/api/items/",
        2.2,
        15,
        None,
        body={"title": "Bench {n}", "currency": "GBP"},
        bar="T7",
    ),
]
# Measured in processes of their own, after the pages: `--only imports`, `--only reports`, `--only scoring`, `--only simulation`; the last one takes
# hours and is run only when it is named: `--only endurance --campaign deploys --times 50`.
JOBS = ("imports", "reports", "scoring", "simulation", "endurance")
FLOOR_BODY = {"title": "Issue {n}", "project": 1, "owner": 1, "rag": "G", "status": "open", "priority": 1}


@contextmanager
def servers(folder: Path) -> Iterator[dict[str, str]]:
    """PostgreSQL and Valkey of this run, and the environment that points at them."""
    place = Place(folder)
    place.prepare()
    postgres, valkey = Postgres(place), Valkey(place)
    place.own(postgres.folder)
    postgres.start()
    valkey.start()
    try:
        postgres.ensure_database("bench")
        postgres.ensure_database("floor")
        yield {
            "PMO_ENV": "local",
            "DEMO": "0",
            "DATA_DIR": str(folder),
            "DATABASE_URL": postgres.url_of("bench"),
            "FLOOR_DATABASE_URL": postgres.url_of("floor"),
            "REDIS_URL": valkey.url,
            "LOG_LEVEL": "WARNING",
            "API_BURST": "100000/second",
            "API_SUSTAINED": "10000000/hour",
        }
    finally:
        valkey.stop()
        postgres.stop()


@contextmanager
def web(application: str, port: int) -> Iterator[None]:
    """gunicorn with two workers of three threads and the settings of production, for the floor too."""
    command = [sys.executable, "-m", "gunicorn", application, "--config", "python:pmo.gunicorn"]
    environment = os.environ | {"PORT": str(port), "WEB_WORKERS": "2", "WEB_THREADS": "3"}
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    try:
        for _ in range(300):
            with suppress(OSError):
                fire(
                    Call(
                        port, "/items/" if "floor" in application else "/healthz", expect=302 if "floor" in application else 200
                    )
                )
                break
            time.sleep(0.2)
        yield
    finally:
        process.terminate()
        process.wait(20)


def sign_in(email: str) -> str:
    """A session key for this person."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from accounts.models import User

    person = User.objects.get(email=email)
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def api_token(email: str) -> str:
    """A key to the API that reads and writes."""
    from django.utils import timezone

    from accounts.models import ApiToken, User

    key = ApiToken.new_key()
    ApiToken.objects.create(
        user=User.objects.get(email=email),
        name="bench",
        prefix=key[:8],
        digest=ApiToken.digest_of(key),
        scopes=["read", "write"],
        expires_at=timezone.now() + timedelta(days=1),
    )
    return key


def statements(call: Call) -> int | None:
    """SQL statements of one request, counted inside this process (transaction control left out); None for another answer."""
    from django.apps import apps
    from django.contrib.contenttypes.models import ContentType
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    ContentType.objects.get_for_models(*apps.get_models())  # what a process looks up once in its life
    client = Client(headers=call.headers)
    with CaptureQueriesContext(connection) as queries:
        if call.body is None:
            answer = client.get(call.path)
            b"".join(getattr(answer, "streaming_content", ()))
        else:
            body = {name: text.replace("{n}", f"sql {time.time()}") for name, text in call.body.items()}
            answer = client.post(call.path, body, content_type="application/json")
    if answer.status_code != call.expect:
        return None
    control = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK", "SET ")
    return sum(not query["sql"].lstrip().upper().startswith(control) for query in queries.captured_queries)


def change_one() -> None:
    """Money and the finish of some project change, as an edit would leave them: history and all."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE portfolio_project SET forecast = forecast + 1000, forecast_finish_on = forecast_finish_on + 1"
            " WHERE id = (SELECT id FROM portfolio_project WHERE phase <> 'closed' ORDER BY random() LIMIT 1)"
        )


def measure(target: Target, port: int, floor_port: int, keys: dict[str, str], options: argparse.Namespace) -> tuple[str, bool]:
    """One line of the table, and whether the target is met."""
    from django.utils import timezone

    past = timezone.localdate() - timedelta(days=60)
    is_api = target.path.startswith("/api/")
    headers = {"Authorization": f"Bearer {keys['token']}"} if is_api else {"Cookie": f"sessionid={keys[target.who]}"}
    created = 201 if target.body else 200
    call = Call(
        port, target.path.replace("{past}", str(past)).replace("{period}", keys["period"]), headers, target.body, created
    )
    floor = Call(floor_port, target.floor, {"Cookie": f"sessionid={keys['floor']}"}, None, 200)
    queries = statements(call)
    if queries is None:
        return f"{target.name:<28} answers otherwise than expected: not measured", False
    mine, least = [], []
    before = change_one if target.changes else None
    for _ in range(options.rounds):
        least.append(round_of(floor, requests=options.requests, clients=target.clients))
        requests = min(options.requests, target.requests)
        mine.append(round_of(call, requests=requests, clients=target.clients, before=before))
    timing, floor_timing = median(mine), median(least)
    ratio = timing.p50 / floor_timing.p50
    size = timing.size / 1024
    missed = []
    if target.ratio and ratio > target.ratio:
        missed.append(f"ratio {ratio:.2f} > {target.ratio}")
    if target.sql and queries > target.sql:
        missed.append(f"SQL {queries} > {target.sql}")
    if target.kilobytes and size > target.kilobytes:
        missed.append(f"{size:.0f} KB > {target.kilobytes}")
    verdict = "met" if not missed else "MISSED: " + ", ".join(missed)
    bound = f"<= {target.ratio}" if target.ratio else ""
    line = (
        f"{target.name:<28} {timing.p50:>7.1f} {timing.p95:>7.1f} {timing.rate:>7.1f} {queries:>4} {size:>6.1f}"
        f" {floor_timing.p50:>7.1f} {ratio:>6.2f} {bound:<8} {target.bar:<3} {verdict}"
    )
    return line, not missed


def pages(options: argparse.Namespace) -> bool:
    """Seed, start, fire, print; whether every target is met."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="pmo-bench-", ignore_cleanup_errors=True))
        Path(folder).chmod(0o755)
        os.environ.update(stack.enter_context(servers(Path(folder))))
        os.environ["DJANGO_SETTINGS_MODULE"] = "pmo.settings"
        keys = prepare(options.projects)
        port, floor_port = free_port(), free_port()
        stack.enter_context(web("pmo.wsgi", port))
        stack.enter_context(web("tests.bench.floor:app", floor_port))
        say(
            f"{'page':<28} {'p50 ms':>7} {'p95 ms':>7} {'req/s':>7} {'SQL':>4} {'KB':>6} {'floor':>7} {'ratio':>6} {'target':<8} bar verdict"
        )
        met = True
        for target in TARGETS:
            if options.only in target.name:
                line, good = measure(target, port, floor_port, keys, options)
                say(line)
                met = met and good
    return met


def main() -> int:
    """Pages, then jobs. Exit code 1 when a target is missed and --strict is given."""
    parser = argparse.ArgumentParser(prog="make bench", allow_abbrev=False)
    parser.add_argument("--only", default="", help="pages whose name contains this")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--requests", type=int, default=30, help="requests a round")
    parser.add_argument("--projects", type=int, default=2000)
    parser.add_argument("--strict", action="store_true")
    options, rest = parser.parse_known_args()  # endurance has options of its own
    met = pages(options) if any(options.only in target.name for target in TARGETS) else True
    for name in JOBS:
        if options.only in name and (options.only or name != "endurance"):
            say(f"\n{name}")
            command = [sys.executable, "-m", f"tests.bench.{name}", *rest]
            met = subprocess.run(command, cwd=ROOT, check=False).returncode == 0 and met
    return 1 if options.strict and not met else 0


def prepare(projects: int) -> dict[str, str]:
    """Tables, rows, static files, sessions."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from portfolio.models import ReportingPeriod
    from tests.bench.seed import PEOPLE, fill
    from tests.bench.seed_registers import fill_registers
    from tests.bench.seed_requests import fill_requests

    begin = time.monotonic()
    call_command("migrate", verbosity=0)
    migrated = time.monotonic()
    fill(projects)
    fill_requests()
    fill_registers()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")  # as PostgreSQL does by itself within minutes: only then do indexes answer alone
    call_command("prepare")
    call_command("collectstatic", "--noinput", verbosity=0)
    keys = {name: sign_in(f"{name}@bench.example.org") for name in PEOPLE}
    keys["period"] = str(ReportingPeriod.objects.order_by("-ends_on").values_list("pk", flat=True)[0])
    keys["token"] = api_token("head@bench.example.org")
    keys["floor"] = subprocess.run(
        [sys.executable, "-m", "tests.bench.floor"], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    ).stdout.strip()
    say(f"migrate {migrated - begin:.1f} s; {projects} projects seeded in {time.monotonic() - migrated:.1f} s")
    return keys


def say(line: str) -> None:
    """One line to the terminal, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
