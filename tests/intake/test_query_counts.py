"""Pages and lists of intake ask the database as often for eleven rows as for two."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from intake.actions.scores import rescore
from intake.models import AgendaItem, RankedEntry, Request, RequestMove, RequestQuestion, Vote
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_more_rows_ask_no_more_queries(cast: Cast, signed_in) -> None:  # type: ignore[no-untyped-def]
    of, version = factories.request_type(), factories.scoring_version(risk=["risk"])
    made = factories.selection(cast.pmo_head)
    chosen, held, at = made["round"], made["meeting"], timezone.now()
    chosen.model_version = version
    chosen.save()
    client: Client = signed_in(cast.pmo_head)
    rows: list[Request] = []

    def add(count: int) -> None:
        for place in range(len(rows) + 2, len(rows) + 2 + count):
            fields = {"state": "ready", "estimated_cost": 5, "owner": factories.user(), "unit": factories.unit()}
            rows.append(factories.request(by=factories.user(), of=of, **fields))
            first, row = rows[0], rows[-1]
            factories.assessment(row, version, by=cast.pmo_analyst, scores=[{"fit": 5, "risk": 5}] * 2)
            RankedEntry.objects.create(round=chosen, request=row, position=place)
            item = AgendaItem.objects.create(meeting=held, request=row, position=place)
            Vote.objects.create(item=item, user=factories.user(), choice="for", voted_at=at)
            for one in (first, row):
                factories.decision(one, factories.user())
            factories.comment(first, factories.user())
            RequestMove.objects.create(request=first, to_state="ready", by=factories.user(), at=at)
            RequestQuestion.objects.create(request=first, text="Why?", asked_by=factories.user(), asked_at=at)
        rescore(version, at=at)

    add(1)
    asked, api = f"/intake/requests/{rows[0].reference}/", "/api/v1/intake/"
    pages = [
        f"/intake/{tail}/" for tail in ("requests", "triage", "pipeline", "pipeline/flow", "rounds", "meetings", "reviews")
    ]
    pages += [f"/intake/rounds/{chosen.pk}/{tail}" for tail in ("", "chart/", "stability/", "gather/", "rank/")]
    pages += [f"/intake/meetings/{held.pk}/", f"/intake/meetings/{held.pk}/items/{made['item'].pk}/"]
    pages += [f"{asked}{tail}" for tail in ("", "scores/", "decision/", "history/", "talk/", "merge/")]
    pages += [f"{api}{tail}/" for tail in ("requests", "decisions", "assessments", "scores", "reviews", "rounds")]

    def counted(page: str) -> int:
        client.get(page)
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page).status_code == 200, page
        return len(queries)

    few = {page: counted(page) for page in pages}
    add(9)
    assert {page: counted(page) for page in pages} == few
