"""Messages: made from outbox rows, written as files where no SMTP server is named, read back as received."""

import hashlib
import os
import re
import smtplib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage as StdMessage
from email.parser import BytesParser
from email.utils import format_datetime, formataddr
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend

from core.models import OutgoingMail

# Controls, line and paragraph separators, and the marks that turn text around ("moc.live").
UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+")

# What no text carries: PostgreSQL and XML refuse NUL, mail programs stumble over the rest.
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+")


def one_line(text: str, limit: int) -> str:
    """Text that is safe in a header: one line, no controls, at most `limit` characters."""
    # "=?" would start an encoded word, which may decode to what was just removed.
    clean = " ".join(UNSAFE.sub(" ", str(text)).replace("=?", "= ?").split())
    return clean if len(clean) <= limit else clean[: limit - 1].rstrip() + "…"


def safe_file_name(name: str) -> str:
    """A file name that no reader's system takes for a path, and that fits in a header."""
    clean = re.sub(r'[/\\:*?"<>|]+', "-", one_line(name, 120)).strip(". ")
    return clean or "attachment"


class AttachmentChangedError(Exception):
    """The file that was to be attached is not the one that was queued."""


def message_of(mail: OutgoingMail) -> EmailMultiAlternatives:
    """The message of an outbox row: the same bytes at each try, but for the boundaries.

    Raises OSError when an attachment cannot be read and AttachmentChangedError when it is another file now.
    """
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[formataddr((mail.to_name, mail.to_address))],
        headers={
            "Message-ID": mail.message_id,
            "Date": format_datetime(mail.created_at),
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
        },
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    for attachment in mail.attachments.all():
        with default_storage.open(attachment.path, "rb") as file:
            content = file.read()
        if hashlib.sha256(content).hexdigest() != attachment.sha256:
            raise AttachmentChangedError(attachment.name)
        message.attach(attachment.name, content, attachment.content_type)
    return message


def file_of(message_id: str) -> Path:
    """Where `FileBackend` keeps the message of this Message-ID."""
    return Path(settings.MAIL_DIR) / f"{hashlib.sha256(message_id.encode()).hexdigest()[:32]}.eml"


class FileBackend(BaseEmailBackend):
    """Keeps each message as one .eml file: the local default, without a mail server.

    The name comes from the Message-ID and the file appears whole or not at all, so writing twice is writing
    once, and whether a message was "sent" can be proved by looking.
    """

    def send_messages(self, email_messages: Sequence[Any]) -> int:
        """Write them. Raises OSError (a full disk), like a server that is down."""
        for message in email_messages:
            raw = message.message()
            path = file_of(raw["Message-ID"])
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
            part = path.with_suffix(f".{os.getpid()}.part")
            with part.open("wb") as file:
                file.write(raw.as_bytes(linesep="\r\n"))
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        return len(email_messages)

    @staticmethod
    def was_sent(message_id: str) -> bool:
        """Whether the message is there: lets a sweep decide instead of asking a person."""
        return file_of(message_id).exists()


# How long a server may think about a whole message; RFC 5321 (4.5.3.2.6) asks for patience, because giving up leaves a doubt.
SECONDS_FOR_THE_ANSWER = 300


class _Careful:
    """A connection that tells its backend how far a message has come. Mixed into smtplib's classes."""

    backend: "SmtpBackend"
    sock: Any
    in_text = False

    def sendmail(self, *args: Any, **kwargs: Any) -> Any:
        """One message, from its sender to the server's last answer."""
        self.backend.text_is_out = False
        return super().sendmail(*args, **kwargs)  # type: ignore[misc]

    def data(self, msg: Any) -> Any:
        """The command DATA, the text, and the server's answer to both."""
        self.backend.before_text()
        patience = self.sock.gettimeout()
        self.in_text = True
        try:
            return super().data(msg)  # type: ignore[misc]
        finally:
            self.in_text = False
            if self.sock:
                self.sock.settimeout(patience)

    def send(self, s: Any) -> None:
        """Commands are str, the text is bytes and ends with the full stop that makes the server answer for the message."""
        super().send(s)  # type: ignore[misc]
        if self.in_text and isinstance(s, bytes):
            self.backend.text_is_out = True
            self.sock.settimeout(SECONDS_FOR_THE_ANSWER)


class _Plain(_Careful, smtplib.SMTP):
    pass


class _Secured(_Careful, smtplib.SMTP_SSL):
    pass


class SmtpBackend(EmailBackend):
    """SMTP that can say whether a message which met a broken connection may have arrived.

    Until the last byte of the text has left, no server has accepted anything: such a message is sent again without a
    doubt. `before_text` is called when the server has taken the recipient and the text is next; `text_is_out` is true
    from the last byte on.
    """

    text_is_out = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.before_text: Callable[[], None] = lambda: None

    @property
    def connection_class(self) -> Any:
        """smtplib's, with a memory."""
        return _Secured if self.use_ssl else _Plain

    def open(self) -> bool | None:
        """As Django's. Raises OSError and SMTPException."""
        opened: bool | None = super().open()
        if self.connection:
            self.connection.backend = self  # type: ignore[attr-defined]
        return opened


@dataclass(frozen=True)
class Received:
    """A message as a mail program would read it."""

    headers: list[tuple[str, str]]
    text: str
    html: str
    attachments: list[tuple[str, str, bytes]]  # name, type, content

    def header(self, name: str) -> str:
        """The header's value, or ""."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


def received(mail: OutgoingMail) -> Received:
    """What arrived: parsed from the file, or from the message rebuilt where a real server took it."""
    path = file_of(mail.message_id)
    raw = path.read_bytes() if path.exists() else message_of(mail).message().as_bytes()
    return parse(raw)


def parse(raw: bytes) -> Received:
    """A message's bytes, read by the standard library and not by what wrote it."""
    message = BytesParser(StdMessage, policy=policy.default).parsebytes(raw)
    bodies = {kind: message.get_body(preferencelist=(kind,)) for kind in ("plain", "html")}
    return Received(
        headers=[(name, str(value)) for name, value in message.items()],
        text=bodies["plain"].get_content() if bodies["plain"] else "",
        html=bodies["html"].get_content() if bodies["html"] else "",
        attachments=[
            (part.get_filename() or "attachment", part.get_content_type(), _content(part))
            for part in message.iter_attachments()
        ],
    )


def _content(part: Any) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
