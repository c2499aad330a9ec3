"""Verbs of talk: comment (with mentions), attach files."""

import hashlib
import re
import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import File
from django.db import transaction
from django.db.models.functions import Lower
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actions.mail import full_url
from core.actions.notifications import notify
from core.actions.preferences import mail_person
from core.errors import ActionError
from core.files import kind_of
from core.history import recorded
from core.models import Attachment, Comment
from core.subjects import subject_for

MENTION = re.compile(r"(?<![\w.@])@([\w.+-]+@[\w-]+(?:\.[\w-]+)+)")


def mentioned_in(text: str) -> list[str]:
    """The e-mail addresses mentioned as @ada@example.org, in small letters, each once."""
    return list(dict.fromkeys(address.lower().rstrip(".") for address in MENTION.findall(text)))


NAMED = re.compile(r"(?<![\w.@])@([^\W\d_][\w.'’-]*(?: +[^\W\d_][\w.'’-]*){1,3})(?!@)")


def named_in(text: str) -> list[list[str]]:
    """What may be names, as in "@Ada Lovelace says": for each the words after the sign as one text, the longest first."""
    found = []
    for phrase in NAMED.findall(text):
        words = phrase.split()
        found.append([re.sub(r"['’]s$|[.'’-]+$", "", " ".join(words[:count])) for count in range(len(words), 1, -1)])
    return found


def about(subject: Any) -> dict[str, Any]:
    """The key of a subject, for rows about it."""
    return {"subject_type": ContentType.objects.get_for_model(subject), "subject_id": subject.pk}


@transaction.atomic
def write_comment(subject: Any, *, text: str, by: Any, at: datetime) -> tuple[Comment, list[str]]:
    """Say something about an object. Mentioned people who may see it are told; returned are the mentions that were not.

    Raises ActionError when the object is archived, or nothing was said.
    """
    _refuse_archived(subject)
    with recorded("core.comment.written"):
        comment = Comment(**about(subject), text=_checked(text), written_by=by)
        comment.save()
        return comment, _tell(comment, subject, by=by, at=at)


@transaction.atomic
def edit_comment(comment: Comment, *, subject: Any, text: str, by: Any, at: datetime) -> tuple[Comment, list[str]]:
    """Change one's own comment; people mentioned anew are told. Raises ActionError for somebody else's or a removed one."""
    with recorded("core.comment.edited"):
        row = _own(comment, by)
        row.text, row.edited_at = _checked(text), at
        row.save()
        return row, _tell(row, subject, by=by, at=at)


@transaction.atomic
def remove_comment(comment: Comment, *, by: Any, at: datetime) -> None:
    """Take one's own comment away; its history stays."""
    with recorded("core.comment.removed"):
        row = _own(comment, by)
        row.removed_at = at
        row.save()


def _refuse_archived(subject: Any) -> None:
    if getattr(subject, "archived_at", None):
        raise ActionError(_("%(subject)s is archived: nothing can be added any more.") % {"subject": subject})


def _checked(text: str) -> str:
    if not text.strip():
        raise ActionError(_("Write something first."), field="text")
    return text.strip()


def _own(comment: Comment, by: Any) -> Comment:
    row = Comment.objects.select_for_update().get(pk=comment.pk)
    if row.written_by_id != by.pk:
        raise ActionError(_("Only the person who wrote a comment may change it."))
    if row.removed_at:
        raise ActionError(_("The comment was removed."))
    return row


def _tell(comment: Comment, subject: Any, *, by: Any, at: datetime) -> list[str]:
    """Notify and mail the mentioned who may see the subject; the addresses and names of the others."""
    addresses = mentioned_in(comment.text)
    typed: dict[str, str] = dict.fromkeys(addresses, "")
    people = {person.email: person for person in get_user_model()._default_manager.filter(email__in=addresses, is_active=True)}
    unknown = []
    for tried in named_in(comment.text):
        person = _called(tried)
        if person is not None:
            people[person.email] = person
            typed.setdefault(person.email, person.name)
        elif tried[-1].istitle():  # "@Home office" is no name
            unknown.append(tried[-1])
    kind = subject_for(subject)
    told = [person for person in people.values() if kind.visible_to(person).filter(pk=subject.pk).exists()]
    url = f"{kind.url(subject)}#comment-{comment.pk}"
    tell(told, subject=subject, comment=comment, url=url, by=by, at=at)
    reached = {person.email for person in told}
    return [name or address for address, name in typed.items() if address not in reached] + unknown


def _called(tried: list[str]) -> Any:
    """The one active person of the first of these names that anybody has; None where there is nobody, or more than one. One query."""
    rows = get_user_model()._default_manager.annotate(small=Lower("name")).filter(is_active=True)
    found = list(rows.filter(small__in=[name.lower() for name in tried]))
    for name in tried:
        same = [person for person in found if person.name.lower() == name.lower()]
        if same:
            return same[0] if len(same) == 1 else None
    return None


def tell(people: Iterable[Any], *, subject: Any, comment: Comment, url: str, by: Any, at: datetime) -> None:
    """One notification and one mail a mention, however often the comment is edited."""
    told = [person for person in people if person.pk != by.pk]
    text = gettext_lazy("%(by)s mentioned you on %(subject)s")
    key = f"comment-{comment.pk}-mention"
    for person in told:
        with translation.override(person.language or settings.LANGUAGE_CODE):
            heading = str(text) % {"by": by, "subject": subject}
            notify(users=[person], key=key, text=heading, url=url, at=at, shows=[subject])
            mail_person(
                topic="mention",
                key=f"{key}-{person.pk}",
                template="plain",
                to=person,
                at=at,
                about=comment,
                shows=[subject],
                context={
                    "heading": heading,
                    "paragraphs": [comment.text],
                    "action": _("Read and answer"),
                    "action_url": full_url(url),
                    "reason": _("You get this because somebody mentioned you in a comment."),
                },
            )


@transaction.atomic
def attach_file(subject: Any, *, file: "File[bytes]", name: str, by: Any) -> Attachment:
    """Keep a file with an object. Raises ActionError for a file that is too large, empty, or of a kind not taken, and on an archived object."""
    _refuse_archived(subject)
    with recorded("core.attachment.added"):
        content_type = kind_of(file, name)
        digest = hashlib.sha256()
        for chunk in file.chunks():
            digest.update(chunk)
        attachment = Attachment(
            **about(subject),
            name=name[-255:],
            size=file.size,
            sha256=digest.hexdigest(),
            content_type=content_type,
            uploaded_by=by,
        )
        attachment.file.save(uuid.uuid4().hex, file, save=False)  # no name of a person's choosing on our disk
        attachment.save()
    return attachment


@transaction.atomic
def remove_attachment(attachment: Attachment, *, at: datetime) -> None:
    """Take a file away from its object. The file itself is kept with the history."""
    with recorded("core.attachment.removed"):
        row = Attachment.objects.select_for_update().get(pk=attachment.pk)
        if row.removed_at:
            raise ActionError(_("The file was removed already."))
        row.removed_at = at
        row.save()
