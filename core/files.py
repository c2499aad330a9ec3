"""Which files may be attached: by their content, not by what their name claims."""

from pathlib import PurePath
from typing import IO, Any

import puremagic
from django.conf import settings
from django.http import FileResponse
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from core.errors import ActionError
from core.models import Attachment

OFFICE = "application/vnd.openxmlformats-officedocument."
# Ending -> content type we serve, and what the first bytes must look like ("text": no sign of its own, readable text).
KINDS: dict[str, tuple[str, tuple[bytes, ...] | str]] = {
    "pdf": ("application/pdf", (b"%PDF-",)),
    "docx": (f"{OFFICE}wordprocessingml.document", (b"PK\x03\x04",)),
    "xlsx": (f"{OFFICE}spreadsheetml.sheet", (b"PK\x03\x04",)),
    "pptx": (f"{OFFICE}presentationml.presentation", (b"PK\x03\x04",)),
    "odt": ("application/vnd.oasis.opendocument.text", (b"PK\x03\x04",)),
    "ods": ("application/vnd.oasis.opendocument.spreadsheet", (b"PK\x03\x04",)),
    "odp": ("application/vnd.oasis.opendocument.presentation", (b"PK\x03\x04",)),
    "zip": ("application/zip", (b"PK\x03\x04", b"PK\x05\x06")),
    "doc": ("application/msword", (b"\xd0\xcf\x11\xe0",)),
    "xls": ("application/vnd.ms-excel", (b"\xd0\xcf\x11\xe0",)),
    "ppt": ("application/vnd.ms-powerpoint", (b"\xd0\xcf\x11\xe0",)),
    "mpp": ("application/vnd.ms-project", (b"\xd0\xcf\x11\xe0",)),
    "msg": ("application/vnd.ms-outlook", (b"\xd0\xcf\x11\xe0",)),
    "png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    "jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "gif": ("image/gif", (b"GIF87a", b"GIF89a")),
    "webp": ("image/webp", (b"RIFF",)),
    "txt": ("text/plain", "text"),
    "md": ("text/plain", "text"),
    "csv": ("text/csv", "text"),
    "eml": ("message/rfc822", "text"),
}
HEAD = 8192
PROGRAMS = (".exe", ".dll", ".elf", ".sh", ".bat", ".com", ".msi", ".js", ".jar", ".class", ".scr")


def kind_of(file: Any, name: str) -> str:
    """The content type of an upload. Raises ActionError with what is wrong with it: too large, empty, or not what it says."""
    limit = settings.UPLOAD_MAX_BYTES
    if file.size > limit:
        raise ActionError(
            _("The file is too large (%(size)s). Up to %(limit)s are taken.")
            % {"size": filesizeformat(file.size), "limit": filesizeformat(limit)},
            field="file",
        )
    if not file.size:
        raise ActionError(_("The file is empty."), field="file")
    ending = PurePath(name).suffix.lower().lstrip(".")
    if ending not in KINDS:
        raise ActionError(
            _("Files of this kind are not taken. These are: %(kinds)s.") % {"kinds": ", ".join(sorted(KINDS))}, field="file"
        )
    content_type, signs = KINDS[ending]
    head = _head(file)
    fits = _is_text(head) if isinstance(signs, str) else head.startswith(signs)
    if not fits or _sniffed(head) in PROGRAMS:
        raise ActionError(_("The file is not what its name says (%(ending)s).") % {"ending": ending.upper()}, field="file")
    return content_type


def _head(file: "IO[bytes]") -> bytes:
    file.seek(0)
    head = file.read(HEAD)
    file.seek(0)
    return head


def _sniffed(head: bytes) -> str:
    """The ending that the content itself suggests, or nothing."""
    try:
        return str(puremagic.from_string(head))
    except (puremagic.PureError, ValueError):
        return ""


def _is_text(head: bytes) -> bool:
    """Readable text that no browser takes for a page."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:64].lower()
    return b"\0" not in head and not start.startswith((b"<!doctype", b"<html", b"<svg", b"<script", b"<?xml", b"#!"))


def download_of(attachment: Attachment) -> FileResponse:
    """An attached file as an answer: always a download, never shown by the browser. Raises FileNotFoundError."""
    content = attachment.file.open("rb")
    response = FileResponse(content, as_attachment=True, filename=attachment.name, content_type=attachment.content_type)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "private, no-store"
    return response
