"""The mail page: who sees which message, and nothing in a message can act."""

import pytest
from django.utils import timezone

from core.actions.conversation import write_comment
from core.actions.mail import queue_mail, send_due_mail
from core.models import OutgoingMail
from portfolio.models import Project
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def mail(cast, tmp_path, settings):
    settings.EMAIL_BACKEND, settings.MAIL_DIR = "core.mail.FileBackend", tmp_path
    return queued(cast.sponsor)


def queued(to, key="one", **fields):
    context = {"heading": "Two turned <b>red</b>", "paragraphs": ["<script>alert(1)</script>"]}
    mail = queue_mail(key=key, template="plain", context=context, at=timezone.now(), to=to, **fields)
    send_due_mail(clock=timezone.now)
    mail.refresh_from_db()
    return mail


def test_a_person_sees_their_own_mail_and_nobody_elses(signed_in, cast, mail):
    other = queued(cast.board_member, "two")
    client = signed_in(cast.sponsor)
    assert client.get(f"/mail/{mail.pk}/").status_code == 200
    for tail in ("", "html/", "attachments/1/"):
        assert client.get(f"/mail/{other.pk}/{tail}").status_code == 404
    listed = client.get("/mail/").content.decode()
    assert f"/mail/{mail.pk}/" in listed
    assert f"/mail/{other.pk}/" not in listed


@pytest.mark.parametrize("role", ["administrator", "pmo_head", "pmo_analyst", "auditor"])
def test_those_who_look_after_mail_see_all(signed_in, cast, mail, role):
    assert signed_in(getattr(cast, role)).get(f"/mail/{mail.pk}/").status_code == 200


def test_a_password_link_is_for_administrators_only(signed_in, cast, mail):
    secret = queued(cast.sponsor, "secret", is_secret=True)
    assert signed_in(cast.pmo_head).get(f"/mail/{secret.pk}/").status_code == 404
    assert signed_in(cast.sponsor).get(f"/mail/{secret.pk}/").status_code == 404
    assert signed_in(cast.administrator).get(f"/mail/{secret.pk}/").status_code == 200


def test_a_confidential_message_is_for_its_recipient_only(signed_in, cast, mail):
    confidential = queued(cast.director, "confidential", is_confidential=True)
    for role in ("administrator", "pmo_head", "auditor", "sponsor"):
        client = signed_in(getattr(cast, role))
        assert client.get(f"/mail/{confidential.pk}/").status_code == 404
        assert f"/mail/{confidential.pk}/" not in client.get("/mail/").content.decode()
    assert signed_in(cast.director).get(f"/mail/{confidential.pk}/").status_code == 200


def test_the_frame_has_no_rights(signed_in, cast, mail):
    response = signed_in(cast.sponsor).get(f"/mail/{mail.pk}/html/")
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert b"<script" not in response.content
    assert b"&lt;script&gt;" in response.content


def test_resending_is_for_those_who_manage_reports(signed_in, cast, mail):
    assert signed_in(cast.sponsor).post(f"/mail/{mail.pk}/resend/").status_code == 403
    assert signed_in(cast.auditor).post(f"/mail/{mail.pk}/resend/").status_code == 403
    assert signed_in(cast.stranger).post(f"/mail/{mail.pk}/resend/").status_code == 404
    assert signed_in(cast.pmo_analyst).post(f"/mail/{mail.pk}/resend/").status_code == 302


def test_the_list_filters_and_does_not_query_by_row(signed_in, cast, mail, django_assert_max_num_queries):
    for number in range(30):
        queued(cast.sponsor, f"more-{number}")
    client = signed_in(cast.pmo_head)
    with django_assert_max_num_queries(10):
        response = client.get("/mail/?state=sent&q=turned")
    assert response.content.decode().count("/mail/") > 20
    assert "No message matches" in client.get("/mail/?state=failed").content.decode()


def test_a_mail_about_what_became_confidential_later_is_for_its_recipient_only(signed_in, cast, mail):
    about_own = queued(cast.sponsor, "own", shows=[cast.own])
    report = factories.mail("report", to=cast.sponsor, shows=[cast.own, cast.other])
    for role in ("administrator", "pmo_head", "auditor"):
        assert signed_in(getattr(cast, role)).get(f"/mail/{about_own.pk}/").status_code == 200
    Project.objects.filter(pk=cast.own.pk).update(is_confidential=True)
    for role in ("administrator", "pmo_head", "pmo_analyst", "auditor", "stranger"):
        client = signed_in(getattr(cast, role))
        for pk in (about_own.pk, report.pk):
            for tail in ("", "html/", "attachments/1/"):
                assert client.get(f"/mail/{pk}/{tail}").status_code == 404
            assert client.post(f"/mail/{pk}/resend/").status_code == 404
            assert f"/mail/{pk}/" not in client.get("/mail/").content.decode()
    client = signed_in(cast.sponsor)
    for tail in ("", "html/", "attachments/1/"):
        assert client.get(f"/mail/{report.pk}/{tail}").status_code == 200
    assert signed_in(cast.pmo_head).get(f"/mail/{mail.pk}/").status_code == 200


def test_every_mail_about_projects_says_which_it_shows(cast):
    write_comment(cast.own, text=f"@{cast.sponsor.email} look", by=cast.project_manager, at=timezone.now())
    assert OutgoingMail.objects.get().shows == [f"project:{cast.own.pk}"]
