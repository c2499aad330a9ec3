"""An archived project stays as it was: the actions refuse, whatever page or script asks."""

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import Attachment, Comment
from portfolio.models import Membership, Milestone, Project, StatusUpdate
from tests import factories


@pytest.fixture
def archived(cast):
    """The own project with a draft, archived."""
    calendar = factories.calendar()
    factories.duty(cast.own, calendar)
    draft = factories.update(cast.own, factories.period(calendar), state="draft")
    Project.objects.filter(pk=cast.own.pk).update(archived_at=timezone.now())
    return draft


def test_nothing_is_added_to_an_archived_project(cast, signed_in, archived):
    client, reference = signed_in(cast.project_manager), cast.own.reference
    said = client.post(reverse("core:comment-create", args=["project", cast.own.pk]), {"text": "Hello"})
    assert said.status_code == 422
    assert "Hello" in said.content.decode()
    milestone = {"title": "Late", "planned_on": "2026-01-01"}
    assert client.post(reverse("portfolio:milestone-create", args=[reference]), milestone).status_code == 422
    member = {"user": cast.stranger.pk, "role": "sponsor"}
    client.post(reverse("portfolio:update-submit", args=[reference, archived.pk]), {"version": archived.version})
    assert signed_in(cast.pmo_head).post(reverse("portfolio:member-create", args=[reference]), member).status_code == 422
    assert StatusUpdate.objects.get(pk=archived.pk).state == "draft"
    left = [model.objects.exists() for model in (Comment, Attachment, Milestone, Membership)]
    assert left == [False, False, False, False]
