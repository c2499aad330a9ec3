"""People, roles and units through the API: the same rules, sentences and history as on the pages."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.actions.passwords import send_password_reset
from accounts.models import OrganisationUnit, RoleGrant, User
from core.actions.imports import start_import
from core.models import OutgoingMail
from portfolio.models import Project
from tests import factories

BASE = "/api/v1/accounts/"


def send(client, verb, address, data=None, etag=""):
    options = {"content_type": "application/json", "headers": {"If-Match": etag} if etag else {}}
    return getattr(client, verb)(f"{BASE}{address}", data or {}, **options)


def said(answer):
    assert answer.status_code == 400, answer.content
    return [(error["attr"], error["detail"]) for error in answer.json()["errors"]]


def test_a_person_is_invited_and_changed(cast, signed_in):
    client = signed_in(cast.administrator)
    unit = factories.unit("Works")
    body = {"email": "Ada@Example.org", "name": "Ada", "unit": unit.pk, "language": "en-gb"}
    made = send(client, "post", "users/", body)
    assert made.status_code == 201, made.json()
    assert (made.json()["email"], made.json()["unit"], made.json()["is_active"]) == ("ada@example.org", unit.pk, True)
    assert OutgoingMail.objects.filter(to_address="ada@example.org").count() == 1
    one = f"users/{made.json()['id']}/"
    assert said(send(client, "post", "users/", body))[0][0] == "email"
    assert said(send(client, "post", "users/", {"email": "b@example.org"}))[0][0] == "name"
    assert (
        said(send(client, "post", "users/", {"email": "b@example.org", "name": "B", "time_zone": "Mars"}))[0][0] == "time_zone"
    )
    assert send(client, "patch", one, {"name": "Blind"}).status_code == 428
    changed = send(client, "patch", one, {"job_title": "Engineer"}, made["ETag"])
    assert (changed.json()["job_title"], changed.json()["name"], changed.json()["language"]) == ("Engineer", "Ada", "en-gb")
    assert send(client, "patch", one, {"name": "Stale"}, made["ETag"]).status_code == 412
    assert "Engineer" in client.get(reverse("accounts:user-detail", args=[made.json()["id"]])).content.decode()
    assert send(client, "post", f"{one}invite/").status_code == 204
    event = User.pgh_event_model.objects.filter(pgh_obj_id=made.json()["id"]).latest("pgh_id")
    assert event.pgh_context.metadata["action"] == "accounts.user.edited"


def test_who_alone_sees_something_confidential_is_not_disabled_without_a_successor(cast, signed_in):
    client = signed_in(cast.administrator)
    address = f"users/{cast.director.pk}/disable/"
    [(field, sentence)] = said(send(client, "post", address))
    assert (field, "1 confidential project" in sentence, "Zanzibar" in sentence) == ("successor", True, False)
    assert said(send(client, "post", address, {"successor": cast.administrator.email}))[0][0] == "successor"
    done = send(client, "post", address, {"successor": cast.pmo_head.email})
    assert (done.status_code, done.json()["is_active"]) == (200, False)
    assert Project.objects.visible_to(cast.pmo_head).filter(pk=cast.confidential.pk).exists()
    assert said(send(client, "post", address))
    assert send(client, "post", f"users/{cast.director.pk}/invite/").status_code == 404
    assert send(client, "post", f"users/{cast.director.pk}/enable/").json()["is_active"] is True
    assert said(send(client, "post", f"users/{cast.administrator.pk}/disable/"))
    assert send(client, "post", f"users/{cast.sponsor.pk}/open/").status_code == 200


def test_roles_are_given_and_taken(cast, signed_in):
    client = signed_in(cast.administrator)
    unit = factories.unit("Works")
    body = {"user": cast.stranger.email, "role": "pmo_analyst", "unit": unit.pk, "ends_on": "2030-12-31"}
    made = send(client, "post", "grants/", body)
    assert made.status_code == 201, made.json()
    assert RoleGrant.objects.get(user=cast.stranger).unit == unit
    assert said(send(client, "post", "grants/", body))
    assert said(send(client, "post", "grants/", {"user": cast.administrator.email, "role": "pmo_head"}))[0][0] == "role"
    assert said(send(client, "post", "grants/", body | {"role": "administrator"}))[0][0] == "unit"
    assert said(send(client, "post", "grants/", body | {"role": "board_member", "starts_on": "2031-01-01"}))
    assert said(send(client, "post", "grants/", body | {"role": "king"}))[0][0] == "role"
    rows = client.get(f"{BASE}grants/?user__email={cast.stranger.email}").json()["results"]
    assert [(row["role"], row["unit"]) for row in rows] == [("pmo_analyst", unit.pk)]
    assert send(client, "delete", f"grants/{made.json()['id']}/").status_code == 204
    last = RoleGrant.objects.get(user=cast.administrator)
    assert "last administrator" in said(send(client, "delete", f"grants/{last.pk}/"))[0][1]
    event = RoleGrant.pgh_event_model.objects.filter(pgh_obj_id=made.json()["id"]).latest("pgh_id")
    assert event.pgh_context.metadata["action"] == "accounts.grant.taken"


def test_units_are_added_moved_and_removed(cast, signed_in):
    client = signed_in(cast.administrator)
    top = send(client, "post", "units/", {"name": "Works"}).json()
    below = send(client, "post", "units/", {"name": "Bridges", "parent": top["id"]})
    assert below.status_code == 201
    assert said(send(client, "post", "units/", {"name": "Bridges", "parent": top["id"]}))[0][0] == "name"
    read = client.get(f"{BASE}units/{top['id']}/")
    assert send(client, "patch", f"units/{top['id']}/", {"name": "Roads"}).status_code == 428
    circle = send(client, "patch", f"units/{top['id']}/", {"parent": below.json()["id"]}, read["ETag"])
    assert said(circle)[0][0] == "parent"
    renamed = send(client, "patch", f"units/{top['id']}/", {"code": "W"}, read["ETag"])
    assert (renamed.json()["name"], renamed.json()["code"]) == ("Works", "W")
    assert said(send(client, "delete", f"units/{top['id']}/"))
    assert send(client, "delete", f"units/{below.json()['id']}/").status_code == 204
    assert OrganisationUnit.objects.filter(pk=below.json()["id"]).exists() is False


@pytest.mark.parametrize("role", ["pmo_head", "auditor", "project_manager", "requester"])
def test_others_change_nothing(cast, signed_in, role):
    client = signed_in(getattr(cast, role))
    unit, grant = factories.unit("Works"), RoleGrant.objects.get(user=cast.administrator)
    for verb, address in (
        ("post", "users/"), ("patch", f"users/{cast.stranger.pk}/"), ("post", f"users/{cast.stranger.pk}/disable/"),
        ("post", f"users/{cast.stranger.pk}/invite/"), ("post", "grants/"), ("delete", f"grants/{grant.pk}/"),
        ("post", "units/"), ("patch", f"units/{unit.pk}/"), ("delete", f"units/{unit.pk}/"),
    ):  # fmt: skip
        assert send(client, verb, address).status_code == 403, address


def test_a_token_that_only_reads_changes_nothing(cast, client):
    _token, key = factories.token(cast.administrator, scope="read")
    headers = {"Authorization": f"Bearer {key}"}
    assert client.get(f"{BASE}grants/", headers=headers).status_code == 200
    body = {"user": cast.stranger.email, "role": "pmo_head"}
    assert client.post(f"{BASE}grants/", body, content_type="application/json", headers=headers).status_code == 403


def test_a_token_that_writes_opens_no_account_and_gives_no_role(cast, client):
    """A token in wrong hands makes no successor: no account, no role, no other address for a password link."""
    _token, key = factories.token(cast.administrator, scope="write")
    headers, unit = {"Authorization": f"Bearer {key}"}, factories.unit("Works")
    person, grant = cast.stranger, RoleGrant.objects.get(user=cast.administrator)
    member = factories.member(person, "sponsor", programme=factories.programme())
    base = "/api/v1/accounts/"
    for verb, address in (
        ("post", f"{base}users/"), ("patch", f"{base}users/{person.pk}/"), ("post", f"{base}users/{person.pk}/disable/"),
        ("post", f"{base}users/{person.pk}/enable/"), ("post", f"{base}users/{person.pk}/invite/"),
        ("post", f"{base}users/{person.pk}/open/"), ("post", f"{base}grants/"), ("delete", f"{base}grants/{grant.pk}/"),
        ("post", f"{base}units/"), ("patch", f"{base}units/{unit.pk}/"), ("delete", f"{base}units/{unit.pk}/"),
        ("post", "/api/v1/portfolio/scoped-roles/"), ("delete", f"/api/v1/portfolio/scoped-roles/{member.pk}/"),
    ):  # fmt: skip
        answer = getattr(client, verb)(address, {}, content_type="application/json", headers=headers)
        assert (answer.status_code, "not by a token" in answer.content.decode()) == (403, True), address
    file = SimpleUploadedFile("people.csv", b"Email,Name,Roles\nb@example.org,B,Administrator\n")
    assert client.post("/api/v1/core/imports/", {"file": file, "target": "people"}, headers=headers).status_code == 403
    job = start_import(target="people", file=ContentFile(b"Email,Name\nb@example.org,B\n"), name="p.csv", by=cast.administrator)
    assert client.get(f"/api/v1/core/imports/{job.pk}/", headers=headers).status_code == 200
    assert client.post(f"/api/v1/core/imports/{job.pk}/confirm/", headers=headers).status_code == 403


def test_a_token_reads_no_link_that_lets_its_reader_in(cast, client):
    _token, key = factories.token(cast.administrator)
    send_password_reset(email=cast.administrator.email, at=timezone.now())
    mail = OutgoingMail.objects.get(is_secret=True)
    headers = {"Authorization": f"Bearer {key}"}
    assert client.get(f"/api/v1/core/mails/{mail.pk}/", headers=headers).status_code == 404
    assert client.get("/api/v1/core/mails/", headers=headers).json()["count"] == 0
    client.force_login(cast.administrator)
    assert client.get(f"/api/v1/core/mails/{mail.pk}/").status_code == 200


@pytest.mark.parametrize("what", ["users", "grants", "units"])
def test_lists_cost_the_same_at_any_length(cast, signed_in, what):
    client = signed_in(cast.administrator)

    def cost():
        client.get(f"{BASE}{what}/")
        with CaptureQueriesContext(connection) as captured:
            client.get(f"{BASE}{what}/")
        return len(captured)

    factories.user("pmo_analyst", unit=factories.unit())
    few = cost()
    for _number in range(12):
        factories.user("pmo_analyst", unit=factories.unit(parent=factories.unit()))
    assert cost() == few <= 8
