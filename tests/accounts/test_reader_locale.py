"""Words, dates, times and money as each reader reads them."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.template import Context, Template
from django.test import Client
from django.utils import timezone, translation

from accounts.models import SignIn, User
from tests import factories

pytestmark = pytest.mark.django_db
LATE = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)  # 00:30 on the 2nd in London, 19:30 on the 1st in New York


def page_of(person: User, path: str = "/accounts/profile/") -> str:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client.get(path).content.decode()


def test_two_readers_see_one_moment_in_their_own_zones() -> None:
    admin = {"email": "london@example.org"}
    london = factories.user("administrator", **admin, time_zone="Europe/London", language="en-gb")
    york = factories.user("administrator", time_zone="America/New_York", language="en-us")
    SignIn.objects.create(user=london, session_key="x", at=LATE)
    assert "2 Jul 2026, 00:30" in page_of(london, "/accounts/access/sign-ins/")
    assert "1 Jul 2026, 19:30" in page_of(york, "/accounts/access/sign-ins/").replace("Jul 1, 2026", "1 Jul 2026")


def test_page_says_the_readers_language() -> None:
    assert '<html lang="en-us"' in page_of(factories.user(language="en-us")).lower()
    assert '<html lang="en-gb"' in page_of(factories.user(language="en-gb")).lower()


def test_language_and_zone_do_not_leak_into_the_next_request() -> None:
    page_of(factories.user(language="en-us", time_zone="Asia/Tokyo"))
    assert '<html lang="en-gb"' in page_of(factories.user()).lower()
    assert timezone.get_current_timezone_name() == "Europe/London"


def test_an_unknown_zone_falls_back_to_the_organisations() -> None:
    person = factories.user("administrator")
    User.objects.filter(pk=person.pk).update(time_zone="Atlantis/Capital")
    SignIn.objects.create(user=person, session_key="x", at=LATE)
    assert "2 Jul 2026, 00:30" in page_of(User.objects.get(pk=person.pk), "/accounts/access/sign-ins/")


@pytest.mark.parametrize(("zone", "day"), [("Europe/London", "2 Jul 2026"), ("America/New_York", "1 Jul 2026")])
def test_day_of_a_moment_is_the_readers_day(zone: str, day: str) -> None:
    with timezone.override(zone):
        assert day in Template("{% load pmo %}{{ at|day }}").render(Context({"at": LATE}))


@pytest.mark.parametrize("language", ["en-gb", "en-us"])
def test_money_keeps_its_currency_in_every_language(language: str) -> None:
    with translation.override(language):
        words = Template('{% load pmo %}{{ a|money:"GBP" }} {{ a|money:"USD" }}').render(Context({"a": 1_234_567}))
    assert "£1.2m" in words
    assert "1,234,567" in words
    assert words.count("£") < words.count("1.2m") * 2


def test_profile_changes_language_and_zone_at_once(client: Client) -> None:
    person = factories.user(name="Ada")
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    form: dict[str, Any] = {"name": "Ada", "job_title": "", "language": "en-us", "time_zone": "America/New_York", "version": 1}
    assert client.post("/accounts/profile/", form).status_code == 302
    page = client.get("/accounts/profile/").content.decode()
    assert '<html lang="en-us"' in page.lower()
    assert client.post("/accounts/profile/", form | {"version": 2, "time_zone": "Mars/Base"}).status_code == 422
    assert User.objects.get().time_zone == "America/New_York"
