"""Production refuses to start half-configured; each sentence names the variable."""

import os
import subprocess
import sys

import pytest

from tests.servers import ROOT
from tools.check import PRODUCTION

LOAD = "from django.conf import settings; settings.DEBUG; print('started')"


def start(script: str = LOAD, **changes: str) -> "subprocess.CompletedProcess[str]":
    """Load the settings as production would."""
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ} | PRODUCTION | changes
    return subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=environment | {"DJANGO_SETTINGS_MODULE": "pmo.settings"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_starts_when_configured() -> None:
    answer = start()
    assert answer.stdout == "started\n", answer.stderr


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is not set."),
        ({"SECRET_KEY": "short"}, "SECRET_KEY must be a secret of at least 50 characters."),
        (
            {"SECRET_KEY": "local-only-not-a-secret-0123456789abcdefghijklmnopqrstuvwxyz"},
            "SECRET_KEY must be a secret of at least 50 characters.",
        ),
        ({"DEBUG": "1"}, "DEBUG must not be on"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS must name the host names"),
        ({"ALLOWED_HOSTS": "pmo.example.org,*"}, "ALLOWED_HOSTS must not be open (*)."),
        ({"DATABASE_URL": "", "REDIS_URL": ""}, "DATABASE_URL is not set. REDIS_URL is not set."),
        ({"EMAIL_URL": ""}, "EMAIL_URL is not set: reports could not be sent."),
        ({"SITE_URL": "http://pmo.example.org"}, "SITE_URL must be the https:// address"),
    ],
)
def test_production_refuses(changes: dict[str, str], sentence: str) -> None:
    answer = start(**changes)
    assert answer.returncode != 0
    assert "Production does not start:" in answer.stderr
    assert sentence in answer.stderr


ASK = """
import django; django.setup()
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.test import Client, RequestFactory
ask = lambda host, **how: Client().get("/", headers={"host": host}, **how)
answer = ask("pmo.example.org", secure=True)
assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/"), answer
assert answer["Strict-Transport-Security"].startswith("max-age=31536000; includeSubDomains")
assert (ask("pmo.example.org").status_code, ask("pmo.example.org")["Location"]) == (301, "https://pmo.example.org/")
try:
    RequestFactory().get("/", headers={"host": "evil.example"}).get_host()
except DisallowedHost:
    print("started")
assert settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE and settings.SESSION_COOKIE_HTTPONLY
"""


def test_production_answers_by_https_and_its_own_name_only() -> None:
    """HSTS for a year with subdomains, cookies that never travel in the open. The other headers: tests/test_access_matrix.py."""
    answer = start(ASK)
    assert answer.stdout.endswith("started\n"), answer.stderr
