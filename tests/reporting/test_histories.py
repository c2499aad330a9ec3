"""What an office sets up is read by those who check it, and its changes are told: on a page, as a file, through the API."""

from typing import Any

import pytest
from django.urls import reverse

from intake.models import RankedEntry
from portfolio.models import HealthThreshold
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_auditor_reads_thresholds_and_who_changed_them(cast: Cast, signed_in: Any) -> None:
    edit = reverse("portfolio:threshold-edit", args=["2"])
    row = HealthThreshold.objects.create(tier=2, stale_after_days=33)
    sent = {field.name: getattr(row, field.name) for field in row._meta.concrete_fields if field.name not in ("id", "tier")}
    head = signed_in(cast.pmo_head)
    assert head.post(edit, sent | {"stale_after_days": 61}).status_code == 302
    auditor = signed_in(cast.auditor)
    page = auditor.get(edit).content.decode()
    assert 'value="61"' in page
    assert "disabled" in page
    assert "Save thresholds" not in page
    assert auditor.post(edit, sent).status_code == 403
    told = auditor.get(reverse("reporting:setup-history", args=["thresholds"]), {"export": "history.csv"})
    lines = b"".join(told.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    (line,) = [line for line in lines if '"33","61"' in line]
    assert str(cast.pmo_head) in line
    assert "Tier 2" in line
    entries = auditor.get("/api/v1/reporting/histories/thresholds/").json()["results"]
    assert [entry["name"] for entry in entries] == ["Tier 2", "Tier 2"]
    assert entries[0]["by"] == cast.pmo_head.email


def test_round_tells_no_place_of_a_request_that_is_not_the_readers(cast: Cast, signed_in: Any) -> None:
    made = factories.selection(cast.pmo_head)["round"]
    open_one = factories.request("Warm the archive", by=cast.requester, state="assessment")
    secret = factories.request("Zanzibar canary, asked", by=cast.director, state="assessment", is_confidential=True)
    for place, asked in enumerate([open_one, secret], start=8):
        RankedEntry.objects.create(round=made, request=asked, position=place)
    page = signed_in(cast.auditor).get(reverse("reporting:object-history", args=["rounds", made.pk])).content.decode()
    assert "Warm the archive" in page
    assert "Zanzibar canary" not in page
    assert "not for you to see" not in page
