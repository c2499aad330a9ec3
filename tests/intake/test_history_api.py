"""History over the API: the same changes as on the page, told to those who read them there, page by page."""

from typing import Any

import pytest

from core.api.history import KINDS
from tests import factories
from tests.cast import Cast
from tests.intake.test_draft_api import ROOT, client_of, send, tag_of

pytestmark = pytest.mark.django_db


def told(answer: Any) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.content
    return list(answer.json()["results"])


def test_what_was_done_with_a_kind_is_told_with_who_and_how(cast: Cast) -> None:
    head = client_of(cast.pmo_head)
    made = send(head, "request-types/", {"name": "Works"}).json()
    url = f"request-types/{made['id']}/"
    send(head, url, {"name": "Buildings", "is_public": True}, "patch", tag_of(head, url))
    send(head, f"{url}link/renew/", etag=tag_of(head, url))
    rows = told(head.get(f"{ROOT}{url}history/"))
    assert {"intake.type.link_renewed", "intake.type.edited", "intake.type.created"} == {row["action"] for row in rows}
    assert rows[-1]["action"] == "intake.type.created", "The newest first."
    edited = next(row for row in rows if row["action"] == "intake.type.edited")
    assert (edited["by"], edited["what"], edited["said"]) == (cast.pmo_head.email, "update", "Edited the request type")
    assert {"field": "name", "before": "Works", "after": "Buildings"} in edited["changes"]
    assert {row["what"] for row in rows} <= {kind for kind, _word in KINDS}
    first = head.get(f"{ROOT}{url}history/?limit=1").json()
    assert (len(first["results"]), first["count"]) == (1, len(rows))
    assert told(client_of(cast.auditor).get(f"{ROOT}{url}history/")) == rows, "Auditors read how things are set up."
    for person in (cast.pmo_analyst, cast.requester):
        assert client_of(person).get(f"{ROOT}{url}history/").status_code in (403, 404)


def test_the_history_of_a_request_follows_its_page(cast: Cast) -> None:
    asked = factories.request("Warm schools", by=cast.requester, state="screening")
    url = f"{ROOT}requests/{asked.reference}/history/"
    analyst = client_of(cast.pmo_analyst)
    send(analyst, f"requests/{asked.reference}/assign/", {"owner": cast.pmo_head.email})
    send(analyst, f"requests/{asked.reference}/move/", {"verb": "assess"})
    rows = told(analyst.get(url))
    assert "intake.request.assigned" in {row["action"] for row in rows}
    assert any(row["noun"] == "move" and row["by"] == cast.pmo_analyst.email for row in rows)
    assert client_of(cast.stranger).get(url).status_code == 404
    page = analyst.get(f"/intake/requests/{asked.reference}/history/").content.decode()
    assert all(row["said"] in page for row in rows if row["action"])


def test_scores_are_blind_in_the_history_too(cast: Cast) -> None:
    version = factories.scoring_version()
    asked = factories.request("Warm schools", by=cast.requester, state="assessment")
    factories.assessment(asked, version, by=cast.pmo_analyst, scores=[{"fit": 5, "risk": 5}], revealed=False)
    url = f"{ROOT}requests/{asked.reference}/history/"
    for person in (cast.pmo_analyst, cast.pmo_head, cast.requester):
        rows = told(client_of(person).get(url))
        assert rows
        assert not [row for row in rows if row["action"].startswith("intake.review.") or "score" in row["noun"]], person


def test_a_scoring_model_tells_its_drafts(cast: Cast) -> None:
    draft = factories.scoring_version(published=False)
    head, url = client_of(cast.pmo_head), f"scoring-drafts/{draft.pk}/"
    send(head, f"{url}weights/", {"criteria": {"fit": "7"}}, etag=tag_of(head, url))
    rows = told(head.get(f"{ROOT}scoring-models/{draft.model_id}/history/"))
    assert rows[0]["said"] == "Set weights"
    assert client_of(cast.board_member).get(f"{ROOT}scoring-models/{draft.model_id}/history/").status_code == 403
