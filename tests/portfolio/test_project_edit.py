"""Create, edit, archive, confide a project: by whom, what is refused, and two people at once."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import OrganisationUnit
from portfolio.models import Project
from tests import factories


def url(name, project):
    return reverse(f"portfolio:project-{name}", args=[project.reference])


def typed(project, **changes):
    """What the edit form would post for this project, with changes."""
    fields = {
        "title": project.title, "phase": project.phase, "tier": project.tier, "currency": project.currency,
        "budget": "1000000", "planned_start_on": "2026-01-01", "planned_finish_on": "2026-12-31",
        "manager": project.manager_id or "", "sponsor": project.sponsor_id or "", "version": project.version,
    }  # fmt: skip
    return fields | changes


def test_manager_can_edit_own_project(cast, signed_in):
    client = signed_in(cast.project_manager)
    answer = client.post(url("edit", cast.own), typed(cast.own, title="Better title", tags="Zeta, alpha, zeta"))
    assert answer.status_code == 302
    cast.own.refresh_from_db()
    assert cast.own.title == "Better title"
    assert cast.own.tags == ["alpha", "zeta"]
    assert cast.own.version == 2


def test_stranger_gets_404_and_sponsor_403(cast, signed_in):
    assert signed_in(cast.stranger).get(url("edit", cast.own)).status_code == 404
    assert signed_in(cast.sponsor).post(url("edit", cast.own), typed(cast.own)).status_code == 403
    cast.own.refresh_from_db()
    assert cast.own.version == 1


def test_bad_input_answers_422_and_keeps_what_was_typed(cast, signed_in):
    answer = signed_in(cast.project_manager).post(
        url("edit", cast.own), typed(cast.own, title="Kept words", currency="pounds", planned_finish_on="2025-01-01")
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Kept words" in page
    assert "There is a problem" in page


def test_finish_before_start_is_refused_at_its_field(cast, signed_in):
    answer = signed_in(cast.project_manager).post(url("edit", cast.own), typed(cast.own, planned_finish_on="2025-01-01"))
    assert answer.status_code == 422
    assert "The finish is before the start." in answer.content.decode()


def test_second_editor_is_shown_both_versions_and_chooses(cast, signed_in):
    """The analyst saves a title while the manager changes purpose and title; the manager keeps one of each."""
    old = typed(cast.own, budget="1,000,000")
    signed_in(cast.pmo_analyst).post(url("edit", cast.own), typed(cast.own, title="Analyst's title", category="ICT"))
    client = signed_in(cast.project_manager)
    answer = client.post(url("edit", cast.own), old | {"title": "Manager's title", "purpose": "Manager's purpose"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Analyst&#x27;s title" in page
    assert "Manager&#x27;s title" in page
    assert 'name="choice-category" value="theirs" checked' in page  # not mine: theirs is kept unless I say otherwise
    assert 'name="choice-title" value="mine" checked' in page
    assert 'name="choice-budget"' not in page, "1,000,000 and 1000000.00 are one amount"
    cast.own.refresh_from_db()
    assert cast.own.title == "Analyst's title"
    again = old | {"title": "Manager's title", "purpose": "Manager's purpose", "version": cast.own.version}
    again |= {"choice-title": "theirs", "choice-purpose": "mine", "choice-category": "theirs"}
    assert client.post(url("edit", cast.own), again).status_code == 302
    cast.own.refresh_from_db()
    assert (cast.own.title, cast.own.purpose, cast.own.category) == ("Analyst's title", "Manager's purpose", "ICT")


def test_form_without_version_is_a_conflict(cast, signed_in):
    form = typed(cast.own, title="Blind")
    del form["version"]
    assert signed_in(cast.project_manager).post(url("edit", cast.own), form).status_code == 409


def test_analyst_of_a_unit_creates_in_that_unit_only(cast, signed_in):
    unit, foreign = factories.unit("Mine"), factories.unit("Foreign")
    analyst = factories.user("pmo_analyst", unit=unit)
    form = {"title": "Fresh", "phase": "planning", "tier": 2, "currency": "gbp"}
    client = signed_in(analyst)
    assert client.post(reverse("portfolio:project-create"), form | {"unit": foreign.pk}).status_code == 422
    assert client.post(reverse("portfolio:project-create"), form).status_code == 422
    assert client.post(reverse("portfolio:project-create"), form | {"unit": unit.pk}).status_code == 302
    made = Project.objects.get(title="Fresh")
    assert made.unit == unit
    assert made.currency == "GBP"
    assert OrganisationUnit.objects.get(pk=foreign.pk).projects.count() == 0


def test_form_offers_no_portfolio_that_the_person_may_not_see(cast, signed_in):
    hidden = factories.portfolio("Hidden portfolio")
    answer = signed_in(cast.project_manager).post(url("edit", cast.own), typed(cast.own, portfolio=hidden.pk))
    assert answer.status_code == 422
    cast.own.refresh_from_db()
    assert cast.own.portfolio is None


def test_head_archives_and_brings_back(cast, signed_in):
    client = signed_in(cast.pmo_head)
    client.post(url("archive", cast.own))
    cast.own.refresh_from_db()
    assert cast.own.archived_at
    assert client.post(url("edit", cast.own), typed(cast.own)).status_code == 422  # not while it is archived
    client.post(url("unarchive", cast.own))
    cast.own.refresh_from_db()
    assert cast.own.archived_at is None
    assert signed_in(cast.project_manager).post(url("archive", cast.own)).status_code == 403


def test_confiding_hides_from_all_but_the_named(cast, signed_in):
    client = signed_in(cast.pmo_head)
    assert client.post(url("confide", cast.own), {"stay_named": "on"}).status_code == 302
    assert client.get(url("detail", cast.own)).status_code == 200
    assert signed_in(cast.project_manager).get(url("detail", cast.own)).status_code == 200
    assert signed_in(cast.administrator).get(url("detail", cast.own)).status_code == 404
    assert signed_in(cast.pmo_analyst).get(url("detail", cast.own)).status_code == 404


def test_confiding_is_refused_where_nobody_would_see_it(cast, signed_in):
    lonely = factories.project("Lonely")
    assert signed_in(cast.pmo_head).post(url("confide", lonely), {}).status_code == 422
    lonely.refresh_from_db()
    assert not lonely.is_confidential


def test_bulk_archive_asks_and_leaves_out_what_is_not_allowed(cast, signed_in):
    address = reverse("portfolio:project-bulk")
    keys = {"action": "archive", "pk": [cast.own.pk, cast.other.pk, cast.confidential.pk]}
    client = signed_in(cast.pmo_head)
    page = client.get(address, keys).content.decode()
    assert "Archive 2 projects?" in page
    assert "Zanzibar" not in page
    client.post(address, keys)
    assert set(Project.objects.exclude(archived_at=None)) == {cast.own, cast.other}
    analyst = signed_in(cast.pmo_analyst).get(address, keys).content.decode()
    assert "You may change none of the chosen projects" in analyst


def test_compare_shows_five_and_no_hidden_one(cast, signed_in):
    keys = [factories.project(f"Side {number}").pk for number in range(6)] + [cast.confidential.pk]
    page = signed_in(cast.pmo_analyst).get(reverse("portfolio:project-compare"), {"pk": keys}).content.decode()
    assert page.count('class="title" href="/portfolio/projects/PRJ-') == 5
    assert "Zanzibar" not in page


@pytest.mark.parametrize("tab", ["detail", "milestones", "members", "talk", "history", "access"])
def test_every_tab_answers_and_a_stranger_gets_404(cast, signed_in, tab):
    factories.update(cast.own)
    assert signed_in(cast.project_manager).get(url(tab, cast.own)).status_code == 200
    assert signed_in(cast.stranger).get(url(tab, cast.own)).status_code == 404


def test_history_tells_who_changed_what_and_is_a_file_too(cast, signed_in):
    signed_in(cast.project_manager).post(url("edit", cast.own), typed(cast.own, title="Renamed"))
    page = signed_in(cast.auditor).get(url("history", cast.own)).content.decode()
    assert "Renamed" in page
    assert "Project Manager" in page
    file = signed_in(cast.auditor).get(url("history", cast.own), {"export": "csv"})
    assert "Renamed" in b"".join(file.streaming_content).decode()


def test_page_as_of_a_day_before_anything_was_known(cast, signed_in):
    page = signed_in(cast.project_manager).get(url("detail", cast.own), {"as_of": "2020-01-01"})
    assert page.status_code == 200
    assert "Nothing was known of this project on that day." in page.content.decode()
    assert signed_in(cast.project_manager).get(url("detail", cast.own), {"as_of": "nonsense"}).status_code == 200


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("2026-02-31", "“2026-02-31” in the address is not a day; you see today."),
        ("<b>abc", "“&lt;b&gt;abc” in the address is not a day; you see today."),
        ("2999-01-01", "1 Jan 2999 lies in the future; you see today."),
        ("1899-12-31", "31 Dec 1899 lies before any record; you see today."),
    ],
)
def test_a_day_that_cannot_be_shown_is_said(cast, signed_in, asked, said):
    client = signed_in(cast.pmo_head)
    for address in (url("detail", cast.own), url("milestones", cast.own), reverse("reporting:overview")):
        page = client.get(address, {"as_of": asked})
        assert page.status_code == 200
        assert said in page.content.decode()


def test_nothing_is_said_of_a_day_that_is_shown(cast, signed_in):
    client = signed_in(cast.pmo_head)
    for address in (url("detail", cast.own), reverse("reporting:overview")):
        for asked in ("", timezone.localdate().isoformat(), "2020-01-01"):
            assert "you see today" not in client.get(address, {"as_of": asked}).content.decode()


def test_history_speaks_in_words_and_folds_what_was_added(cast, signed_in):
    form = typed(cast.own, budget="2500000", tags="beta")
    signed_in(cast.project_manager).post(url("edit", cast.own), form)
    Project.objects.filter(pk=cast.own.pk).update(
        custom={"start-of-works": "2026-05-01", "cost_code": {"a": 1}, "fee": "1200.50"}
    )
    page = signed_in(cast.auditor).get(url("history", cast.own)).content.decode()
    assert "portfolio.project.edited" not in page
    for words in ("Edited the project", "£1,000,000", "£2,500,000", "beta", "start of works", "1 May 2026", "1,200.50"):
        assert words in page, words
    for raw in ("{&#x27;", "[&#x27;", "2500000.00", "1000000"):
        assert raw not in page, raw
    assert re.search(r"<details[^>]*><summary>\d+ fields</summary>", page)


def test_amounts_are_taken_as_people_write_them(cast, signed_in):
    client = signed_in(cast.project_manager)
    cast.own.refresh_from_db()
    assert 'value="1,000,000"' in client.get(url("edit", cast.own)).content.decode()
    form = typed(cast.own, budget="£1,250,000.50", forecast="1.3m", spend="1,5")
    answer = client.post(url("edit", cast.own), form)
    assert answer.status_code == 422
    assert 'value="1,5"' in answer.content.decode(), "neither 1.5 nor 15: asked again, and kept"
    assert client.post(url("edit", cast.own), form | {"spend": ""}).status_code == 302
    cast.own.refresh_from_db()
    assert (str(cast.own.budget), str(cast.own.forecast), cast.own.spend) == ("1250000.50", "1300000.00", None)
