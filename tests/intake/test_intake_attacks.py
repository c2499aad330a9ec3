"""What somebody who may not must not read or write around requests; what broken input must not break."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.errors import ActionError
from core.models import Attachment
from intake.access import knows_reviewers
from intake.actions.assessments import invite_reviewers, withdraw_reviewer
from intake.actions.decisions import decide_request
from intake.actions.meetings import put_on_agenda
from intake.actions.merges import merge_requests, split_request, unmerge_request
from intake.actions.scores import rescore
from intake.filters.requests import RequestFilters
from intake.formulas.questions import KINDS, WITH_CHOICES, WITHOUT_ANSWER, problems_of
from intake.models import FormVersion, RankedEntry, Request, RequestParty, RequestType
from intake.trail import trail_of_project
from tests import factories
from tests.at_once import at_once
from tests.cast import Cast

pytestmark = pytest.mark.django_db
SECRET = "Zanzibar reorganisation"


def client_of(person: Any) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


# Reading


def test_a_merge_into_a_confidential_request_does_not_name_it_to_others(cast: Cast) -> None:
    kept = factories.request(SECRET, by=cast.director, state="screening", owner=cast.pmo_analyst, is_confidential=True)
    other = factories.request("Plain", by=cast.requester, state="screening")
    merge_requests(kept, other=other, reason="Same.", by=cast.pmo_analyst, at=timezone.now())
    client = client_of(cast.board_member)
    for page in ("", "history/"):
        answer = client.get(f"/intake/requests/{other.reference}/{page}")
        assert answer.status_code == 200
        assert SECRET not in answer.content.decode()
    assert SECRET not in client.get(f"/api/v1/intake/requests/{other.reference}/way/").content.decode()


def test_a_part_does_not_name_the_confidential_whole(cast: Cast) -> None:
    whole = factories.request(SECRET, by=cast.director, state="screening", owner=cast.pmo_analyst, is_confidential=True)
    part = split_request(whole, titles=["A"], keep_open=True, reason="", by=cast.pmo_analyst, at=timezone.now())[0]
    Request.objects.filter(pk=part.pk).update(is_confidential=False)
    assert SECRET not in client_of(cast.board_member).get(f"/intake/requests/{part.reference}/").content.decode()


def test_the_tracking_page_names_only_files_from_outside(cast: Cast) -> None:
    row = factories.request("Warm", state="screening")
    factories.attachment(row, cast.pmo_analyst, name="internal-opinion.txt")
    Attachment.objects.filter(pk=factories.attachment(row, cast.pmo_analyst, name="sketch.txt").pk).update(uploaded_by=None)
    page = Client().get(reverse("intake:request-track", args=[row.tracking_key])).content.decode()
    assert "sketch.txt" in page
    assert "internal-opinion" not in page


def test_who_asked_for_the_same_does_not_learn_who_scored_what(cast: Cast) -> None:
    row = factories.request("Warm", by=cast.requester, state="assessment")
    RequestParty.objects.create(request=row, user=cast.stranger, part="also_asked")
    RequestParty.objects.create(request=row, user=cast.director, part="reviewer")
    version = factories.scoring_version()
    made = factories.assessment(row, version, by=cast.pmo_analyst, scores=[{"fit": 5, "risk": 5}])
    name = made.reviewers.get().user.email
    RequestParty.objects.create(request=row, user=made.reviewers.get().user, part="reviewer")
    assert not knows_reviewers(cast.stranger, row)
    assert knows_reviewers(cast.director, row)
    for person in (cast.stranger, cast.requester):
        for page in ("scores/", "history/", "history/?export=history.csv"):
            answer = client_of(person).get(f"/intake/requests/{row.reference}/{page}")
            text = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert name not in text.decode(), page
            assert str(made.reviewers.get().user) not in text.decode(), page


def test_the_project_tells_of_a_request_only_what_its_reader_may_know(cast: Cast) -> None:
    row = factories.request(SECRET, by=cast.director, state="converted", project=cast.own)
    version = factories.scoring_version()
    factories.assessment(row, version, by=cast.pmo_analyst, scores=[{"fit": 5, "risk": 5}])
    told = {model.__name__ for model, _filters in trail_of_project(cast.project_manager, cast.own)}
    assert "Request" in told
    assert not told & {"ReviewScore", "Reviewer", "Comment", "RequestParty"}
    Request.objects.filter(pk=row.pk).update(is_confidential=True)
    assert trail_of_project(cast.project_manager, cast.own) == []
    assert trail_of_project(cast.director, cast.own) != []


def test_who_leaves_one_review_keeps_the_other(cast: Cast) -> None:
    row = factories.request("Warm", by=cast.requester, state="assessment", is_confidential=True)
    first, second = (
        factories.assessment(row, factories.scoring_version(), by=cast.pmo_analyst, revealed=False) for _ in range(2)
    )
    for one in (first, second):
        invite_reviewers(one, reviewers=[cast.stranger], by=cast.pmo_analyst, at=timezone.now())
    withdraw_reviewer(first.reviewers.get(), reason="No time.", at=timezone.now())
    assert Request.objects.visible_to(cast.stranger).filter(pk=row.pk).exists()


# Writing what is not theirs


def test_a_requester_cannot_send_what_the_office_decides(cast: Cast) -> None:
    row = factories.request("Mine", by=cast.requester)
    client = client_of(cast.requester)
    etag = client.get(f"/api/v1/intake/requests/{row.reference}/")["ETag"]
    sent = {"state": "approved", "owner": cast.requester.email, "requester": cast.director.email, "is_confidential": True}
    sent |= {"project": cast.own.reference, "version": 99, "title": "Mine still"}
    answer = client.patch(
        f"/api/v1/intake/requests/{row.reference}/", sent, content_type="application/json", headers={"If-Match": etag}
    )
    assert answer.status_code == 200, answer.content
    row.refresh_from_db()
    assert (row.state, row.owner, row.requester, row.is_confidential, row.project) == (
        "draft", None, cast.requester, False, None,
    )  # fmt: skip
    assert row.title == "Mine still"


# Input


HUGE = "9" * 5000


@pytest.mark.parametrize("number", [HUGE, "9" * 19, "9" * 12, "²", "-1", "1e3", "\0"])
def test_numbers_in_addresses_and_forms_break_nothing(cast: Cast, number: str) -> None:
    made = factories.selection(cast.pmo_head)
    chosen, entry, held, item = made["round"], made["entry"], made["meeting"], made["item"]
    client = client_of(cast.pmo_head)
    asked = item.request.reference
    gets = [
        (f"/intake/rounds/{chosen.pk}/entries/{entry.pk}/rank/", {"position": number}),
        ("/intake/requests/compare/", {"pk": number}),
        ("/intake/triage/assign/", {"pk": number}),
        ("/intake/requests/", {"q": number, "type": number, "unit": number, "owner": number, "page": number}),
        ("/intake/triage/", {"q": number, "service": number, "assigned": number}),
        ("/intake/pipeline/", {"q": number, "objective": number}),
        ("/intake/pipeline/flow/", {"span": number, "unit": number}),
        (f"/intake/requests/{asked}/scores/", {"assessment": number}),
        (f"/intake/requests/{asked}/case/", {"option": number, "n": number}),
        (f"/intake/requests/{asked}/merge/", {"q": number}),
        (f"/intake/requests/{asked}/merge/", {"other": number}),
        ("/intake/requests/similar/", {"title": number, "purpose": number, "but": number}),
        ("/intake/requests/new/", {"title": number}),
        ("/api/v1/intake/scores/", {"model_version": number}),
        ("/api/v1/intake/requests/", {"q": number, "unit": number}),
        (f"/api/v1/intake/decisions/{'9' * 30}/", {}),
        (f"/api/v1/intake/reviews/{'9' * 30}/", {}),
        (f"/api/v1/intake/rounds/{'9' * 30}/", {}),
    ]
    for address, data in gets:
        answer = client.get(address, data)
        assert answer.status_code < 500, (address, data)
    posts = [
        (
            f"/intake/rounds/{chosen.pk}/entries/{entry.pk}/rank/",
            {"position": number, "version": chosen.version, "reason": "x"},
        ),
        (f"/intake/rounds/{chosen.pk}/entries/{entry.pk}/must/", {"must_do": "on", "version": number, "reason": number}),
        (f"/intake/rounds/{chosen.pk}/entries/{entry.pk}/drop/", {"version": number}),
        (f"/intake/rounds/{chosen.pk}/gather/", {"pk": number}),
        (f"/intake/rounds/{chosen.pk}/rank/", {"version": number}),
        (f"/intake/meetings/{held.pk}/agenda/", {"pk": number}),
        (f"/intake/meetings/{held.pk}/items/{item.pk}/move/", {"position": number}),
        (f"/intake/meetings/{held.pk}/items/{item.pk}/vote/", {"choice": number, "comment": number}),
        (f"/intake/meetings/{held.pk}/items/{item.pk}/vote/", {"choice": "for", "comment": number}),
        (f"/intake/meetings/{held.pk}/items/{item.pk}/", {"outcome": number, "reason": number, "until": number}),
        (f"/intake/requests/{asked}/assign/", {"owner": number}),
        (f"/intake/requests/{asked}/split/", {"titles": f"A\n{number}", "reason": number, "keep_open": "on"}),
        (f"/intake/requests/{asked}/objectives/", {"objective": number, "weight": number}),
        (f"/intake/requests/{asked}/convert/", {"tier": number}),
    ]
    for address, data in posts:
        answer = client.post(address, data)
        assert answer.status_code < 500, (address, data)


ODD = [
    None,
    True,
    -1,
    1e308,
    10**40,
    "\0",
    "a\0b",
    "x" * 20_000,
    [],
    [[]],
    {},
    {"id": []},
    {"id": {"a": 1}},
    [None],
    [{"a": 1}],
]
ODD += ["9999-12-31", "0000-00-00", "NaN", "Infinity", "1e999999", "£" * 50, "-5", "٣"]


@pytest.mark.parametrize("value", ODD, ids=range(len(ODD)))
def test_odd_answers_are_refused_not_fallen_over(cast: Cast, value: Any) -> None:
    kinds = [kind for kind in KINDS if kind not in WITHOUT_ANSWER]
    questions = [
        {"key": f"q{kind}".replace("_", ""), "label": kind, "kind": kind}
        | ({"choices": ["A", "B"]} if kind in WITH_CHOICES else {})
        for kind in kinds
    ]
    of = RequestType.objects.create(name="Odd", is_public=True)
    steps = [{"key": "one", "title": "One", "questions": questions}]
    FormVersion.objects.create(type=of, number=1, document={"steps": steps}, published_at=timezone.now())
    row = factories.request(by=cast.requester, of=of)
    client = client_of(cast.requester)
    client.raise_request_exception = False
    bad = []
    for question in questions:
        row.refresh_from_db()
        answer = client.patch(
            f"/api/v1/intake/requests/{row.reference}/",
            {"answers": {question["key"]: value}},
            content_type="application/json",
            headers={"If-Match": f'"{row.version}"'},
        )
        if answer.status_code not in (200, 400):
            bad.append((question["kind"], answer.status_code))
        if answer.status_code == 200:
            page = client.get(f"/intake/requests/{row.reference}/")
            assert page.status_code == 200, question
            assert client.get(f"/intake/requests/{row.reference}/write/one/").status_code == 200, question
        if isinstance(value, str):
            page = Client(raise_request_exception=False).post(
                reverse("intake:request-ask", args=[of.public_key]), {f"a-{question['key']}": value, "title": value}
            )
            assert page.status_code == 422, (question, page.status_code)
    for name in ("title", "helps", "tags", "currency", "estimated_cost", "needed_by_on", "unit", "sponsor", "answers", "type"):
        row.refresh_from_db()
        answer = client.patch(
            f"/api/v1/intake/requests/{row.reference}/",
            {name: value},
            content_type="application/json",
            headers={"If-Match": f'"{row.version}"'},
        )
        if answer.status_code not in (200, 400):
            bad.append((name, answer.status_code))
    assert not bad


def test_a_form_of_nonsense_is_called_so() -> None:
    def form(**parts: Any) -> Any:
        one = {"key": "a", "label": "A", "kind": "number"}
        two = {"key": "b", "label": "B", "kind": "yes_no"} | parts
        return {"steps": [{"key": "s", "title": "S", "questions": [one, two]}]}

    for odd in ([], {}, [[]], 1, 1e308, None, "\0", True, {"question": []}):
        for part in ("key", "label", "kind", "help", "choices", "required_at", "show_if", "maps_to"):
            list(problems_of(form(**{part: odd})))
        for part in ("question", "test", "value"):
            list(problems_of(form(show_if={"question": "a", "test": "at_least", "value": 1} | {part: odd})))
        list(problems_of({"steps": odd}))
        list(problems_of({"steps": [{"key": odd, "title": odd, "help": odd, "questions": odd}]}))
    assert problems_of(form(show_if={"question": "b", "test": "answered"}))


CASES: list[dict[str, Any]] = [
    {"terms": {"discount_rate": "-100"}},
    {"terms": {"discount_rate": "99999999"}},
    {"terms": {"base_year": 9999}},
    {"terms": {"years": 32767}},
    {"terms": {"base_year": -1}},
    {"options": []},
    {"amount": "9999999999999999.99"},
    {"amount": "999999999999.99"},
    {"amount": "-999999999999.99"},
    {"year": 10**12},
    {"hours": "9999999.99", "month": "9999-12-31"},
    {"hours": "9999999.99", "month": "0001-01-01"},
]


@pytest.mark.parametrize("odd", CASES, ids=range(len(CASES)))
def test_odd_cases_are_computed_or_refused(cast: Cast, odd: dict[str, Any]) -> None:
    row = factories.request(by=cast.requester, state="assessment", owner=cast.pmo_analyst)
    client = client_of(cast.pmo_analyst)
    client.raise_request_exception = False
    lines = [
        {"name": "Build", "kind": "capital", "amounts": [{"year": odd.get("year", 2026), "likely": odd.get("amount", "10")}]}
    ]
    efforts = [{"role": "Dev", "month": odd["month"], "hours": odd["hours"]}] if "month" in odd else []
    options = [{"name": "Do", "is_preferred": True, "lines": lines, "efforts": efforts}]
    sent = {"terms": {"base_year": 2026} | odd.get("terms", {}), "options": odd.get("options", options)}
    sent["rates"] = [{"role": "Dev", "rate": "99999999.99"}] if efforts else []
    answer = client.put(f"/api/v1/intake/cases/{row.reference}/", sent, content_type="application/json")
    assert answer.status_code in (200, 201, 400), answer.status_code
    if answer.status_code == 400:
        return
    for page in ("case/", ""):
        assert client.get(f"/intake/requests/{row.reference}/{page}").status_code in (200, 404), page
    answer = client.post(f"/intake/requests/{row.reference}/move/ready/", {"reason": "x"})
    assert answer.status_code in (302, 404, 409, 422), answer.status_code


def test_the_longest_title_goes_all_the_way(cast: Cast) -> None:
    row = factories.request("W" * 300, by=cast.requester, state="screening")
    client = client_of(cast.pmo_head)
    api = f"/api/v1/intake/requests/{row.reference}"
    assert client.post(f"{api}/assign/", {"owner": cast.pmo_analyst.email}, "application/json").status_code == 200
    assert client.post(f"{api}/move/", {"verb": "assess"}, "application/json").status_code == 200
    assert client.post(f"{api}/move/", {"verb": "ready"}, "application/json").status_code == 200
    answer = client.post(
        "/api/v1/intake/decisions/",
        {
            "request": row.reference,
            "outcome": "conditions",
            "reason": "R" * 5000,
            "conditions": [{"text": "T" * 500, "owner": cast.director.email, "due_on": "9999-12-31"}],
        },
        "application/json",
    )
    assert answer.status_code in (201, 400), answer.content


NASTY = '=HYPERLINK("http://x")<script>alert(1)</script>\'"><img src=x onerror=alert(1)>'


def test_no_markup_and_no_formula_comes_through(cast: Cast) -> None:
    of = factories.request_type(NASTY[:110])
    version = factories.scoring_version({"fit": 60, "risk": 40}, risk=["risk"], name=NASTY[:80])
    made = factories.selection(cast.pmo_head)
    chosen = made["round"]
    chosen.model_version = version
    chosen.name = NASTY
    chosen.save()
    rows = [
        factories.request(f"{NASTY} {n}", by=cast.requester, of=of, state="ready", estimated_cost=5, purpose=NASTY)
        for n in range(2)
    ]
    for n, row in enumerate(rows):
        factories.assessment(row, version, by=cast.pmo_analyst, scores=[{"fit": 5 + n, "risk": 5 - n}])
        RankedEntry.objects.create(round=chosen, request=row, position=n + 2, reason=NASTY)
    rescore(version, at=timezone.now())
    client = client_of(cast.pmo_head)
    asked = rows[0].reference
    pages = [
        *("/intake/requests/", "/intake/triage/", "/intake/pipeline/", "/intake/pipeline/flow/"),
        *(f"/intake/rounds/{chosen.pk}/{tail}" for tail in ("", "chart/", "stability/", "rank/", "gather/")),
        *(f"/intake/requests/{asked}/{tail}" for tail in ("", "scores/", "history/", "merge/", "decision/", "case/")),
        f"/intake/meetings/{made['meeting'].pk}/",
        f"/intake/requests/compare/?pk={rows[0].pk}&pk={rows[1].pk}",
        "/intake/requests/similar/?title=HYPERLINK%20script%20alert",
    ]
    for page in pages:
        answer = client.get(page)
        text = answer.content.decode()
        assert answer.status_code == 200, page
        assert "<script>alert" not in text, page
        assert "<img src=x" not in text, page
    for page in (
        f"/intake/rounds/{chosen.pk}/?export=ranking.csv",
        "/intake/requests/?export=csv",
        "/intake/triage/?export=csv",
    ):
        answer = client.get(page)
        text = (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()
        assert "HYPERLINK" in text, page
        assert not any(cell.lstrip('"').startswith("=") for line in text.splitlines() for cell in line.split(",")), page


# At once


def test_what_was_decided_meanwhile_comes_on_no_agenda(cast: Cast) -> None:
    held = factories.selection(cast.pmo_head)["meeting"]
    row = factories.request(by=cast.requester, state="ready")
    decide_request(row, outcome="approve", reason="Good.", by=cast.pmo_head, at=timezone.now())
    assert row.state == "ready"  # as the page knew it
    with pytest.raises(ActionError, match="not ready"):
        put_on_agenda(held, requests=[row])


def test_a_decision_keeps_the_figures_as_they_stand(cast: Cast) -> None:
    row = factories.request(by=cast.requester, state="ready", estimated_cost=100)
    Request.objects.filter(pk=row.pk).update(estimated_cost=900)  # somebody edits while the page is open
    decision = decide_request(row, outcome="approve", reason="Good.", by=cast.pmo_head, at=timezone.now())
    assert decision.basis["estimated_cost"] == "900.00"


@pytest.mark.django_db(transaction=True)
def test_merging_and_undoing_a_merge_at_once_do_not_lock_each_other_out(cast: Cast) -> None:
    for _ in range(6):
        low = factories.request(by=cast.requester, state="screening")
        high = factories.request(by=cast.director, state="screening")
        merge_requests(low, other=high, reason="", by=cast.pmo_analyst, at=timezone.now())
        answers = at_once(
            lambda low=low, high=high: unmerge_request(high, reason="No.", by=cast.pmo_analyst, at=timezone.now()),
            lambda low=low, high=high: merge_requests(low, other=high, reason="", by=cast.pmo_head, at=timezone.now()),
        )
        names = {type(answer).__name__ for answer in answers}
        assert "OperationalError" not in names, answers


def test_who_looks_after_a_confidential_request_is_no_choice_for_others(cast: Cast) -> None:
    looker = factories.user(name="Quincy Confidant")
    factories.request("Hidden", by=cast.requester, state="screening", is_confidential=True, owner=looker)
    for person, told in ((cast.pmo_head, False), (looker, True)):
        form = RequestFilters({}, queryset=Request.objects.none(), request=SimpleNamespace(user=person)).form
        assert (looker in form.fields["owner"].queryset) is told
