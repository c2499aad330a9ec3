"""What a person should know: the bell's page."""

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.actions.notifications import hidden_of, read_notifications
from core.actions.preferences import preferences_of, set_preferences
from core.mail_topics import mail_topics
from core.models import Notification
from core.models.preferences import When
from core.views.editing import answer_form


def notification_list(request: HttpRequest) -> HttpResponse:
    """The reader's notifications, the newest first."""
    page = Paginator(Notification.objects.filter(user=request.user), 50).get_page(request.GET.get("page"))
    for row, hidden in zip(page, hidden_of(request.user, [row.shows for row in page]), strict=True):
        row.is_hidden = hidden
    unread = Notification.objects.filter(user=request.user, read_at=None).exists()
    context = {"page": page, "has_unread": unread, "page_title": _("Notifications"), "no_as_of": True}
    return render(request, "core/notification/notification_list.html", context)


class PreferencesForm(forms.Form):
    """When mails of each topic come."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for topic in mail_topics():
            choices = [pair for pair in When.choices if topic.may_stop or pair[0] != When.NEVER]
            self.fields[topic.key] = forms.ChoiceField(
                label=topic.label, help_text=topic.help, choices=choices, widget=forms.RadioSelect
            )


def notification_settings(request: HttpRequest) -> HttpResponse:
    """When the reader gets which mails."""
    form = PreferencesForm(request.POST or None, initial=preferences_of(request.user))
    return answer_form(
        request,
        form,
        lambda valid: set_preferences(user=request.user, wanted=valid.cleaned_data),
        done=lambda _nothing: reverse("core:notification-settings"),
        template="core/notification/settings_form.html",
        context={
            "page_title": _("Which mails you get"),
            "submit": _("Save"),
            "cancel_url": reverse("core:notification-list"),
            "no_as_of": True,
        },
        said=_("Saved. It holds from the next mail on."),
    )


@require_POST
def notification_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one as read and go where it leads."""
    notification = get_object_or_404(Notification, pk=pk, user=request.user)
    read_notifications(request.user, at=timezone.now(), pk=pk)
    if any(hidden_of(request.user, [notification.shows])):
        return redirect("core:notification-list")
    safe = notification.url.startswith("/") and url_has_allowed_host_and_scheme(notification.url, allowed_hosts=None)
    return redirect(notification.url if safe else "core:notification-list")


@require_POST
def notification_read(request: HttpRequest) -> HttpResponse:
    """Mark all as read."""
    read_notifications(request.user, at=timezone.now())
    return redirect("core:notification-list")
