"""Queue, send and look after outgoing mail.

`queue_mail` belongs into the transaction of what the mail is about: both happen or neither does. A worker
claims one row, sends it and records the outcome under its claim. What a killed worker left is found by
`recover_mail`: back to the queue where the mail provably did not go out, else `unknown`, for a person. The moment of
doubt is short: from the server's word that it wants the text to its word that it has it.
"""

import hashlib
import smtplib
import time
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import css_inline
import structlog
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import get_connection
from django.core.validators import validate_email
from django.db import InterfaceError, OperationalError, connection, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from core.errors import ActionError
from core.jobs import soon
from core.locks import held, is_free
from core.mail import CONTROLS, UNSAFE, AttachmentChangedError, SmtpBackend, message_of, one_line, safe_file_name
from core.models import MailAttachment, MailState, OutgoingMail
from core.subjects import hides_any, key_of

log = structlog.get_logger(__name__)

SEND_TASK = "core.send_mail"
# After the first, second … failed try. Half a day of a server being down is survived.
WAITS = [
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=8),
]
BATCH = 50
# Only we know what became of the mail: worth half a minute of waiting (seconds).
UNTIL_THE_DATABASE_IS_BACK = (0, 1, 2, 4, 8, 15)


class ClaimLost(Exception):
    """Another process has this mail now: say nothing more to the server."""


@dataclass(frozen=True)
class File:
    """A file to attach, by where the default storage keeps it."""

    name: str
    content_type: str
    path: str
    sha256: str
    size: int


def queue_mail(
    *,
    key: str,
    template: str,
    context: Mapping[str, Any],
    at: datetime,
    to: Any = None,
    address: str = "",
    name: str = "",
    language: str = "",
    about: Any = None,
    shows: Iterable[Any] = (),
    show_keys: Iterable[str] = (),
    topic: str = "",
    files: Iterable[File] = (),
    is_secret: bool = False,
    is_confidential: bool = False,
) -> OutgoingMail:
    """Put one mail into the outbox, within the caller's transaction. Queuing the same `key` again gives the first row.

    `to` is a user (their address, name and language are taken) or None with `address`, `name` and `language`.
    `template` names three files: templates/emails/<template>.subject.txt, .txt and .html. `context` should hold
    `reason`, the sentence that says why this mail came; `about` is the row the mail is about; `shows` are the objects
    (of kinds in `core.subjects`) whose content it holds, `show_keys` the same as keys: they decide who else may read it.
    `topic` (`core.mail_topics`) is named where the reader may change when such mails come. `is_secret` for links
    that let their reader in; `is_confidential` when it names a confidential project, as it does when it shows one.
    Raises ActionError for an address that cannot receive mail.
    """
    address, name = (to.email, str(to)) if to is not None else (address, name)
    check_address(address)
    shows = list(shows)
    language = language or getattr(to, "language", "") or settings.LANGUAGE_CODE
    zone = getattr(to, "time_zone", "") or settings.TIME_ZONE
    with translation.override(language), timezone.override(zone):
        full = {"reason": "", **ways_to_change(to, topic), **context, "recipient": to, "language": language}
        subject, text, html = render_mail(template, full)
    mail, created = OutgoingMail.objects.get_or_create(
        key=key,
        defaults={
            "message_id": message_id_of(key),
            "kind": template,
            "to_address": address,
            "to_name": one_line(name, 150),
            "user": to,
            "subject": subject,
            "text": text,
            "html": html,
            "is_secret": is_secret,
            "is_confidential": is_confidential or any(getattr(obj, "is_confidential", False) for obj in shows),
            "shows": sorted({key_of(obj) for obj in shows} | set(show_keys)),
            "about": about._meta.label_lower if about is not None else "",
            "about_id": about.pk if about is not None else None,
            "next_try_at": at,
            "created_at": at,
        },
    )
    if created:
        MailAttachment.objects.bulk_create(
            MailAttachment(
                mail=mail, name=safe_file_name(f.name), content_type=f.content_type, path=f.path, sha256=f.sha256, size=f.size
            )
            for f in files
        )
        soon(SEND_TASK)
    return mail


def full_url(path: str) -> str:
    """A path of ours as mails need it: behind the address of the site."""
    return settings.SITE_URL.rstrip("/") + path


def ways_to_change(to: Any, topic: str) -> dict[str, str]:
    """How the reader stops or moves such mails: an address of their own settings, or a sentence."""
    if topic:
        return {"settings_url": full_url(reverse("core:notification-settings")), "how": ""}
    if to is not None:
        return {"settings_url": "", "how": _("Such mails are always sent.")}
    return {"settings_url": "", "how": _("To stop such mails, write to the portfolio office.")}


def check_address(address: str) -> None:
    """Raise ActionError for an address that cannot receive mail: letters before the @ are those of ASCII."""
    try:
        validate_email(address)
    except ValidationError as error:
        raise ActionError(
            _("“%(address)s” is not an e-mail address.") % {"address": one_line(address, 80)}, field="address"
        ) from error
    if UNSAFE.search(address) or not address.rpartition("@")[0].isascii():
        raise ActionError(_("The e-mail address contains signs that it cannot have."), field="address")


def message_id_of(key: str) -> str:
    """The Message-ID of a key: the same at each try, so receiving systems and our tests can tell doubles."""
    host = settings.SITE_URL.split("//")[-1].split("/")[0].split(":")[0] or "localhost"
    return f"<{hashlib.sha256(f'{settings.SECRET_KEY}|{key}'.encode()).hexdigest()[:40]}@{host}>"


def render_mail(template: str, context: Mapping[str, Any]) -> tuple[str, str, str]:
    """Subject (one line), plain text and HTML with its styles inlined, of templates/emails/<template>.*."""
    full = {"site_url": settings.SITE_URL.rstrip("/"), "organisation": settings.ORGANISATION_NAME, **context}
    subject = one_line(render_to_string(f"emails/{template}.subject.txt", full), 200)
    text = CONTROLS.sub("", render_to_string(f"emails/{template}.txt", full)).strip() + "\n"
    html = CONTROLS.sub("", render_to_string(f"emails/{template}.html", {**full, "subject": subject}))
    # The style element marked "keep" holds what cannot be inlined: dark mode and narrow screens.
    inliner = css_inline.CSSInliner(load_remote_stylesheets=False)
    return subject, text, inliner.inline(html)


def claim_mail(*, at: datetime) -> OutgoingMail | None:
    """Take the next due mail for this process, or None. Two processes never take the same one."""
    with transaction.atomic():
        mail = OutgoingMail.objects.due(at).select_for_update(skip_locked=True).first()
        if mail is None:
            return None
        mail.state, mail.claim, mail.handed_over_at = MailState.SENDING, uuid.uuid4(), None
        mail.tries += 1
        mail.save(update_fields=["state", "claim", "handed_over_at", "tries"])
        return mail  # type: ignore[no-any-return]


def send_due_mail(*, clock: Any, limit: int = BATCH) -> int:
    """Send what is due, one by one; returns how many were tried. `clock` gives the present moment."""
    tried = 0
    while tried < limit and (mail := claim_mail(at=clock())) is not None:
        tried += 1
        with held("mail", mail.pk) as mine:
            if mine:
                send_claimed(mail, clock=clock)
    if tried == limit:
        soon(SEND_TASK)
    return tried


def send_claimed(mail: OutgoingMail, *, clock: Any) -> None:
    """Send one claimed mail and record the outcome: sent, another try, failed, or unknown.

    It may have waited for hours: rights are read once more.
    """
    if refusal := _refusal(mail):
        return _finish(mail, MailState.FAILED, at=clock(), error=refusal)
    try:
        message = message_of(mail)
        message.message()  # builds every header
        server = get_connection()
        server.open()
    except AttachmentChangedError as error:
        return _finish(
            mail,
            MailState.FAILED,
            at=clock(),
            error=_("The attachment “%(name)s” is not the file that was queued.") % {"name": error},
        )
    except (OSError, smtplib.SMTPException) as error:
        return _try_again(mail, error, at=clock())
    except ValueError as error:  # Django refuses a header that would span lines
        return _finish(mail, MailState.FAILED, at=clock(), error=str(error))

    def hand_over() -> None:
        if not OutgoingMail.objects.filter(pk=mail.pk, claim=mail.claim).update(handed_over_at=clock()):
            raise ClaimLost

    try:
        if isinstance(server, SmtpBackend):
            server.before_text = hand_over
        else:
            hand_over()
        server.send_messages([message])
    except ClaimLost:
        return None
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as error:
        # The server answered with a refusal: it did not take the message.
        return _try_again(mail, error, at=clock())
    except (OSError, smtplib.SMTPException) as error:
        if not getattr(server, "text_is_out", True) or _provably_unsent(mail):
            return _try_again(mail, error, at=clock())
        return _finish(mail, MailState.UNKNOWN, at=clock(), error=_unknown(error))
    finally:
        _close(server)
    return _finish(mail, MailState.SENT, at=clock())


def _refusal(mail: OutgoingMail) -> str:
    """Why the recipient may not have the content any more, or "". Up to three queries for a mail that shows something."""
    if not mail.shows:
        return ""
    person = type(mail.user).objects.get(pk=mail.user.pk) if mail.user else None  # with the rights of this moment
    if person is not None and not person.is_active:
        return _("This person has no access any more.")
    if hides_any(person, mail.shows):
        return _("The recipient lost the right to see what it shows before it was sent.")
    return ""


def _close(server: Any) -> None:
    try:
        server.close()
    except (OSError, smtplib.SMTPException):
        log.info("mail_server_hung_up")  # it has the message; how it says goodbye is its own affair


def _codes(error: Exception) -> list[int]:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return [code for code, _reply in error.recipients.values()]
    return [error.smtp_code] if isinstance(error, smtplib.SMTPResponseException) else []


def _try_again(mail: OutgoingMail, error: Exception, *, at: datetime) -> None:
    """Back to the queue with a longer wait, or failed: at once where the server says "never", else after the last wait."""
    codes = _codes(error)
    permanent = bool(codes) and all(500 <= code < 600 for code in codes)
    if permanent or mail.tries > len(WAITS):
        return _finish(mail, MailState.FAILED, at=at, error=explain(error))
    OutgoingMail.objects.filter(pk=mail.pk, claim=mail.claim).update(
        state=MailState.QUEUED,
        claim=None,
        handed_over_at=None,
        error=one_line(explain(error), 500),
        next_try_at=at + WAITS[mail.tries - 1],
    )
    return None


def explain(error: Exception) -> str:
    """What went wrong, in a sentence: the server's own words where it said any."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, reply = next(iter(error.recipients.values()))
        return _("The mail server refused the recipient: %(code)s %(reply)s") % {"code": code, "reply": _decoded(reply)}
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return _("The mail server refused our sign-in (%(code)s). Check EMAIL_URL.") % {"code": error.smtp_code}
    if isinstance(error, smtplib.SMTPResponseException):
        return _("The mail server refused the message: %(code)s %(reply)s") % {
            "code": error.smtp_code,
            "reply": _decoded(error.smtp_error),
        }
    if isinstance(error, ConnectionRefusedError):
        return _("The mail server could not be reached: nothing answers at its address.")
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return _("The mail server hung up before it had the message.")
    if isinstance(error, TimeoutError):
        return _("The mail server did not answer in time.")
    if isinstance(error, FileNotFoundError):
        return _("An attachment is no longer in the archive.")
    return _("The mail server could not be reached: %(error)s") % {"error": one_line(f"{type(error).__name__}: {error}", 200)}


def _decoded(reply: bytes | str) -> str:
    return one_line(reply.decode(errors="replace") if isinstance(reply, bytes) else reply, 300)


def _unknown(error: Exception | None) -> str:
    reason = one_line(f"{type(error).__name__}: {error}", 200) if error else _("the sending process ended")
    return _(
        "The message was handed over and the answer was lost (%(reason)s). It may have arrived: ask before sending again."
    ) % {"reason": reason}


def _finish(mail: OutgoingMail, state: str, *, at: datetime, error: str = "") -> None:
    """Record an outcome under our claim. Survives a database that restarts just then, for half a minute."""
    values: dict[str, Any] = {"state": state, "error": error}
    if state == MailState.SENT:
        values |= {"sent_at": at, "error": ""}
        if mail.is_secret:
            values |= {"text": "", "html": ""}
    # The sweep may have called it unknown while the database was away: we know better.
    mine = OutgoingMail.objects.filter(pk=mail.pk, claim=mail.claim, state__in=[MailState.SENDING, MailState.UNKNOWN])
    for pause in (*UNTIL_THE_DATABASE_IS_BACK, None):
        try:
            mine.update(**values)
            break
        except (OperationalError, InterfaceError):
            if connection.in_atomic_block or pause is None:
                raise
            connection.close()
            time.sleep(pause)
    if state != MailState.SENT:
        log.warning("mail_not_sent", mail=mail.pk, state=state, kind=mail.kind)


def _provably_unsent(mail: OutgoingMail) -> bool:
    """Whether we can know that the message did not go out."""
    if OutgoingMail.objects.filter(pk=mail.pk, handed_over_at=None).exists():
        return True
    was_sent = getattr(import_string(settings.EMAIL_BACKEND), "was_sent", None)
    return was_sent is not None and not was_sent(mail.message_id)


def recover_mail(*, at: datetime) -> int:
    """Settle what killed senders left; returns how many. A mail whose sender lives is not touched."""
    settled = 0
    for pk in OutgoingMail.objects.stuck().values_list("pk", flat=True):
        with transaction.atomic():
            mail = OutgoingMail.objects.stuck().select_for_update(skip_locked=True).filter(pk=pk).first()
            if mail is None or not is_free("mail", pk):
                continue
            settled += 1
            was_sent = getattr(import_string(settings.EMAIL_BACKEND), "was_sent", None)
            if mail.handed_over_at is None or (was_sent and not was_sent(mail.message_id)):
                mail.state, mail.claim, mail.handed_over_at, mail.next_try_at = MailState.QUEUED, None, None, at
            elif was_sent:
                mail.state, mail.sent_at = MailState.SENT, mail.handed_over_at
                _blank_secret(mail)
            else:
                mail.state, mail.error = MailState.UNKNOWN, _unknown(None)
            mail.save(update_fields=["state", "claim", "handed_over_at", "next_try_at", "sent_at", "error", "text", "html"])
    return settled


def _blank_secret(mail: OutgoingMail) -> None:
    """What lets its reader in is kept as long as it is on its way."""
    if mail.is_secret:
        mail.text = mail.html = ""


def resend_mail(*, mail: OutgoingMail, by: Any, at: datetime) -> OutgoingMail:
    """Send again, because a person asked. Failed: the same row goes back to the queue, with its Message-ID.

    Unknown or sent: a copy with a Message-ID of its own, because the first may be in the inbox already.
    Raises ActionError while the mail is on its way, or when its text was secret and is gone.
    """
    with transaction.atomic():
        mail = OutgoingMail.objects.select_for_update().get(pk=mail.pk)
        if mail.state in (MailState.QUEUED, MailState.SENDING):
            raise ActionError(_("This mail is on its way already."))
        if mail.is_secret and not mail.text:
            raise ActionError(_("The text of this mail was deleted after it was sent. Ask the person to request it anew."))
        if mail.state == MailState.FAILED:
            OutgoingMail.objects.filter(pk=mail.pk).update(
                state=MailState.QUEUED, tries=0, next_try_at=at, claim=None, handed_over_at=None, error=""
            )
            mail.refresh_from_db()
        else:
            mail = _copy(mail, at=at)
        soon(SEND_TASK)
    log.info("mail_resent", mail=mail.pk, by=by.pk)
    return mail


def _copy(mail: OutgoingMail, *, at: datetime) -> OutgoingMail:
    base = mail.key.split("#")[0]
    number = OutgoingMail.objects.filter(key__startswith=f"{base}#").count() + 2
    attachments = list(mail.attachments.all())
    key = f"{base}#{number}"
    values = {
        f: getattr(mail, f)
        for f in (
            "kind",
            "to_address",
            "to_name",
            "user",
            "subject",
            "text",
            "html",
            "is_secret",
            "is_confidential",
            "shows",
            "about",
            "about_id",
        )
    }
    copy: OutgoingMail = OutgoingMail.objects.create(
        key=key, message_id=message_id_of(key), next_try_at=at, created_at=at, **values
    )
    for attachment in attachments:
        attachment.pk, attachment.mail = None, copy
    MailAttachment.objects.bulk_create(attachments)
    return copy


def confirm_mail(*, mail: OutgoingMail, by: Any, at: datetime) -> None:
    """A person found out that an unknown mail arrived. Raises ActionError for any other state."""
    values: dict[str, Any] = {"state": MailState.SENT, "sent_at": mail.handed_over_at or at}
    values |= {"text": "", "html": ""} if mail.is_secret else {}
    if not OutgoingMail.objects.filter(pk=mail.pk, state=MailState.UNKNOWN).update(**values):
        raise ActionError(_("Only a mail whose fate is unknown can be confirmed."))
    log.info("mail_confirmed", mail=mail.pk, by=by.pk)
