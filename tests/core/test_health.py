"""The probes, and what people see while the database is away."""

from collections.abc import Iterator
from typing import Any

import pytest
from celery import current_app
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

import core.views.health as health
from core.embedded import Postgres
from core.embedded.process import wait_until
from core.views.errors import database_away
from tests.servers import Servers


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_worker", (False, float("-inf")))


@pytest.fixture
def stopped_postgres(servers: Servers, transactional_db: None) -> Iterator[Postgres]:
    """The address of a server that is not there: as PostgreSQL restarting looks to the product."""
    connection.close()
    real = connection.settings_dict["HOST"]
    connection.settings_dict["HOST"] = str(servers.folder / "nowhere")
    yield servers.postgres
    connection.close()
    connection.settings_dict["HOST"] = real


def test_healthz_asks_nothing(client: Client) -> None:
    response = client.get("/healthz", headers={"host": "10.0.0.7"})
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert client.post("/healthz").status_code == 405


def test_readyz_names_what_is_missing(client: Client, db: None) -> None:
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {
        "status": "not ready",
        "checks": {
            "database": "ok",
            "broker": "ok",
            "worker": "no worker answers: jobs and reports wait until one is started",
        },
    }


def test_readyz_is_ready_with_a_worker(client: Client, celery_live: Any) -> None:
    assert wait_until(lambda: client.get("/readyz").status_code == 200, seconds=60)
    assert client.get("/readyz").json()["checks"]["worker"] == "ok"


def test_readyz_says_that_the_database_is_away(client: Client, stopped_postgres: Postgres) -> None:
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["database"].startswith("OperationalError: ")


def test_readyz_says_that_the_broker_is_away(client: Client, db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setattr(current_app.conf, "broker_url", "redis://127.0.0.1:1/0")
    checks = client.get("/readyz").json()["checks"]
    assert "refused" in checks["broker"]


@pytest.mark.parametrize("address", ["/accounts/login/", "/", "/portfolio/projects/", "/api/v1/"])
def test_pages_say_that_the_database_is_away(address: str, client: Client, stopped_postgres: Postgres) -> None:
    client.raise_request_exception = False
    client.cookies["sessionid"] = "0123456789abcdef0123456789abcdef"
    response = client.get(address)
    assert response.status_code == 503, address
    assert response.headers["Retry-After"] == "10"
    assert b"<h1" in response.content
    assert b"stylesheet" in response.content


def test_other_database_errors_stay_errors(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 1")
        with pytest.raises(OperationalError) as caught:
            cursor.execute("SELECT pg_sleep(5)")
    assert not database_away(caught.value)


def test_probes_have_names() -> None:
    assert (reverse("core:healthz"), reverse("core:readyz")) == ("/healthz", "/readyz")
