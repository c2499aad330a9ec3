"""Records of changes and decisions, and charters: hostile words in every row fetch nothing, embed nothing and stop nobody (B3, B4)."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from core.pdf.check import check
from intake.actions.charters import make_charter
from intake.actions.decisions import record_decision
from intake.models import Charter, Decision
from portfolio.actions.change_records import record_change
from portfolio.models import ChangeRequest
from tests.access_matrix import World
from tests.poison import poison, without_triggers
from tests.reporting.test_pdf import canary, fetchers, text_of  # noqa: F401 - a server that remembers who called
from tests.test_access_matrix import undone, world  # noqa: F401 - fixtures

pytestmark = pytest.mark.slow

# Every word of a conversion that a charter prints.
WHOLE = {
    "milestones": [{"title": "Opened", "planned_on": "2027-01-01"}],
    "team": [{"part": "Lead", "name": "Ann", "role": "x", "note": "Soon"}],
    "risks": [{"event": "Rain", "cause": "Clouds", "effect": "Wet", "impact": 3, "likelihood": 20}],
    "objectives": [{"name": "Warm", "weight": 50}],
    "sections": [{"title": "Scope", "text": "All"}],
    "tiering": {"sentence": "Tier 2.", "reason": "Small."},
}


@pytest.fixture
def rows(world: World) -> Iterator[Any]:  # noqa: F811
    """A change, a decision and a charter that have no document yet."""
    own = world.sets[world.cast.own.pk]
    with undone():
        with without_triggers():
            ChangeRequest.objects.filter(pk=own["change"].pk).update(recorded_at=None, record="")
            Decision.objects.filter(pk=own["decision"].pk).update(recorded_at=None, record="")
            Charter.objects.filter(conversion=own["conversion"]).update(made_at=None, file="")
            own["conversion"].document |= WHOLE | {"promised": own["conversion"].document["promised"] | {"npv": "5.00"}}
            own["conversion"].save()
        yield own


def made(own: Any) -> Iterator[bytes]:
    """The three documents."""
    at = timezone.now()
    assert record_change(entry_id=own["change"].pk, at=at)
    yield default_storage.open(ChangeRequest.objects.get(pk=own["change"].pk).record).read()
    assert record_decision(decision_id=own["decision"].pk, at=at)
    yield default_storage.open(Decision.objects.get(pk=own["decision"].pk).record).read()
    charter = Charter.objects.get(conversion=own["conversion"])
    assert make_charter(charter_id=charter.pk, at=at)
    charter.refresh_from_db()
    yield default_storage.open(charter.file).read()


def test_no_word_makes_a_document_fetch_anything(rows: Any, canary: Any) -> None:  # noqa: F811
    url, hits = canary
    secret = Path("/etc/hostname").read_text().strip()
    every = [*fetchers(url), *fetchers("file:///etc/hostname?"), *fetchers("data:text/plain,hello")]
    short = [f"<img src={url}/s>", "<b><i>"]
    poison(["\n\n".join(every), fetchers(url)[0], *short])
    for content in made(rows):
        assert check(io.BytesIO(content)).problems == []
        assert b"/EmbeddedFile" not in content
        assert secret not in text_of(content).replace("file:///etc/hostname", "")
    assert hits == []


@pytest.mark.parametrize(
    "text", ["<div style='display:flex'>" * 60, "> " * 1500, "|a" * 900 + "|\n" + "|-" * 900 + "|\n", "\u202e" * 300 + "x", "W" * 4000],
    ids=["flex", "quotes", "table", "rtl", "long"],
)  # fmt: skip
def test_no_narrative_stops_a_document(rows: Any, text: str) -> None:
    poison([text, text[:280], text[:100], text[:20]])
    for content in made(rows):
        assert check(io.BytesIO(content)).pages >= 1
