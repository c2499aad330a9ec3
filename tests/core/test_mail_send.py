"""The outbox against a real SMTP server: sent once, retried, failed with the reason, unknown after a kill."""

import random
import socket
import threading
import time
import uuid
from datetime import timedelta
from email import policy
from email.parser import BytesParser

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone

from core.actions.mail import (
    WAITS,
    File,
    claim_mail,
    confirm_mail,
    queue_mail,
    recover_mail,
    resend_mail,
    send_claimed,
    send_due_mail,
)
from core.errors import ActionError
from core.mail import file_of, received, safe_file_name
from core.models import OutgoingMail
from tests import factories
from tests.servers import free_port

pytestmark = pytest.mark.django_db
FILES = "core.mail.FileBackend"
SMTP = "core.mail.SmtpBackend"


def queued(key="one", *, at=None, **fields):
    fields = {"address": "exec@example.org", "name": "Ada Executive"} | fields
    context = {"heading": "Two turned red", "paragraphs": ["First.", "Second."], "reason": "Because you asked."}
    return queue_mail(key=key, template="plain", context=context | fields.pop("context", {}), at=at or timezone.now(), **fields)


def send(at=None):
    return send_due_mail(clock=lambda: at or timezone.now())


def state(mail):
    mail.refresh_from_db()
    return mail.state


def attached(content=b"%PDF-1.7 canary", name="Portfolio status.pdf"):
    import hashlib

    path = default_storage.save("reports/test.pdf", ContentFile(content))
    return File(name, "application/pdf", path, hashlib.sha256(content).hexdigest(), len(content))


# --- a message as it arrives


def test_a_mail_arrives_whole(smtp_server):
    mail = queued(files=[attached()])
    assert send() == 1
    (message,) = smtp_server.messages
    assert message["Subject"] == "Two turned red"
    assert message["To"] == "Ada Executive <exec@example.org>"
    assert message["Message-ID"] == mail.message_id
    assert message["Auto-Submitted"] == "auto-generated"
    text, html = message.get_body(("plain",)).get_content(), message.get_body(("html",)).get_content()
    for body in (text, html):
        assert "First." in body
        assert "Because you asked." in body
    assert "<style" in html
    assert 'style="' in html, "styles are inlined"
    assert "prefers-color-scheme: dark" in html
    assert "http://fonts" not in html
    (attachment,) = message.iter_attachments()
    assert attachment.get_filename() == "Portfolio status.pdf"
    assert attachment.get_payload(decode=True) == b"%PDF-1.7 canary"
    assert state(mail) == "sent"
    assert mail.sent_at
    assert send() == 0
    assert len(smtp_server.messages) == 1


def test_the_same_key_is_one_mail(smtp_server):
    assert queued("k").pk == queued("k").pk
    send()
    assert len(smtp_server.messages) == 1


def test_nothing_is_queued_when_the_transaction_fails():
    with transaction.atomic():
        queued()
        transaction.set_rollback(True)
    assert not OutgoingMail.objects.exists()


def test_a_mail_to_a_person_speaks_their_language_and_takes_their_address():
    person = factories.user(name="Grace Hopper", language="en-us")
    mail = queued(to=person)
    assert (mail.to_address, mail.to_name, mail.user) == (person.email, "Grace Hopper", person)
    assert 'lang="en-us"' in mail.html


# --- headers (ASVS 1.3.11)

HOSTILE = [
    "a\r\nBcc: evil@example.org",
    "a\nSubject: x",
    "a\u2028Bcc: evil@example.org",
    "\u202egpj.exe",
    "a\x00b",
    "x" * 5000,
    "=?utf-8?q?a=0d=0aBcc:_evil@example.org?=",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_stay_inside_their_header(smtp_server, text):
    queued(name=text, context={"heading": text}, files=[attached(name=text + ".pdf")])
    send()
    (message,) = smtp_server.messages
    assert smtp_server.recipients == [["exec@example.org"]]
    assert message["Bcc"] is None
    assert len(message.get_all("Subject")) == 1
    assert [name for name in message if name.lower() in ("bcc", "cc")] == []
    raw = message["Subject"]
    assert "\n" not in raw
    assert "\u202e" not in raw


@pytest.mark.parametrize(
    "address",
    [
        "a@example.org\r\nBcc: b@example.org",
        "nobody",
        "a@b@c",
        "a b@example.org",
        "a@example.org, b@example.org",
        "\u202ea@example.org",
    ],
)
def test_an_address_that_is_none_is_refused_with_a_sentence(address):
    with pytest.raises(ActionError, match="address") as caught:
        queued(address=address)
    assert caught.value.field == "address"


def test_file_names_carry_no_path():
    assert safe_file_name("../../etc/passwd") == "-..-etc-passwd"
    assert safe_file_name('a/b\\c:"d".pdf') == "a-b-c-d-.pdf"
    assert safe_file_name("\r\n") == "attachment"


# --- servers that do not want to


def test_a_server_that_is_down_is_tried_again_with_growing_waits_then_fails_with_the_reason(settings):
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, "127.0.0.1", free_port()
    at = timezone.now()
    mail = queued(at=at)
    waits = []
    while state(mail) == "queued":
        at = mail.next_try_at
        assert send(at) == 1
        mail.refresh_from_db()
        waits.append(mail.next_try_at - at)
        assert send(at) == 0, "not before its time"
    assert waits[:-1] == WAITS
    assert mail.state == "failed"
    assert "nothing answers" in mail.error


def test_a_server_that_comes_back_gets_it_once(settings, smtp_server):
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, free_port()
    at = timezone.now()
    mail = queued(at=at)
    send(at)
    assert state(mail) == "queued"
    settings.EMAIL_PORT = port
    send(at + WAITS[0])
    assert state(mail) == "sent"
    assert mail.error == ""
    assert len(smtp_server.messages) == 1


def test_try_again_later_is_retried_and_no_such_user_is_not(smtp_server):
    smtp_server.refuse = {"later@example.org": "451 Try again later", "never@example.org": "550 No such user"}
    later, never = queued("l", address="later@example.org"), queued("n", address="never@example.org")
    send()
    assert state(later) == "queued"
    assert "451" in later.error
    assert state(never) == "failed"
    assert "550 No such user" in never.error


def test_a_refused_message_is_retried(smtp_server):
    smtp_server.refuse_data = "452 Out of disk"
    mail = queued()
    send()
    assert state(mail) == "queued"
    assert "452 Out of disk" in mail.error


def test_a_failed_mail_can_be_sent_again_by_a_person(smtp_server, cast):
    smtp_server.refuse = {"exec@example.org": "550 No such user"}
    mail = queued()
    send()
    smtp_server.refuse = {}
    assert resend_mail(mail=mail, by=cast.pmo_head, at=timezone.now()).pk == mail.pk
    send()
    assert state(mail) == "sent"
    assert [m["Message-ID"] for m in smtp_server.messages] == [mail.message_id]


def test_sending_a_sent_mail_again_is_another_message(smtp_server, cast):
    mail = queued(files=[attached()])
    send()
    copy = resend_mail(mail=mail, by=cast.pmo_head, at=timezone.now())
    send()
    assert copy.pk != mail.pk
    assert len({m["Message-ID"] for m in smtp_server.messages}) == 2
    assert [len(list(m.iter_attachments())) for m in smtp_server.messages] == [1, 1]
    with pytest.raises(ActionError, match="on its way"):
        resend_mail(mail=queued("other"), by=cast.pmo_head, at=timezone.now())


def test_an_attachment_that_changed_or_vanished_is_not_sent(smtp_server):
    file = attached()
    mail = queued(files=[file])
    default_storage.delete(file.path)
    default_storage.save(file.path, ContentFile(b"something else"))
    send()
    assert state(mail) == "failed"
    assert "Portfolio status.pdf" in mail.error
    assert smtp_server.messages == []


class HangsUp:
    """A server that takes a message and dies before it answers: nobody can know."""

    def __init__(self):
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", 0))
        self.socket.listen()
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        peer, _ = self.socket.accept()
        stream = peer.makefile("rwb")
        answers = {b"EHLO": b"250 hi", b"MAIL": b"250 ok", b"RCPT": b"250 ok", b"DATA": b"354 go on"}
        stream.write(b"220 hello\r\n")
        stream.flush()
        for line in stream:
            if line == b".\r\n":
                break
            if line[:4].upper() in answers:
                stream.write(answers[line[:4].upper()] + b"\r\n")
                stream.flush()
        stream.close()
        peer.close()


def test_an_answer_that_is_lost_is_unknown_and_never_sent_again_by_itself(settings, cast):
    server = HangsUp()
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, "127.0.0.1", server.port
    mail = queued(is_secret=True)
    send()
    assert state(mail) == "unknown"
    assert "ask before sending again" in mail.error
    assert mail.text
    assert send(timezone.now() + timedelta(days=1)) == 0
    confirm_mail(mail=mail, by=cast.pmo_head, at=timezone.now())
    assert state(mail) == "sent"
    assert (mail.text, mail.html) == ("", "")  # what lets its reader in is kept no longer than its way
    with pytest.raises(ActionError):
        confirm_mail(mail=mail, by=cast.pmo_head, at=timezone.now())
    server.socket.close()


@pytest.mark.parametrize("stage", ["connect", "EHLO", "MAIL", "RCPT", "DATA", "text"])
def test_a_connection_cut_before_the_text_was_over_is_retried(smtp_server, stage):
    smtp_server.cuts = [stage]
    at = timezone.now()
    # More than the buffers of both ends hold, so that the cut comes while the text is on its way.
    size = 24_000_000 if stage == "text" else 10
    mail = queued(files=[attached(b"%PDF-1.7 " + random.Random(1).randbytes(size))], at=at)
    assert send(at) == 1
    assert state(mail) == "queued"
    assert mail.handed_over_at is None
    assert "mail server" in mail.error
    send(at + WAITS[0])
    assert state(mail) == "sent"
    assert [m["Message-ID"] for m in smtp_server.messages] == [mail.message_id]


def test_a_connection_cut_after_the_text_is_unknown(smtp_server):
    smtp_server.cuts = ["stop"]
    mail = queued()
    send()
    assert state(mail) == "unknown"
    assert send(timezone.now() + timedelta(days=1)) == 0


def test_a_connection_cut_after_the_answer_is_sent(smtp_server):
    smtp_server.cuts = ["QUIT"]
    mail = queued()
    send()
    assert state(mail) == "sent"
    assert len(smtp_server.messages) == 1


def test_a_sender_that_lost_its_claim_stops_before_the_text(smtp_server):
    mail = queued()
    claimed = claim_mail(at=timezone.now())
    OutgoingMail.objects.update(claim=uuid.uuid4())  # another process took it over
    send_claimed(claimed, clock=timezone.now)
    assert state(mail) == "sending"
    assert smtp_server.messages == []


# --- killed senders


def test_a_mail_claimed_by_a_dead_sender_goes_back_to_the_queue(smtp_server):
    mail = queued()
    claim_mail(at=timezone.now())  # and the process dies here
    assert state(mail) == "sending"
    assert recover_mail(at=timezone.now()) == 1
    assert state(mail) == "queued"
    send()
    assert state(mail) == "sent"
    assert len(smtp_server.messages) == 1


def test_a_mail_handed_over_by_a_dead_sender_is_unknown(smtp_server):
    mail = queued()
    claim_mail(at=timezone.now())
    OutgoingMail.objects.update(handed_over_at=timezone.now())
    recover_mail(at=timezone.now())
    assert state(mail) == "unknown"
    assert send() == 0


def test_with_files_the_sweep_knows_whether_it_was_sent(tmp_path, settings):
    settings.EMAIL_BACKEND, settings.MAIL_DIR = FILES, tmp_path
    done, undone = queued("done"), queued("undone")
    send_due_mail(clock=timezone.now, limit=1)
    claim_mail(at=timezone.now())
    OutgoingMail.objects.update(state="sending", handed_over_at=timezone.now())
    recover_mail(at=timezone.now())
    assert (state(done), state(undone)) == ("sent", "queued")
    send()
    assert state(undone) == "sent"
    assert len(list(tmp_path.glob("*.eml"))) == 2


@pytest.mark.django_db(transaction=True)
def test_a_sweep_leaves_a_living_sender_alone(smtp_server):
    """The lock of another session says that somebody is at work."""
    from django.db import connections

    from core.locks import held

    mail = queued()
    claim_mail(at=timezone.now())
    entered, leave = threading.Event(), threading.Event()

    def work():
        with held("mail", mail.pk) as mine:
            assert mine
            entered.set()
            leave.wait(120)
        connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    assert entered.wait(60)
    assert recover_mail(at=timezone.now()) == 0
    assert state(mail) == "sending"
    leave.set()
    thread.join()
    assert recover_mail(at=timezone.now()) == 1


@pytest.mark.django_db(transaction=True)
def test_four_senders_at_once_send_each_mail_once(smtp_server):
    for number in range(20):
        queued(f"mail-{number}")

    def work():
        send()
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(m["Message-ID"] for m in smtp_server.messages) == sorted(
        OutgoingMail.objects.values_list("message_id", flat=True)
    )
    assert set(OutgoingMail.objects.values_list("state", flat=True)) == {"sent"}


# --- files under var/mail


def test_without_a_server_each_message_is_a_file(tmp_path, settings):
    settings.EMAIL_BACKEND, settings.MAIL_DIR = FILES, tmp_path
    mail = queued(files=[attached()])
    send()
    raw = file_of(mail.message_id).read_bytes()
    message = BytesParser(policy=policy.default).parsebytes(raw)
    assert message["Subject"] == "Two turned red"
    assert b"\r\n" in raw
    shown = received(mail)
    assert shown.attachments[0][0] == "Portfolio status.pdf"
    assert shown.attachments[0][2] == b"%PDF-1.7 canary"
    assert shown.header("message-id") == mail.message_id


def test_a_secret_is_forgotten_once_sent(smtp_server, cast):
    mail = queued(is_secret=True)
    send()
    mail.refresh_from_db()
    assert (mail.text, mail.html) == ("", "")
    with pytest.raises(ActionError, match="deleted"):
        resend_mail(mail=mail, by=cast.administrator, at=timezone.now())


def test_the_broker_being_down_neither_fails_nor_delays_the_page(django_capture_on_commit_callbacks):
    from celery import Celery
    from django.conf import settings

    from pmo.celery import app

    down = Celery("down", broker=f"redis://127.0.0.1:{free_port()}/0")
    down.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    down.set_current()
    try:
        started = time.monotonic()
        with django_capture_on_commit_callbacks(execute=True) as callbacks:
            mails = [queued(f"mail-{number}") for number in range(20)]
        assert time.monotonic() - started < 15  # a broker that is asked again and again would take longer
    finally:
        app.set_current()
    assert len(callbacks) == 1, "a worker is told once a transaction"
    assert {state(mail) for mail in mails} == {"queued"}
