"""The archive through the API: editions with their files, deliveries with their mails, and what else schedules can do."""

import pytest
from django.utils import timezone

from core.models import OutgoingMail
from reporting.models import ReportDelivery, ReportEdition, ReportRun, ReportSchedule
from tests import factories

BASE = "/api/v1/reporting/"


def post(client, address):
    return client.post(address, content_type="application/json")


@pytest.fixture
def report(cast):
    return factories.report(cast.pmo_head)


def test_an_edition_is_read_and_downloaded(cast, signed_in, report):
    client = signed_in(cast.board_member)
    run = client.get(f"{BASE}runs/{report['run'].pk}/").json()
    assert [one["id"] for one in run["editions"]] == [report["edition"].pk]
    one = f"{BASE}editions/{report['edition'].pk}/"
    assert client.get(one).json()["sha256"] == "0" * 64
    file = client.get(f"{one}file/")
    page = client.get(f"/reports/archive/editions/{report['edition'].pk}/report.pdf")
    assert b"".join(file.streaming_content) == b"".join(page.streaming_content) == b"%PDF-1.7 nothing"
    assert file["Content-Disposition"] == page["Content-Disposition"]
    figures = client.get(f"/reports/archive/editions/{report['edition'].pk}/figures.json").json()
    assert client.get(f"{one}figures/").json() == figures
    assert signed_in(cast.project_manager).get(one).status_code == 403


def test_an_edition_that_names_what_the_reader_may_not_see_is_not_there(cast, signed_in, report):
    values = {name: getattr(report["edition"], name) for name in ("run", "snapshot", "file", "sha256", "size", "pages")}
    secret = ReportEdition.objects.create(audience="b", project_ids=[cast.confidential.pk], **values)
    client = signed_in(cast.pmo_head)
    run = client.get(f"{BASE}runs/{report['run'].pk}/").json()
    assert [one["id"] for one in run["editions"]] == [report["edition"].pk]
    for part in ("", "file/", "figures/"):
        assert client.get(f"{BASE}editions/{secret.pk}/{part}").status_code == 404


def test_a_failed_mail_is_found_and_sent_again(cast, signed_in, report):
    mail = factories.mail()
    OutgoingMail.objects.filter(pk=mail.pk).update(state="failed", error="550 no such mailbox")
    ReportDelivery.objects.create(run=report["run"], address=mail.to_address, mail=mail)
    client = signed_in(cast.pmo_head)
    [delivery] = client.get(f"{BASE}runs/{report['run'].pk}/").json()["deliveries"]
    assert (delivery["state"], delivery["mail"], delivery["reason"]) == ("failed", mail.pk, "550 no such mailbox")
    one = f"/api/v1/core/mails/{mail.pk}/"
    assert client.get(one).json()["text"] == mail.text
    assert client.get("/api/v1/core/mails/?state=failed").json()["count"] == 1
    again = post(client, f"{one}resend/")
    assert (again.status_code, again.json()["state"]) == (200, "queued")
    assert post(client, f"{one}resend/").status_code == 400
    assert post(client, f"{one}confirm/").status_code == 400
    OutgoingMail.objects.filter(pk=mail.pk).update(state="unknown", error="Lost", handed_over_at=timezone.now())
    assert post(client, f"{one}confirm/").json()["state"] == "sent"
    assert client.get(f"/api/v1/core/mails/{mail.pk}/").status_code == 200
    assert signed_in(cast.project_manager).get(one).status_code == 404


def test_a_confidential_mail_is_its_recipients_only(cast, signed_in, report):
    mail = factories.mail()
    OutgoingMail.objects.filter(pk=mail.pk).update(is_confidential=True, subject="Zanzibar canary")
    ReportDelivery.objects.create(run=report["run"], address=mail.to_address, mail=mail)
    client = signed_in(cast.pmo_head)
    assert client.get(f"{BASE}runs/{report['run'].pk}/").json()["deliveries"][0]["mail"] is None
    assert "Zanzibar" not in client.get("/api/v1/core/mails/").content.decode()
    assert client.get(f"/api/v1/core/mails/{mail.pk}/").status_code == 404


def test_a_schedule_is_previewed_taken_over_and_ended(cast, signed_in, report):
    schedule = report["schedule"]
    ReportSchedule.objects.filter(pk=schedule.pk).update(owner=cast.director)
    one = f"{BASE}schedules/{schedule.pk}/"
    client = signed_in(cast.pmo_head)
    dates = client.get(f"{one}dates/").json()["due"]
    assert len(dates) == 5
    assert dates == sorted(dates)
    made = post(client, f"{one}preview/")
    assert (made.status_code, made.json()["purpose"]) == (202, "preview")
    assert ReportRun.objects.get(pk=made.json()["id"]).requested_by == cast.pmo_head
    assert post(client, f"{one}take-over/").json()["owner"] == cast.pmo_head.email
    etag = client.get(one)["ETag"]
    assert client.delete(one).status_code == 428
    assert client.delete(one, headers={"If-Match": f'"reportschedule-{schedule.pk}-1"'}).status_code == 412
    assert client.delete(one, headers={"If-Match": etag}).status_code == 204
    assert client.get(one).status_code == 404
    assert ReportRun.objects.filter(pk=report["run"].pk).exists()
