"""Portfolios, programmes and objectives: one shape on pages and in the API, with files and comments."""

import pytest
from django.urls import reverse

from core.models import Attachment, Comment
from portfolio.models import Objective, Portfolio, Programme
from tests import factories

API = "/api/v1/portfolio/"


def patch(client, address, data, etag=None):
    headers = {"If-Match": etag} if etag else {}
    return client.patch(address, data, content_type="application/json", headers=headers)


@pytest.mark.parametrize(
    ("path", "model", "more"),
    [
        ("portfolios", Portfolio, {"owner": "cast"}),
        ("programmes", Programme, {"manager": "cast", "sponsor": None}),
        ("objectives", Objective, {"is_active": True}),
    ],
)
def test_api_creates_and_changes_with_versions_and_history(cast, signed_in, path, model, more):
    client = signed_in(cast.pmo_head)
    more = {name: cast.sponsor.email if value == "cast" else value for name, value in more.items()}
    made = client.post(f"{API}{path}/", {"name": "Warm homes"} | more, content_type="application/json")
    assert made.status_code == 201, made.json()
    row = model.objects.get(name="Warm homes")
    address = f"{API}{path}/{getattr(row, 'reference', row.pk)}/"
    assert patch(client, address, {"name": "Warmer homes"}).status_code == 428
    assert patch(client, address, {"name": "Warmer homes"}, made["ETag"]).status_code == 200
    assert patch(client, address, {"name": "Cold homes"}, made["ETag"]).status_code == 412
    row.refresh_from_db()
    assert row.name == "Warmer homes"
    event = model.pgh_event_model.objects.filter(pgh_obj_id=row.pk).latest("pgh_id")
    assert event.pgh_context.metadata["action"] == f"portfolio.{model._meta.model_name}.edited"
    refused = signed_in(cast.project_manager).post(f"{API}{path}/", {"name": "No"}, content_type="application/json")
    assert refused.status_code == 403


def test_api_refuses_a_loop_and_a_portfolio_that_holds_projects(cast, signed_in):
    client = signed_in(cast.pmo_head)
    outer = factories.portfolio("Outer")
    inner = factories.portfolio("Inner", parent=outer)
    address = f"{API}portfolios/{outer.reference}/"
    etag = client.get(address)["ETag"]
    answer = patch(client, address, {"parent": inner.reference}, etag)
    assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (400, "parent")
    factories.project(portfolio=inner)
    assert client.post(f"{API}portfolios/{inner.reference}/archive/").status_code == 400
    assert client.post(f"{API}portfolios/{outer.reference}/archive/").status_code == 200
    assert client.post(f"{API}portfolios/{outer.reference}/unarchive/").json()["archived_at"] is None


def test_who_manages_one_portfolio_changes_it_and_no_other(cast, signed_in):
    mine, other = factories.portfolio("Mine"), factories.portfolio("Other")
    factories.member(cast.stranger, "pmo_head", portfolio=mine)
    client = signed_in(cast.stranger)
    etag = client.get(f"{API}portfolios/{mine.reference}/")["ETag"]
    assert patch(client, f"{API}portfolios/{mine.reference}/", {"name": "Ours"}, etag).status_code == 200
    assert patch(client, f"{API}portfolios/{other.reference}/", {"name": "Ours"}, etag).status_code == 404
    assert client.post(f"{API}portfolios/", {"name": "More"}, content_type="application/json").status_code == 403
    edit = reverse("portfolio:portfolio-edit", args=[mine.reference])
    assert client.get(edit).status_code == 200
    programme = factories.programme("In mine", portfolio=mine)
    assert client.get(reverse("portfolio:programme-edit", args=[programme.reference])).status_code == 200


@pytest.mark.parametrize("noun", ["portfolio", "programme"])
def test_portfolios_and_programmes_hold_files_and_comments(cast, signed_in, noun):
    it = getattr(factories, noun)("All works")
    page = reverse(f"portfolio:{noun}-detail", args=[it.reference])
    client = signed_in(cast.pmo_head)
    said = client.post(reverse("core:comment-create", args=[noun, it.pk]), {"text": f"See @{cast.board_member.email}"})
    assert (said.status_code, said.headers["Location"]) == (302, page)
    factories.attachment(it, cast.pmo_head, "charter.txt")
    shown = signed_in(cast.board_member).get(page).content.decode()
    for words in ("charter.txt", "@Board Member", "Add file"):
        assert words in shown
    assert "charter.txt" in signed_in(cast.auditor).get(page).content.decode()
    assert "Add file" not in signed_in(cast.auditor).get(page).content.decode()
    file, comment = Attachment.objects.get(), Comment.objects.get()
    for person, status in ((cast.auditor, 200), (cast.stranger, 404)):
        assert signed_in(person).get(reverse("core:attachment-download", args=[file.pk])).status_code == status
    assert signed_in(cast.board_member).post(reverse("core:attachment-remove", args=[file.pk])).status_code == 403
    assert signed_in(cast.administrator).post(reverse("core:attachment-remove", args=[file.pk])).status_code == 302
    history = signed_in(cast.auditor).get(reverse(f"portfolio:{noun}-history", args=[it.reference])).content.decode()
    assert "Wrote a comment" in history
    assert comment.subject == it


def test_archived_portfolio_takes_no_more_files(cast, signed_in):
    it = factories.portfolio("Old")
    client = signed_in(cast.pmo_head)
    client.post(reverse("portfolio:portfolio-archive", args=[it.reference]))
    assert "Add file" not in client.get(reverse("portfolio:portfolio-detail", args=[it.reference])).content.decode()
    assert client.post(reverse("core:comment-create", args=["portfolio", it.pk]), {"text": "Late"}).status_code == 422
