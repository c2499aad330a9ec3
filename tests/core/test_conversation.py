"""Comments, mentions and files: who may, who is told, what is taken."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.timezone import now

from core.actions.conversation import write_comment
from core.models import Attachment, Comment, Notification, OutgoingMail
from tests import factories


def comment_url(project):
    return reverse("core:comment-create", args=["project", project.pk])


def test_mentioned_person_who_may_see_it_is_told_once(cast, signed_in):
    client = signed_in(cast.project_manager)
    text = f"Look, @{cast.sponsor.email} and @{cast.sponsor.email}, <script>alert(1)</script>"
    assert client.post(comment_url(cast.own), {"text": text}).status_code == 302
    assert Notification.objects.filter(user=cast.sponsor).count() == 1
    assert OutgoingMail.objects.filter(to_address=cast.sponsor.email).count() == 1
    comment = Comment.objects.get()
    client.post(reverse("core:comment-edit", args=[comment.pk]), {"text": f"{text} once more"})
    assert OutgoingMail.objects.filter(to_address=cast.sponsor.email).count() == 1
    page = client.get(reverse("portfolio:project-talk", args=[cast.own.reference])).content.decode()
    assert "@Sponsor" in page
    assert "<script>alert" not in page


def test_mentioned_person_who_may_not_see_it_is_not_told(cast, signed_in):
    client = signed_in(cast.director)
    client.post(comment_url(cast.confidential), {"text": f"Secret, @{cast.pmo_analyst.email}"})
    assert not Notification.objects.filter(user=cast.pmo_analyst).exists()
    assert not OutgoingMail.objects.filter(to_address=cast.pmo_analyst.email).exists()


def test_picker_offers_only_those_who_may_see(cast, signed_in):
    address = reverse("core:mention-list", args=["project", cast.confidential.pk])
    page = signed_in(cast.director).get(address, {"q": "p"}).content.decode()
    assert cast.pmo_analyst.email not in page
    open_page = signed_in(cast.project_manager).get(reverse("core:mention-list", args=["project", cast.own.pk]), {"q": "pmo"})
    assert cast.pmo_analyst.email in open_page.content.decode()


def test_auditor_reads_but_does_not_write(cast, signed_in):
    assert signed_in(cast.auditor).post(comment_url(cast.own), {"text": "Hm"}).status_code == 403
    assert signed_in(cast.stranger).post(comment_url(cast.own), {"text": "Hm"}).status_code == 404


def test_only_the_writer_changes_a_comment(cast, signed_in):
    comment = factories.comment(cast.own, cast.sponsor)
    client = signed_in(cast.project_manager)
    assert client.post(reverse("core:comment-edit", args=[comment.pk]), {"text": "Mine now"}).status_code == 403
    assert client.post(reverse("core:comment-remove", args=[comment.pk])).status_code == 403
    signed_in(cast.sponsor).post(reverse("core:comment-remove", args=[comment.pk]))
    comment.refresh_from_db()
    assert comment.removed_at


def test_empty_comment_is_refused(cast, signed_in):
    assert signed_in(cast.project_manager).post(comment_url(cast.own), {"text": "  "}).status_code == 422


def upload(client, project, name, content):
    return client.post(
        reverse("core:attachment-create", args=["project", project.pk]), {"file": SimpleUploadedFile(name, content)}
    )


def test_file_is_kept_and_served_as_a_download_only(cast, signed_in):
    client = signed_in(cast.project_manager)
    assert upload(client, cast.own, "plan.pdf", b"%PDF-1.7 plan").status_code == 302
    file = Attachment.objects.get()
    answer = client.get(reverse("core:attachment-download", args=[file.pk]))
    assert b"".join(answer.streaming_content) == b"%PDF-1.7 plan"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="plan.pdf"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert signed_in(cast.stranger).get(reverse("core:attachment-download", args=[file.pk])).status_code == 404


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<html>"), ("plan.pdf", b"MZ\x90\x00 program"), ("notes.txt", b"<!doctype html><script>"), ("notes.txt", b"a\0b"),
        ("tool.exe", b"MZ"), ("drawing.svg", b"<svg>"), ("empty.txt", b""), ("noending", b"text"), ("plan.docx", b"not a zip"),
    ],
)  # fmt: skip
def test_file_that_is_not_taken_gets_a_sentence(cast, signed_in, name, content):
    assert upload(signed_in(cast.project_manager), cast.own, name, content).status_code == 422
    assert not Attachment.objects.exists()


def test_too_large_a_file_gets_a_sentence(cast, signed_in, settings):
    settings.UPLOAD_MAX_BYTES = 10
    answer = upload(signed_in(cast.project_manager), cast.own, "long.txt", b"More than ten bytes.")
    assert answer.status_code == 422
    assert "too large" in answer.content.decode()


def test_search_finds_everything_that_one_may_see_and_nothing_else(cast, signed_in):
    factories.update(cast.own, summary="Concrete poured at last")
    factories.update(cast.confidential, summary="Zanzibar summary")
    factories.attachment(cast.own, cast.project_manager, "blueprint.txt")
    factories.attachment(cast.confidential, cast.director, "zanzibar-plan.txt")
    factories.programme("Concrete works")
    head = signed_in(cast.pmo_head)
    address = reverse("core:search")
    for text, found in (
        ("own project", "Own project"), ("owm projct", "Own project"), (cast.own.reference, "Own project"), ("concrete", "Own project · "),
        ("concrete", "Concrete works"), ("blueprint", "blueprint.txt"), ("stranger", cast.stranger.email),
    ):  # fmt: skip
        assert found in head.get(address, {"q": text}).content.decode(), text
        assert found in head.get(reverse("core:search-instant"), {"q": text}).content.decode(), text
    for person in (cast.pmo_head, cast.administrator, cast.auditor, cast.stranger, cast.project_manager):
        page = signed_in(person).get(address, {"q": "zanzibar"}).content.decode()
        assert "canary" not in page
        assert "zanzibar-plan" not in page
    assert "zanzibar-plan.txt" in signed_in(cast.director).get(address, {"q": "zanzibar"}).content.decode()
    assert cast.stranger.email not in signed_in(cast.project_manager).get(address, {"q": "stranger"}).content.decode()


@pytest.mark.parametrize("text", ["", "a", "%", "' OR 1=1 --", "\\", "& | !", "x" * 500, "\x00", "日本", "the"])
def test_search_takes_anything(cast, signed_in, text):
    assert signed_in(cast.pmo_head).get(reverse("core:search"), {"q": text}).status_code == 200


def test_saved_view_is_private_until_shared(cast, signed_in):
    page = "portfolio:project-list"
    address = f"{reverse('core:view-create')}?list={page}&query=rating%3Dred"
    assert signed_in(cast.pmo_head).post(address, {"name": "Reds"}).status_code == 302
    menu = {"panel": "views"}
    assert "Reds</a>" not in signed_in(cast.pmo_analyst).get(reverse(page), menu).content.decode()
    view = cast.pmo_head.saved_views.get()
    assert signed_in(cast.pmo_analyst).post(reverse("core:view-share", args=[view.pk])).status_code == 404
    signed_in(cast.pmo_head).post(reverse("core:view-share", args=[view.pk]))
    assert "Reds</a>" in signed_in(cast.pmo_analyst).get(reverse(page), menu).content.decode()


def test_notification_opens_and_is_read(cast, signed_in):
    signed_in(cast.project_manager).post(comment_url(cast.own), {"text": f"@{cast.sponsor.email} look"})
    client = signed_in(cast.sponsor)
    assert "1 unread notification" in client.get(reverse("core:notification-list")).content.decode()
    note = Notification.objects.get(user=cast.sponsor)
    assert client.post(reverse("core:notification-open", args=[note.pk])).headers["Location"].startswith("/portfolio/projects/")
    note.refresh_from_db()
    assert note.read_at


def test_others_files_are_removed_by_those_who_may_edit_the_object_only(cast, signed_in):
    file = factories.attachment(cast.own, cast.pmo_head)
    address = reverse("core:attachment-remove", args=[file.pk])
    assert 'aria-label="Remove plan.txt"' not in talk_page(signed_in(cast.sponsor), cast.own)
    assert signed_in(cast.sponsor).post(address).status_code == 403
    assert signed_in(cast.stranger).post(address).status_code == 404
    file.refresh_from_db()
    assert file.removed_at is None
    assert 'aria-label="Remove plan.txt"' in talk_page(signed_in(cast.project_manager), cast.own)
    assert signed_in(cast.project_manager).post(address).status_code == 302
    file.refresh_from_db()
    assert file.removed_at
    mine = factories.attachment(cast.own, cast.sponsor)
    assert signed_in(cast.sponsor).post(reverse("core:attachment-remove", args=[mine.pk])).status_code == 302


def talk_page(client, project):
    return client.get(reverse("portfolio:project-talk", args=[project.reference])).content.decode()


def test_picker_finds_the_one_who_may_see_among_many_who_may_not(cast, signed_in):
    for number in range(25):
        factories.user(name=f"Dana {number:02}")
    named = factories.user(name="Dana Zu")
    factories.member(named, "sponsor", project=cast.confidential)
    address = reverse("core:mention-list", args=["project", cast.confidential.pk])
    page = signed_in(cast.director).get(address, {"q": "dana"}).content.decode()
    assert named.email in page
    assert page.count("data-mention=") == 1


def test_a_name_that_is_typed_out_is_a_mention_too(cast) -> None:
    """Without choosing from the list that opens: who reads "told by mail" and types the name relies on it."""
    ada = factories.user("pmo_head", name="Ada Maria Lovelace")
    factories.user("pmo_head", name="Jo Smith")
    factories.user("pmo_head", name="Jo Smith")
    text = "@ada maria lovelace, please look. So should @Jo Smith, @Nobody Known and the office @home now. (@Ada Maria Lovelace's idea)"
    _comment, unheard = write_comment(cast.own, text=text, by=cast.project_manager, at=now())
    assert [row.user for row in Notification.objects.all()] == [ada]
    assert OutgoingMail.objects.get().to_address == ada.email
    assert unheard == ["Jo Smith", "Nobody Known"]
    ada.name = "Ada King"
    ada.save()
    factories.user(name="Grace Hopper")
    _comment, unheard = write_comment(cast.own, text="@Grace Hopper knows", by=cast.project_manager, at=now())
    assert unheard == ["Grace Hopper"], "who may not see the project is not told, and their address is nobody's business"
