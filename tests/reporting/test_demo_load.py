"""The first-run demonstration: real data in, people in every role, months to look at."""

import pytest
from django.core.management import CommandError, call_command

from accounts.models import RoleGrant, User
from accounts.roles import ROLES
from intake.actions.case_documents import document_of
from intake.formulas.questions import problems_of
from intake.models import ApprovedCase, BusinessCase, FormVersion, Request
from intake.models.requests import State
from portfolio.models import Project, StatusUpdate
from reporting.demo.people import PASSWORD

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


def test_newcomer_finds_a_living_portfolio(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_demo")
    assert PASSWORD in capsys.readouterr().out
    assert Project.objects.count() == 280 + 2  # 244 of the first year, 36 new in the second, two were requests
    assert Project.objects.active().count() == 227 + 2
    assert StatusUpdate.objects.published().exclude(source="Demonstration").count() == 244 + 227
    held = set(RoleGrant.objects.values_list("role", flat=True)) | {"project_manager", "sponsor"}
    assert held == set(ROLES)
    manager = User.objects.get(email="pm@demo.example")
    assert manager.check_password(PASSWORD)
    assert Project.objects.visible_to(manager).count() >= 8
    waiting = StatusUpdate.objects.filter(state="submitted")
    assert waiting.count() >= 3
    assert not waiting.filter(project__is_confidential=True).exists()
    assert not [problem for version in FormVersion.objects.all() for problem in problems_of(version.document)]
    assert set(Request.objects.values_list("state", flat=True)) >= set(State.values)
    assert ApprovedCase.objects.filter(npv__gt=0).exists()
    assert all(document_of(case)["problem"] is None for case in BusinessCase.objects.select_related("request"))
    assert Request.objects.filter(source="Demonstration").count() >= 40

    with pytest.raises(CommandError, match="empty database only"):
        call_command("load_demo")
