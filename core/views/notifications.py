"""What a person should know: the bell's page."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.actions.notifications import read_notifications
from core.models import Notification


def notification_list(request: HttpRequest) -> HttpResponse:
    """The reader's notifications, the newest first."""
    page = Paginator(Notification.objects.filter(user=request.user), 50).get_page(request.GET.get("page"))
    unread = Notification.objects.filter(user=request.user, read_at=None).exists()
    context = {"page": page, "has_unread": unread, "page_title": _("Notifications"), "no_as_of": True}
    return render(request, "core/notification/notification_list.html", context)


@require_POST
def notification_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one as read and go where it leads."""
    notification = get_object_or_404(Notification, pk=pk, user=request.user)
    read_notifications(request.user, at=timezone.now(), pk=pk)
    safe = url_has_allowed_host_and_scheme(notification.url, allowed_hosts=None)
    return redirect(notification.url if safe else "core:notification-list")


@require_POST
def notification_read(request: HttpRequest) -> HttpResponse:
    """Mark all as read."""
    read_notifications(request.user, at=timezone.now())
    return redirect("core:notification-list")
