"""Signs that no database takes, in paths and queries: never an error of ours."""

import pytest

from core.models import ImportJob, ImportState
from tests import factories


@pytest.mark.parametrize("path", ["/portfolio/projects/PRJ-0042%00/", "/api/v1/portfolio/projects/PRJ%00/", "/%00"])
def test_nul_in_a_path_is_an_address_of_nothing(cast, signed_in, path):
    assert signed_in(cast.pmo_head).get(path).status_code == 404


@pytest.mark.parametrize(
    "path", ["/mail/?q=a%00b", "/portfolio/projects/?q=a%00b&category=%00", "/api/v1/portfolio/reporting-periods/?project=%00"]
)
def test_nul_in_a_query_is_left_out(cast, signed_in, path):
    assert signed_in(cast.pmo_head).get(path).status_code == 200


@pytest.mark.parametrize("query", ["since=0001-01-01", "as_of=0001-01-01", "as_of=9999-12-31"])
def test_days_before_any_record_are_nonsense_not_errors(cast, signed_in, query):
    client = signed_in(cast.pmo_head)
    assert client.get(f"/reports/overview/?{query}").status_code == 200
    assert client.get(f"/portfolio/projects/{cast.own.reference}/?{query}").status_code == 200


def test_numbers_too_long_to_be_keys_or_sizes_are_ignored(cast, signed_in):
    client, long = signed_in(cast.pmo_head), "9" * 5000
    assert client.get("/portfolio/projects/", {"page_size": long}).status_code == 200
    assert client.get("/portfolio/updates/publish/", {"pk": long}).status_code == 200
    address = f"/api/v1/portfolio/projects/{cast.own.reference}/"
    stale = {"If-Match": f'"project-{cast.own.pk}-{long}"'}
    assert client.patch(address, {}, content_type="application/json", headers=stale).status_code == 400


def test_nul_posted_where_no_form_reads_it_is_refused(cast, signed_in):
    client = signed_in(cast.pmo_head)
    rows = {"scope": "PRJ\0", "rows-TOTAL_FORMS": "1", "rows-INITIAL_FORMS": "0"}
    assert client.post("/portfolio/risks/rows/", rows).status_code == 400
    job = factories.import_job(by=cast.pmo_head)
    ImportJob.objects.update(state=ImportState.PREVIEWED)
    assert client.post(f"/imports/{job.pk}/answer/", {"answer-2": "new\0"}).status_code == 400
    assert ImportJob.objects.get().state == ImportState.PREVIEWED


def test_a_moment_that_no_clock_shows_is_refused(cast, signed_in):
    address = "/api/v1/portfolio/status-updates/?effective_at__lte=9999-12-31T23:59:59-23:59"
    assert signed_in(cast.pmo_head).get(address).status_code == 400
