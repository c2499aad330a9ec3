"""The mails that the product sent, as they were received."""

from typing import Any

from csp.decorators import csp
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from core.access import mail_actions, mails_visible_to
from core.actions.mail import confirm_mail, resend_mail
from core.exports import Column, export_response, export_urls, form_of
from core.mail import Received, received, safe_file_name
from core.models import MailState, OutgoingMail
from core.views.editing import answer_button

PAGE = 25
FILE = [
    Column(gettext_lazy("Subject"), "subject"),
    Column(gettext_lazy("To"), "to_name"),
    Column(gettext_lazy("E-mail address"), "to_address"),
    Column(gettext_lazy("State"), lambda mail: mail.get_state_display()),
    Column(gettext_lazy("Reason"), "error"),
    Column(gettext_lazy("Queued"), "created_at", "moment"),
    Column(gettext_lazy("Sent"), "sent_at", "moment"),
]


@require_safe
def mail_list(request: HttpRequest) -> HttpResponseBase:
    """The outbox: everything for those who look after mail, else the reader's own."""
    state, words = request.GET.get("state", ""), request.GET.get("q", "").strip()
    rows: QuerySet[Any] = mails_visible_to(request.user).select_related("user").defer("text", "html")
    in_trouble = rows.filter(state__in=[MailState.FAILED, MailState.UNKNOWN]).count()
    if state in MailState.values:
        rows = rows.filter(state=state)
    if words:
        rows = rows.filter(Q(subject__icontains=words) | Q(to_address__icontains=words) | Q(to_name__icontains=words))
    if form := request.GET.get("export"):
        return export_response(FILE, rows.iterator(chunk_size=500), name="mail", form=form_of(form))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "exports": export_urls(request.GET, "mail"),
        "mails": list(page.object_list),
        "state": state,
        "words": words,
        "states": MailState.choices,
        "in_trouble": in_trouble,
        "sees_all": "mail.view" in mail_actions(request.user),
        "no_as_of": True,
    }
    return render(request, "core/mail/mail_list.html", context)


def _mail(request: HttpRequest, pk: int) -> OutgoingMail:
    mail: OutgoingMail = get_object_or_404(mails_visible_to(request.user).select_related("user"), pk=pk)
    return mail


def _received(mail: OutgoingMail) -> Received | None:
    """What arrived; None where an attachment is gone and the message cannot be shown whole."""
    try:
        return received(mail)
    except (OSError, ValueError):
        return None


@require_safe
def mail_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One message as received: headers, HTML in a frame without rights, text, attachments."""
    mail = _mail(request, pk)
    context = {
        "mail": mail,
        "message": _received(mail),
        "may_resend": "report.manage" in mail_actions(request.user),
        "no_as_of": True,
    }
    return render(request, "core/mail/mail_detail.html", context)


@require_safe
@xframe_options_sameorigin
@csp(  # type: ignore[arg-type]
    {
        "default-src": ["'none'"],
        "style-src": ["'unsafe-inline'"],
        "img-src": ["data:"],
        "frame-ancestors": ["'self'"],
        "sandbox": ["allow-popups"],
    }
)
def mail_html(request: HttpRequest, pk: int) -> HttpResponse:
    """The HTML body alone, for the frame: no scripts, no forms, no requests to anywhere."""
    message = _received(_mail(request, pk))
    if message is None or not message.html:
        raise Http404
    return HttpResponse(message.html)


@require_safe
def mail_attachment(request: HttpRequest, pk: int, number: int) -> FileResponse:
    """An attachment as it was received, always as a download. `number` counts from 1."""
    message = _received(_mail(request, pk))
    if message is None or not 1 <= number <= len(message.attachments):
        raise Http404
    name, content_type, content = message.attachments[number - 1]
    response = FileResponse([content], as_attachment=True, filename=safe_file_name(name), content_type=content_type)
    response["Content-Length"] = str(len(content))
    return response


def _manage(request: HttpRequest, pk: int) -> OutgoingMail:
    mail = _mail(request, pk)
    if "report.manage" not in mail_actions(request.user):
        raise PermissionDenied
    return mail


@require_POST
def mail_resend(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a mail again."""
    mail = _manage(request, pk)
    return answer_button(
        request,
        lambda: resend_mail(mail=mail, by=request.user, at=timezone.now()),
        back=reverse("core:mail-detail", args=[mail.pk]),
        said=_("The mail is in the queue again."),
        done=lambda sent: reverse("core:mail-detail", args=[sent.pk]),
    )


@require_POST
def mail_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """A person says that a mail of unknown fate arrived."""
    mail = _manage(request, pk)
    return answer_button(
        request,
        lambda: confirm_mail(mail=mail, by=request.user, at=timezone.now()),
        back=reverse("core:mail-detail", args=[mail.pk]),
        said=_("Recorded as arrived."),
    )
