"""From the ranked list through the meeting to the decision, its letter and its record, as people do it."""

from datetime import date

import pytest
from django.core.files.storage import default_storage
from django.db import InternalError, transaction
from django.urls import reverse
from django.utils import timezone

from core.errors import ActionError
from core.models import Notification, OutgoingMail
from core.pdf.check import check
from intake.actions.decisions import Demand, decide_request, record_decision
from intake.actions.meetings import cast_vote
from intake.actions.rounds import gather_requests, rank_entry
from intake.actions.scores import rescore
from intake.models import AgendaItem, Decision, DecisionMeeting, RankedEntry, SelectionRound
from intake.tasks import sweep_decisions
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def ranked(cast: Cast) -> SelectionRound:
    """Three ready requests of 400, 300 and 200 thousand against a line of 600 thousand."""
    chosen = SelectionRound.objects.create(name="Spring", funding=600_000)
    asked = [
        factories.request(f"Asked {cost}", by=cast.requester, state="ready", estimated_cost=cost)
        for cost in (400_000, 300_000, 200_000)
    ]
    gather_requests(chosen, requests=asked)
    chosen.refresh_from_db()
    return chosen


def places(chosen: SelectionRound) -> list[str]:
    return [entry.request.title for entry in chosen.entries.select_related("request").order_by("position")]


def test_the_line_stops_at_the_first_that_does_not_fit(cast: Cast, ranked: SelectionRound, signed_in) -> None:
    page = signed_in(cast.pmo_analyst).get(reverse("intake:round-detail", args=[ranked.pk])).content.decode()
    assert "£600k reaches 1 request of 3 and leaves £200k." in page
    assert "needs £100k more" in page
    SelectionRound.objects.filter(pk=ranked.pk).update(cut="skip")
    page = signed_in(cast.pmo_analyst).get(reverse("intake:round-detail", args=[ranked.pk])).content.decode()
    assert "£600k reaches 2 requests of 3 and leaves £0." in page


def test_another_place_needs_a_reason_and_is_kept_with_it(cast: Cast, ranked: SelectionRound, signed_in) -> None:
    last = ranked.entries.get(position=3)
    url = reverse("intake:entry-rank", args=[ranked.pk, last.pk])
    client = signed_in(cast.pmo_analyst)
    page = client.get(f"{url}?position=1").content.decode()
    assert 'value="1"' in page
    for name in ("entry-must", "entry-drop"):
        assert reverse(f"intake:{name}", args=[ranked.pk, last.pk]) in page
    refused = client.post(url, {"position": 1, "reason": "", "version": ranked.version})
    assert refused.status_code == 422
    assert "Give a reason for the new place" in refused.content.decode()
    assert client.post(url, {"position": 1, "reason": "The law asks for it.", "version": ranked.version}).status_code == 302
    assert places(ranked) == ["Asked 200000", "Asked 400000", "Asked 300000"]
    assert ranked.entries.get(position=1).reason == "The law asks for it."


def test_the_second_who_ranks_is_told(cast: Cast, ranked: SelectionRound, signed_in) -> None:
    first, last = ranked.entries.get(position=1), ranked.entries.get(position=3)
    rank_entry(last, position=1, reason="Law.", version=ranked.version)
    url = reverse("intake:entry-rank", args=[ranked.pk, first.pk])
    answer = signed_in(cast.pmo_head).post(url, {"position": 3, "reason": "Dear.", "version": ranked.version})
    assert answer.status_code == 422
    assert "Somebody changed the ranking since you opened this" in answer.content.decode()
    assert places(ranked)[0] == "Asked 200000"


def test_what_must_be_done_takes_the_money_first(cast: Cast, ranked: SelectionRound, signed_in) -> None:
    last = ranked.entries.get(position=3)
    client = signed_in(cast.pmo_head)
    url = reverse("intake:entry-must", args=[ranked.pk, last.pk])
    assert client.post(url, {"must_do": "on", "reason": "", "version": ranked.version}).status_code == 422
    assert client.post(url, {"must_do": "on", "reason": "Fire safety.", "version": ranked.version}).status_code == 302
    page = client.get(reverse("intake:round-detail", args=[ranked.pk])).content.decode()
    assert "£600k reaches 2 requests of 3 and leaves £0." in page
    assert places(ranked) == ["Asked 200000", "Asked 400000", "Asked 300000"]


def test_a_confidential_request_counts_without_its_name(cast: Cast, ranked: SelectionRound, signed_in) -> None:
    secret = factories.request("Zanzibar", by=cast.director, state="ready", is_confidential=True, estimated_cost=50_000)
    gather_requests(ranked, requests=[secret])
    client = signed_in(cast.pmo_head)
    for tail in ("", "?export=ranking.csv"):
        answer = client.get(reverse("intake:round-detail", args=[ranked.pk]) + tail)
        body = b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()
        assert "Zanzibar" not in body
        assert secret.reference not in body
    entry = RankedEntry.objects.get(request=secret)
    assert client.get(reverse("intake:entry-rank", args=[ranked.pk, entry.pk])).status_code == 404


def meeting_of(cast: Cast, ranked: SelectionRound, quorum: int = 2) -> tuple[DecisionMeeting, AgendaItem]:
    asked = ranked.entries.get(position=1).request
    held = DecisionMeeting.objects.create(name="Board", held_on=date(2026, 12, 1), round=ranked, quorum=quorum)
    for person in (cast.board_member, cast.pmo_head):
        held.members.create(user=person)
    return held, AgendaItem.objects.create(meeting=held, request=asked, position=1)


def posted(**more: str) -> dict[str, str]:
    rows = {"conditions-TOTAL_FORMS": "1", "conditions-INITIAL_FORMS": "0", "conditions-0-text": ""}
    return rows | {"outcome": "approve", "reason": "The strongest case.", "until": "", "letter": ""} | more


def test_a_meeting_votes_decides_and_writes(cast: Cast, ranked: SelectionRound, signed_in) -> None:
    held, item = meeting_of(cast, ranked)
    url = reverse("intake:item-detail", args=[held.pk, item.pk])
    vote = reverse("intake:item-vote", args=[held.pk, item.pk])
    signed_in(cast.board_member).post(vote, {"choice": "conditions", "comment": "If a sponsor is named."})
    head = signed_in(cast.pmo_head)
    early = head.post(url, posted())
    assert early.status_code == 422
    assert "The quorum is not met: 1 more vote is needed." in early.content.decode()
    head.post(vote, {"choice": "approve", "comment": ""})
    missing = head.post(url, posted(outcome="conditions"))
    assert "Write at least one condition." in missing.content.decode()
    rows = {
        "conditions-0-text": "Name a sponsor",
        "conditions-0-owner": str(cast.pmo_analyst.pk),
        "conditions-0-due_on": "2027-01-15",
    }
    assert head.post(url, posted(outcome="conditions", **rows)).status_code == 302
    decision = Decision.objects.get()
    assert decision.request.state == "approved"
    assert decision.basis["count"] == {"conditions": 1, "approve": 1}
    assert decision.basis["places"][0]["position"] == 1
    letter = OutgoingMail.objects.get(user=cast.requester)
    assert "Approved with conditions" in letter.subject
    assert "Name a sponsor (Pmo Analyst, by 15 Jan 2027)" in letter.text
    assert Notification.objects.filter(user=cast.pmo_analyst, text__contains="Name a sponsor").exists()
    page = head.get(reverse("intake:request-decision", args=[decision.request.reference])).content.decode()
    for words in ("Approved with conditions", "The strongest case.", "Name a sponsor", "If a sponsor is named."):
        assert words in page
    page = signed_in(cast.requester).get(reverse("intake:request-decision", args=[decision.request.reference])).content.decode()
    assert "The strongest case." in page
    assert "If a sponsor is named." not in page


def test_the_meeting_shows_the_score_by_a_newer_version_than_the_rounds(cast: Cast, ranked: SelectionRound, signed_in) -> None:
    held, item = meeting_of(cast, ranked)
    old, new = factories.scoring_version(), factories.scoring_version()
    SelectionRound.objects.filter(pk=ranked.pk).update(model_version=old)
    factories.assessment(item.request, new, by=cast.pmo_head, scores=[{"fit": 10, "risk": 10}])
    rescore(new, at=timezone.now())
    page = signed_in(cast.pmo_head).get(reverse("intake:item-detail", args=[held.pk, item.pk])).content.decode()
    assert f'<b>100.0</b> of 100 <span class="muted">{new.model} {new.number}</span>' in page


def test_conditions_that_nobody_sees_count_for_nothing_and_stay_typed(cast: Cast, signed_in) -> None:
    asked = factories.request("Asked", by=cast.requester, state="ready")
    url = reverse("intake:request-decide", args=[asked.reference])
    head = signed_in(cast.pmo_head)
    rows = {"conditions-0-text": "Name a sponsor", "conditions-0-owner": "", "conditions-0-due_on": "", "until": "no day"}
    seen = head.post(url, posted(outcome="approve", **rows))
    assert seen.status_code == 422
    assert "Complete the conditions, or empty their rows." in seen.content.decode()
    hidden = rows | {"conditions-unused": "1"}
    forgotten = head.post(url, posted(outcome="approve", reason="", **hidden))
    body = forgotten.content.decode()
    assert forgotten.status_code == 422
    assert 'value="Name a sponsor"' in body
    assert "A condition has an owner" not in body.partition("<form class")[0]
    needed = head.post(url, posted(outcome="conditions", **hidden))
    assert needed.status_code == 422, "what the outcome needs is checked, whatever the page says"
    assert head.post(url, posted(outcome="approve", **hidden)).status_code == 302
    decision = Decision.objects.get()
    assert (decision.outcome, decision.until_on, decision.conditions.count()) == ("approve", None, 0)
    assert "Name a sponsor" not in decision.letter


def test_the_record_is_made_once_and_is_tagged(cast: Cast, ranked: SelectionRound, signed_in, tmp_path) -> None:
    asked = ranked.entries.get(position=1).request
    demand = Demand("Name a sponsor", cast.pmo_analyst, date(2027, 1, 15))
    decision = decide_request(
        asked, outcome="conditions", reason="Good.", demands=[demand], by=cast.pmo_head, at=timezone.now()
    )
    assert record_decision(decision_id=decision.pk, at=timezone.now())
    assert not record_decision(decision_id=decision.pk, at=timezone.now())
    decision.refresh_from_db()
    content = default_storage.open(decision.record).read()
    path = tmp_path / "record.pdf"
    path.write_bytes(content)
    assert not check(path).problems
    url = reverse("intake:request-record", args=[asked.reference, decision.pk])
    assert signed_in(cast.board_member).get(url).status_code == 200
    assert signed_in(cast.stranger).get(url).status_code == 404


def test_a_decision_is_never_changed(cast: Cast, ranked: SelectionRound) -> None:
    asked = ranked.entries.get(position=1).request
    decision = decide_request(asked, outcome="reject", reason="No.", by=cast.pmo_head, at=timezone.now())
    for change in ({"outcome": "approve"}, {"basis": {}}, {"letter": "Else"}):
        with pytest.raises(InternalError), transaction.atomic():
            Decision.objects.filter(pk=decision.pk).update(**change)
    sweep_decisions()


def test_two_deciders_the_second_is_told_who_decided(cast: Cast, ranked: SelectionRound) -> None:
    asked = ranked.entries.get(position=1).request
    decide_request(asked, outcome="reject", reason="No.", by=cast.pmo_head, at=timezone.now())
    with pytest.raises(ActionError, match="Pmo Head moved the request to “Rejected” on"):
        decide_request(asked, outcome="approve", reason="Yes.", by=cast.director, at=timezone.now())
    assert Decision.objects.count() == 1


def test_who_asks_neither_votes_nor_decides(cast: Cast, ranked: SelectionRound) -> None:
    mine = factories.request("Mine", by=cast.pmo_head, state="ready")
    with pytest.raises(ActionError, match="somebody else decides"):
        decide_request(mine, outcome="approve", reason="Yes.", by=cast.pmo_head, at=timezone.now())
    held, _item = meeting_of(cast, ranked)
    item = AgendaItem.objects.create(meeting=held, request=mine, position=2)
    with pytest.raises(ActionError, match="you take no part"):
        cast_vote(item, choice="approve", comment="", by=cast.pmo_head, at=timezone.now())
    assert cast_vote(item, choice="recused", comment="", by=cast.pmo_head, at=timezone.now()).choice == "recused"


def test_my_work_tells_what_to_vote_on_and_which_condition_to_meet(cast: Cast, ranked: SelectionRound, signed_in) -> None:
    _held, item = meeting_of(cast, ranked)
    assert "Your vote on 1 request" in signed_in(cast.board_member).get("/").content.decode()
    cast_vote(item, choice="approve", comment="", by=cast.board_member, at=timezone.now())
    assert "Your vote on" not in signed_in(cast.board_member).get("/").content.decode()
    demand = Demand("Name a sponsor", cast.stranger, date(2027, 1, 15))
    decide_request(item.request, outcome="conditions", reason="Good.", demands=[demand], by=cast.pmo_head, at=timezone.now())
    page = signed_in(cast.stranger).get("/").content.decode()
    assert "Name a sponsor" in page
    url = reverse("intake:request-decision", args=[item.request.reference])
    assert "Confirm that it is met" in signed_in(cast.stranger).get(url).content.decode()
    condition = item.request.decisions.get().conditions.get()
    meet = reverse("intake:request-condition", args=[item.request.reference, condition.pk])
    assert signed_in(cast.stranger).post(meet, {"version": 1, "note": ""}).status_code == 422
    assert signed_in(cast.stranger).post(meet, {"version": 1, "note": "Hugo Irving, by mail."}).status_code == 302
    assert "A condition that you own" not in signed_in(cast.stranger).get("/").content.decode()


def test_the_second_who_confirms_a_condition_is_told(cast: Cast, ranked: SelectionRound, signed_in) -> None:
    _held, item = meeting_of(cast, ranked)
    demand = Demand("Name a sponsor", cast.stranger, date(2027, 1, 15))
    decide_request(item.request, outcome="conditions", reason="Good.", demands=[demand], by=cast.pmo_head, at=timezone.now())
    condition = item.request.decisions.get().conditions.get()
    url = reverse("intake:request-condition", args=[item.request.reference, condition.pk])
    assert signed_in(cast.stranger).post(url, {"version": condition.version, "note": "Hugo Irving."}).status_code == 302
    second = signed_in(cast.pmo_head).post(url, {"version": condition.version, "note": "I say so, too."})
    assert second.status_code in (409, 422)
    assert "I say so, too." in second.content.decode()
    stale = signed_in(cast.pmo_head).post(url, {"version": 99, "note": "From an old page."})
    assert stale.status_code in (409, 422)
