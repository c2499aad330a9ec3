"""The whole way of an idea: asked for by somebody without any right, triaged, scored blind with weights from comparing in
pairs, ranked, decided under a condition, told by mail, and turned into a project that keeps what was promised."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from core.embedded.process import wait_until
from core.models import OutgoingMail
from intake.actions.templates import add_standard_templates
from intake.models import Charter, Judge, Request, RequestType, ScoringModelVersion
from portfolio.models import Project
from tests import factories
from tests.browser.waits import confirm, follow

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TITLE = "Warm the records hall"
WHY = "The hall is at nine degrees in January; two people were ill and the reading room closed for three weeks."


def ask(page: Any, kind: RequestType) -> Request:
    """Somebody without a role asks through the guided form."""
    page.goto("/")
    follow(page, page.get_by_role("link", name="Ask for a project").first)
    page.get_by_label("A short name for it").fill(TITLE)
    follow(page, page.get_by_role("button", name="Begin"))
    page.locator("#id_purpose").fill("A hall in which people can read and work all winter.")
    page.locator("#id_need").fill(WHY)
    page.get_by_label("Cuts cost").check()
    page.locator("#id_helps_how").fill("A third less gas, and no closed weeks.")
    follow(
        page,
        page.get_by_role("button", name="Save and look it over").or_(page.get_by_role("button", name="Save and go on")).first,
    )
    follow(page, page.get_by_role("button", name="Submit request"))
    return Request.objects.get(title=TITLE)


def move(page: Any, asked: Request, words: str) -> None:
    """The analyst moves the request on by the button that is offered."""
    page.goto(f"/intake/requests/{asked.reference}/")
    follow(page, page.get_by_role("link", name=words).first)
    follow(page, page.get_by_role("button", name=words))
    page.get_by_role("heading", level=1, name=TITLE).wait_for()


def weigh(head: Any, judges: list[Any], draft: ScoringModelVersion) -> None:
    """Two judges compare the criteria in pairs; the common weights are taken over and the model is published."""
    head.goto(f"/intake/scoring-drafts/{draft.pk}/compare/")
    head.get_by_role("textbox", name="Others, by e-mail address").fill(", ".join(person.email for person, _page in judges))
    follow(head, head.get_by_role("button", name="Invite the judges"))
    head.get_by_text("The judges are invited.").wait_for()
    for judge, page in judges:
        page.goto(f"/intake/judging/{Judge.objects.get(user=judge).pk}/?view=matrix")
        for select, value in zip(page.locator("table.matrix select").all(), ("2", "4", "2"), strict=True):
            select.select_option(value)
        follow(page, page.get_by_role("button", name="Submit comparisons"))
        page.get_by_text("Submitted", exact=True).first.wait_for()
    head.reload()
    confirm(head, head.get_by_role("button", name="Take weights over"))
    head.get_by_text("The weights stand in the draft.").wait_for()
    confirm(head, head.get_by_role("button", name="Publish"))
    head.get_by_text("In force").first.wait_for()


def score(office: Any, reviewers: list[Any], asked: Request) -> None:
    """Three reviewers score alone; when the last has submitted, the scores are revealed together."""
    office.goto(f"/intake/requests/{asked.reference}/scores/open/")
    office.get_by_role("textbox", name="Others, by e-mail address").fill(", ".join(person.email for person, _page in reviewers))
    follow(office, office.get_by_role("button", name="Invite").first)
    office.get_by_text("0 / 3").or_(office.get_by_text("0 of 3")).first.wait_for()
    for number, (person, page) in enumerate(reviewers):
        page.goto("/")
        follow(page, page.get_by_role("link", name=TITLE).first)
        for criterion in page.locator(".review-criterion").all():
            criterion.locator("label.level").nth(number + 1).click()
            criterion.locator("textarea").fill(f"Seen by {person}.")
        follow(page, page.get_by_role("button", name="Submit scores"))
        page.get_by_text("Submitted", exact=True).first.wait_for()
        if number == 0:
            office.goto(f"/intake/requests/{asked.reference}/scores/")
            assert f"Seen by {person}." not in office.content()
    office.goto(f"/intake/requests/{asked.reference}/scores/")
    if office.get_by_role("button", name="Reveal").count():
        confirm(office, office.get_by_role("button", name="Reveal").first)
    office.get_by_text(f"Seen by {reviewers[0][0]}.").first.wait_for()


def rank_and_decide(office: Any, head: Any, board: list[Any], asked: Request) -> None:
    """A round with a funding line, a meeting that votes, a decision under one condition."""
    office.goto("/intake/rounds/new/")
    office.get_by_label("Name").fill("Spring")
    office.get_by_label("Scores by").select_option(index=1)
    office.get_by_label("Funding line").fill("2000000")
    follow(office, office.get_by_role("button", name="Add round"))
    follow(office, office.get_by_role("link", name="Gather requests").first)
    follow(office, office.get_by_role("button", name="Add the chosen requests"))
    office.get_by_role("row", name=re.compile(TITLE)).wait_for()
    office.goto("/intake/meetings/new/")
    office.get_by_label("Name").fill("Investment board")
    office.get_by_label("Day", exact=False).first.fill(f"{timezone.localdate() + timedelta(days=9)}")
    office.get_by_label("Selection round").select_option("Spring")
    for person, _page in board:
        office.get_by_label(str(person)).check()
    follow(office, office.get_by_role("button", name="Add meeting"))
    follow(office, office.get_by_role("button", name="Put on the agenda"))
    office.get_by_role("link", name=TITLE).first.wait_for()
    for _person, page in board:
        page.goto("/")
        follow(page, page.get_by_role("link", name="Investment board").first)
        follow(page, page.get_by_role("link", name=TITLE).first)
        page.get_by_role("radio", name="Approve with conditions").check()
        follow(page, page.get_by_role("button", name="Vote"))
        page.get_by_text("Your vote is recorded.").wait_for()
    head.get_by_role("radio", name="Approved with conditions").check()
    head.get_by_label("Reason").first.fill("People were ill; the case is the strongest of the round.")
    head.locator("#id_conditions-0-text").fill("Confirm the supplier's price")
    head.locator("#id_conditions-0-owner").select_option(label="Tomás Rivera")
    head.locator("#id_conditions-0-due_on").fill(f"{timezone.localdate() + timedelta(days=54)}")
    follow(head, head.get_by_role("button", name="Record the decision"))
    head.get_by_text("The decision is recorded").wait_for()


def convert(office: Any, asked: Request) -> Project:
    """The approved request becomes a project: questions propose the tier, each field shows where it comes from."""
    office.goto(f"/intake/requests/{asked.reference}/convert/")
    for group in office.locator("main form fieldset:has(input[type=radio]), main form .field:has(input[type=radio])").all():
        group.locator("input[type=radio]").first.check()
    follow(office, office.get_by_role("button", name="Go on to the project"))
    follow(office, office.get_by_role("button", name=re.compile("Make it project PRJ-")))
    office.get_by_role("heading", level=1, name=TITLE).wait_for()
    asked.refresh_from_db()
    assert asked.project is not None
    return asked.project


@pytest.mark.django_db(transaction=True)
def test_idea_becomes_a_project(page_of: Callable[..., Any], celery_live: Any, smtp_server: Any) -> None:
    kind = factories.request_type("Building works")
    draft = factories.scoring_version({"fit": 1, "benefit": 1, "risk": 1}, published=False, risk=["risk"])
    requester, analyst = factories.user(name="Rhiannon Pugh"), factories.user("pmo_analyst", name="Tomás Rivera")
    head_person, member = factories.user("pmo_head", name="Helen Okafor"), factories.user("board_member", name="Margaret Osei")
    office, head = page_of(analyst), page_of(head_person)
    asked = ask(page_of(requester), kind)
    assert asked.state == "submitted"
    for words in ("Start screening", "Start assessment"):
        move(office, asked, words)

    judges = [(person, page_of(person)) for person in (factories.user(name="Judge One"), factories.user(name="Judge Two"))]
    weigh(head, judges, draft)
    reviewers = [(person, page_of(person)) for person in (factories.user(name=f"Reviewer {name}") for name in "ABC")]
    score(office, reviewers, asked)
    move(office, asked, "Ready for decision")
    rank_and_decide(office, head, [(member, page_of(member)), (head_person, head)], asked)

    asked.refresh_from_db()
    assert asked.state == "approved"
    decision = asked.decisions.get()
    assert decision.basis["score"]["model"] == draft.model.name
    letters = OutgoingMail.objects.filter(user=requester, text__contains="Confirm the supplier's price")
    assert wait_until(lambda: letters.filter(state="sent").exists(), seconds=240)
    assert wait_until(lambda: asked.decisions.filter(recorded_at__isnull=False).exists(), seconds=240)

    add_standard_templates()
    project = convert(office, asked)
    assert project.reference == asked.reference.replace("REQ", "PRJ")
    assert wait_until(lambda: Charter.objects.filter(conversion__request=asked, made_at__isnull=False).exists(), seconds=240)
    office.goto(f"/intake/projects/{project.reference}/promised/")
    for words in ("Promised", "Approved with conditions", "Confirm the supplier"):
        office.get_by_text(words, exact=False).first.wait_for()
    office.goto(f"/portfolio/projects/{project.reference}/history/")
    history = office.inner_text("main")
    for words in ("Rhiannon Pugh", "Decided on the request", "Made the request a project"):
        assert words in history, words
