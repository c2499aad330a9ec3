"""No password, token, session, reset link or word of a mail stands in a log, not even where something crashed with it in hand."""

import io
import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import structlog
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.tasks import password_reset_task
from core import logs
from core.actions.mail import queue_mail, send_due_mail
from core.logs import without_secrets
from core.models import OutgoingMail
from tests import factories
from tests.test_access_matrix import ADDRESSES, rows_of

pytestmark = pytest.mark.django_db
SIGNED = {"token", "key", "secret", "code", "link"}
PASSWORD, GUESS, NEW = "correct-horse-71", "wrong-battery-72", "another-staple-73"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that production would log, down to DEBUG."""
    line = logs.configure(json=True, level="DEBUG")["formatters"]["line"]
    buffer = io.StringIO()
    handler = logging.StreamHandler(buffer)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(processors=line["processors"], foreign_pre_chain=line["foreign_pre_chain"])
    )
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # the other side: the tests' own SMTP server
    yield buffer
    root.setLevel(level)
    root.removeHandler(handler)


def test_no_secret_is_logged(log: io.StringIO, smtp_server: Any) -> None:
    person, client = factories.user("pmo_head", email="ada@example.org"), Client()
    person.set_password(PASSWORD)
    person.save()
    secrets = [PASSWORD, GUESS, NEW, person.password]
    login = {"username": person.email}
    assert client.post("/accounts/login/", login | {"password": GUESS}).status_code == 422
    assert client.post("/accounts/login/", login | {"password": PASSWORD}).status_code == 302
    secrets += [client.cookies["sessionid"].value, client.cookies["csrftoken"].value] if "csrftoken" in client.cookies else []
    secrets.append(client.session.session_key or "")
    # A token of the API: given, used, used wrongly.
    _token, key = factories.token(person, scope="write")
    secrets.append(key)
    for address, method in (
        ("/api/v1/portfolio/projects/", "get"),
        ("/api/v1/portfolio/projects/", "post"),
        ("/api/v1/none/", "get"),
    ):
        getattr(Client(), method)(address, headers={"authorization": f"Bearer {key}"})
    Client().get("/api/v1/portfolio/projects/", headers={"authorization": "Bearer pmo_secret-of-somebody"})
    secrets.append("secret-of-somebody")
    # A link to choose another password: mailed, opened, used.
    assert password_reset_task(person.email)
    link = re.search(r"/accounts/password/reset/[^\s]+", OutgoingMail.objects.get().text)
    assert link
    secrets.append(link[0].strip("/").rsplit("/", 1)[-1])
    queue_mail(
        key="one",
        template="plain",
        context={"heading": "One", "paragraphs": ["Words of a mail 74"]},
        at=timezone.now(),
        to=person,
    )
    secrets.append("Words of a mail 74")
    send_due_mail(clock=lambda: timezone.now() + timedelta(minutes=1))
    assert len(smtp_server.messages) == 2
    owner = Client()
    form = owner.get(link[0], follow=True)
    owner.post(form.redirect_chain[-1][0], {"new_password1": NEW, "new_password2": NEW})
    # A link that an action is done with, opened and pressed without being one.
    for address in ("/portfolio/done/sign-75/", "/intake/track/sign-75/", "/intake/ask/sign-75/"):
        Client().get(address)
        Client(enforce_csrf_checks=True).post(address)
    secrets.append("sign-75")
    # Something breaks with secrets in its variables.
    crash(password=PASSWORD, token=key)
    text = log.getvalue()
    assert "request_finished" in text
    assert "RuntimeError" in text
    assert not [secret for secret in secrets if secret and secret in text]


def test_the_history_keeps_no_secret_address() -> None:
    """Where a change came from is shown to whoever reads the history: not the link that lets a requester in."""
    assert without_secrets("/intake/track/abc-123/withdraw/?a=1") == "/intake/track/…/withdraw/?a=1"
    person = factories.user(email="ada@example.org")
    assert password_reset_task(person.email)
    link = re.search(r"/accounts/password/reset/[^\s]+", OutgoingMail.objects.get().text)
    assert link
    owner = Client()
    form = owner.get(link[0], follow=True)
    assert owner.post(form.redirect_chain[-1][0], {"new_password1": NEW, "new_password2": NEW}).status_code == 302
    urls = {event.pgh_context.metadata["url"] for event in User.pgh_event_model.objects.exclude(pgh_context=None)}  # type: ignore[attr-defined]
    assert not [url for url in urls if "/accounts/password/reset/" in url and "…" not in url]


def test_every_address_that_lets_in_whoever_has_it_is_known() -> None:
    """Open to everybody, with a part that is not a number: that part is a secret, and kept out of logs."""
    found = [name for name in ADDRESSES if any(row.kind == "public" for row in rows_of(name)) and SIGNED & {*parts_of(name)}]
    assert len(found) >= 4, found
    for name in found:
        address = reverse(name, kwargs=dict.fromkeys(parts_of(name), "secret-76"))
        assert not without_secrets(address).rstrip("/").endswith("secret-76"), f"{name}: add it to core.logs.SECRET_PART"


def parts_of(name: str) -> list[str]:
    return [part for pattern in ADDRESSES[name] for part in pattern.pattern.regex.groupindex]


def crash(**secrets: str) -> None:
    held = dict(secrets)
    try:
        raise RuntimeError(f"{len(held)} things in hand")
    except RuntimeError:
        structlog.get_logger("pmo.example").exception("failed")
        logging.getLogger("pmo.example").exception("failed as well")
