"""Markup in every text of every row is only text: on every page and partial, in what a refused form shows again, in mails and on paper."""

import csv
import io
import os
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import DEFAULT_DB_ALIAS, connections
from django.test import Client
from django.utils import timezone

from core.actions.imports import map_import, run_import_now, start_import
from core.models import OutgoingMail
from tests.access_matrix import World
from tests.form_walk import forms_of, usual_of
from tests.poison import LONG, MIDDLE, SHORT, come_through, poison
from tests.test_access_matrix import ADDRESSES, address_of, clients, patient, rows_of, undone, world  # noqa: F401 - fixtures

# XSS_ALL=1 reads every page once more as htmx asks for it, and as who manages one project.
ALL = bool(os.environ.get("XSS_ALL"))
ROLES = ("pmo_head", "project_manager") if ALL else ("pmo_head",)
HEADS: list[dict[str, str]] = [{}, {"HX-Request": "true"}] if ALL else [{}]


def is_html(answer: Any) -> bool:
    return "html" in answer.headers.get("Content-Type", "") and not answer.streaming


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.fixture
def poisoned(world: World) -> Any:  # noqa: F811
    """The world with markup in all its words, for one test."""
    with undone():
        count, refused = poison()
        yield count, refused


@pytest.mark.slow
def test_no_page_runs_what_a_row_holds(world: World, clients: dict[str, Client], poisoned: Any) -> None:  # noqa: F811
    count, refused = poisoned
    assert count > 500
    assert not refused, refused
    wrong: dict[str, list[str]] = {}
    seen = forms = 0
    clean: set[str] = set()
    assert connections[DEFAULT_DB_ALIAS].in_atomic_block
    for role in ROLES:
        client = clients[role]
        client.raise_request_exception = False
        for name in sorted(ADDRESSES):
            for row in rows_of(name):
                if row.method != "get" or (role != ROLES[0] and not row.action):
                    continue
                address = address_of(name, row, world, world.cast.own)
                for headers in HEADS:
                    with undone():
                        answer = client.get(address, headers=headers)
                    if answer.status_code >= 500 and name != "core:readyz":
                        wrong.setdefault(f"{address} as {role}", []).append(str(answer.status_code))
                    if not is_html(answer):
                        continue
                    seen += 1
                    if (
                        "sandbox" in (policy := answer.headers.get("Content-Security-Policy", ""))
                        and "allow-scripts" not in policy
                    ):
                        continue  # a mail as it went out: nothing in it may run, whatever it is
                    if found := come_through(text_of(answer)):
                        wrong.setdefault(f"{address} as {role} {headers}", []).extend(found[:3])
                    for form in forms_of(text_of(answer), address) if not headers and answer.status_code == 200 else ():
                        if form.address in clean or "logout" in form.address:
                            continue
                        clean.add(form.address)
                        with undone():
                            again = client.post(form.address, form.filled(LONG, usual_of(world)))
                        forms += 1
                        if again.status_code >= 500:
                            wrong.setdefault(f"POST {form.address}", []).append(str(again.status_code))
                        elif is_html(again) and (found := come_through(text_of(again))):
                            wrong.setdefault(f"POST {form.address}", []).extend(found[:3])
    print(f"{count} texts poisoned, {seen} pages and partials read, {forms} forms sent")  # noqa: T201
    assert not wrong, "\n".join(f"{key}: {found}" for key, found in wrong.items())
    assert seen > 200


def test_no_mail_runs_what_a_row_holds(world: World, clients: dict[str, Client], poisoned: Any) -> None:  # noqa: F811
    """Mails that deeds on the poisoned rows write: their HTML, and their heads have one line each."""
    client = clients["pmo_head"]
    last = OutgoingMail.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    for name in sorted(ADDRESSES):
        for row in rows_of(name):
            if row.method == "get" and "api:" not in name and row.action and not name.endswith(("-list", "-history")):
                address = address_of(name, row, world, world.cast.own)
                answer = client.get(address)
                for form in forms_of(text_of(answer), address) if is_html(answer) and answer.status_code == 200 else ():
                    if any(
                        word in form.address
                        for word in ("comment", "escalat", "submit", "offer", "invite", "decide", "move", "assign")
                    ):
                        client.post(form.address, form.filled(f"{LONG} @{world.cast.pmo_analyst.email}", usual_of(world)))
    mails = list(OutgoingMail.objects.filter(pk__gt=last))
    assert len(mails) > 5
    for mail in mails:
        assert "\n" not in mail.subject
        assert not come_through(mail.html, styles=True), mail.subject


@pytest.mark.parametrize("target", ["projects", "risks", "requests", "milestones", "portfolios"])
def test_no_import_page_runs_what_a_file_holds(
    target: str,
    world: World,  # noqa: F811
    clients: dict[str, Client],  # noqa: F811
    tmp_path: Any,
    settings: Any,
) -> None:
    """Names of files, sheets and columns, cells, and what the preview says of them."""
    settings.MEDIA_ROOT = tmp_path
    known = {
        "projects": "Project name,RAG status",
        "risks": "Risk,Likelihood,Impact,Owner",
        "requests": "Title,Type,Requester",
        "milestones": "Milestone,Planned,Reached",
        "portfolios": "Portfolio,Part of,Owner",
    }[target]
    head = known.split(",")
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow([*head, MIDDLE, LONG[:200]])
    rows.writerows([[f"{MIDDLE} {n}", *[MIDDLE] * (len(head) - 1), MIDDLE, LONG] for n in range(4)])
    rows.writerows([["Bridge", *["High"] * (len(head) - 1), "=1+1", "x"]])
    with undone():
        options = {"scope": world.cast.own.reference} if target in ("risks", "milestones") else {}
        file = ContentFile(out.getvalue().encode())
        job = start_import(target=target, file=file, name=f"{SHORT}.csv", by=world.cast.pmo_head, options=options)
        seen = 0
        for _step in range(3):
            job = run_import_now(job=job, at=timezone.now())
            for address in (
                f"/imports/{job.pk}/",
                "/imports/",
                f"/imports/{job.pk}/table/",
                f"/imports/{job.pk}/columns/",
                f"/imports/{job.pk}/preview/",
            ):
                answer = clients["pmo_head"].get(address, follow=True)
                if answer.status_code == 200 and is_html(answer):
                    seen += 1
                    assert not come_through(text_of(answer)), (address, job.state)
            if job.state == "read":
                job = map_import(job=job, mapping=job.mapping, options=job.options)
        assert seen >= 6
        assert job.state in ("previewed", "applied"), job.state
