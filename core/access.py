"""Who sees which mail (people their own, those who look after mail everybody's, secrets administrators only), which imports,
and which comments and files (whoever sees what they hang on)."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from core.errors import NotAllowed
from core.imports.registry import Target, shared_targets, target_of, targets_for
from core.models import Attachment, Comment, ImportJob, ImportRow, ImportState, OutgoingMail
from core.rights import may
from core.subjects import Subject, shows_hidden, subject_of


def mails_visible_to(user: Any) -> "QuerySet[OutgoingMail]":
    """The mails the person may read: those that came to them; for those who look after mail also the others, but for what
    shows something that they may not see today. A password link would let its reader in as somebody else: such mails are
    for those who may set passwords anyway."""
    if not user.is_authenticated:
        return OutgoingMail.objects.none()
    mine = Q(user=user, is_secret=False)
    others = Q(is_confidential=False)
    if not may(user, "user.manage"):
        others &= Q(is_secret=False)
    if may(user, "user.manage") or may(user, "mail.view"):
        mine |= others & ~shows_hidden(user, "shows")
    return OutgoingMail.objects.filter(mine)


def mail_actions(user: Any) -> frozenset[str]:
    """What the person may do in the outbox."""
    return frozenset(action for action in ("mail.view", "report.manage") if may(user, action))


def import_targets(user: Any) -> list[Target]:
    """What the person may load files into. Raises NotAllowed (403) when it is nothing."""
    targets = targets_for(user)
    if not targets:
        raise NotAllowed(
            _(
                "Files are loaded by the portfolio office: PMO analysts, the PMO head and administrators, because one file may"
                " change many projects at once. Send your file to them, or enter milestones, status updates, risks and issues on"
                " the pages of your project."
            )
        )
    return targets


def imports_visible_to(user: Any) -> "QuerySet[ImportJob]":
    """The imports into targets that the person may load: PMO staff see each other's, but for those of private targets. Who only
    reads imports sees those that are done, but for the same. 403 for others."""
    if reads_imports(user):
        done = ImportJob.objects.filter(target__in=shared_targets(), state=ImportState.APPLIED)
        return done.select_related("started_by", "confirmed_by")
    targets = import_targets(user)
    shared = Q(target__in=[target.key for target in targets if not target.is_private])
    mine = Q(target__in=[target.key for target in targets if target.is_private], started_by=user)
    return ImportJob.objects.filter(shared | mine).select_related("started_by", "confirmed_by")


def reads_imports(user: Any) -> bool:
    """Whether the person reads what was imported, and runs no imports."""
    return may(user, "import.view") and not may(user, "import.run")


def import_rows(user: Any, job: ImportJob) -> "QuerySet[ImportRow]":
    """The rows of an import; for those who only read it, without those about what they may not see today."""
    hidden = target_of(job.target).hidden
    return job.rows.exclude(hidden(user)) if hidden and reads_imports(user) else job.rows.all()


def import_for(user: Any, pk: int, action: str = "import.run") -> ImportJob:
    """The import of this number, to go on with or ("import.view") to read: 403 for those who may not, 404 when there is none."""
    if action != "import.view":
        import_targets(user)
    job: ImportJob = get_object_or_404(imports_visible_to(user), pk=pk)
    return job


def kind_or_404(kind: str) -> Subject:
    """The registered kind of this name, or 404."""
    subject = subject_of(kind)
    if subject is None:
        raise Http404
    return subject


def of_row(user: Any, row: Comment | Attachment, action: str) -> tuple[Subject, Any]:
    """The kind and the object that a comment or file belongs to. `action` is an attribute of the kind ("view_action"):
    404 unseen, 403 seen but not allowed."""
    kind = kind_or_404(row.subject_type.model)
    return kind, kind.find(user, row.subject_id, getattr(kind, action))


def comment_for(user: Any, pk: int) -> tuple[Comment, Subject, Any]:
    """One's own comment, to change or remove it, with its kind and object. 404 / 403; 403 too for somebody else's."""
    comment = get_object_or_404(Comment.objects.select_related("subject_type"), pk=pk)
    kind, obj = of_row(user, comment, "comment_action")
    if comment.written_by_id != user.pk:
        raise PermissionDenied
    return comment, kind, obj


def attachment_for(user: Any, pk: int) -> Attachment:
    """A file whose object the person may see, or 404."""
    attachment = get_object_or_404(Attachment.objects.select_related("subject_type"), pk=pk, removed_at=None)
    of_row(user, attachment, "view_action")
    return attachment


def attachment_to_remove(user: Any, pk: int) -> tuple[Attachment, Subject, Any]:
    """A file to take away, with its kind and object: one's own, or any of an object that one may edit. 404 / 403."""
    attachment = get_object_or_404(Attachment.objects.select_related("subject_type"), pk=pk)
    kind = kind_or_404(attachment.subject_type.model)
    if attachment.uploaded_by_id == user.pk:
        return attachment, *of_row(user, attachment, "attach_action")
    if not kind.edit_action:
        of_row(user, attachment, "view_action")
        raise PermissionDenied
    return attachment, *of_row(user, attachment, "edit_action")
