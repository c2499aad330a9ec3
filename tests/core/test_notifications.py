"""What stands under the bell is read as long as one may see what it names."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import Notification
from portfolio.actions.raid import convert_entry, follow_entry, move_entry, tell_followers
from portfolio.models import Entry
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db
SECRET = "Xylophone reorganisation"
GONE = "About something that you may not see any more"


def told(person: Any) -> str:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return "".join(client.get(reverse(name)).content.decode() for name in ("core:notification-list", "home"))


def test_the_bell_does_not_name_what_became_confidential(cast: Cast) -> None:
    entry = factories.entry("issue", cast.own, SECRET, by=cast.project_manager)
    follow_entry(entry, user=cast.pmo_analyst)
    move_entry(entry, "start", by=cast.project_manager, at=timezone.now())
    assert SECRET in told(cast.pmo_analyst)
    Entry.objects.filter(pk=entry.pk).update(is_confidential=True)
    assert SECRET in told(cast.pmo_analyst)  # who follows it goes on seeing it
    entry.watchers.all().delete()
    page = told(cast.pmo_analyst)
    assert SECRET not in page
    assert entry.reference not in page
    assert page.count(GONE) == 2
    note = Notification.objects.get(user=cast.pmo_analyst)
    client = Client()
    client.force_login(cast.pmo_analyst, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post(reverse("core:notification-open", args=[note.pk]))
    assert answer["Location"] == reverse("core:notification-list")
    note.refresh_from_db()
    assert note.read_at is not None


def test_the_bell_does_not_name_a_project_whose_role_has_ended(cast: Cast) -> None:
    membership = factories.member(cast.stranger, "sponsor", project=cast.other)
    entry = factories.entry("issue", cast.other, SECRET, by=cast.director)
    follow_entry(entry, user=cast.stranger)
    move_entry(entry, "start", by=cast.director, at=timezone.now())
    assert SECRET in told(cast.stranger)
    membership.delete()
    assert SECRET not in told(cast.stranger)


def test_every_line_says_what_it_names(cast: Cast) -> None:
    entry = factories.entry("issue", cast.own, by=cast.project_manager)
    follow_entry(entry, user=cast.sponsor)
    tell_followers(entry, "%(entry)s", by=cast.project_manager, at=timezone.now())
    assert Notification.objects.get().shows == [f"entry:{entry.pk}"]


def test_what_became_of_an_entry_is_said_by_the_link_alone(cast: Cast) -> None:
    risk = factories.entry("risk", cast.own, "Flood", by=cast.project_manager)
    issue = convert_entry(risk, "issue", by=cast.project_manager, at=timezone.now())
    address = reverse("portfolio:risk-detail", args=[risk.reference])
    client = Client()
    client.force_login(cast.pmo_analyst, backend="django.contrib.auth.backends.ModelBackend")
    assert issue.reference in client.get(address).content.decode()
    Entry.objects.filter(pk=issue.pk).update(is_confidential=True)
    pages = [address, reverse("portfolio:risk-history", args=[risk.reference]), f"/api/v1/portfolio/risks/{risk.reference}/"]
    for page in pages:
        assert issue.reference not in client.get(page).content.decode(), page
