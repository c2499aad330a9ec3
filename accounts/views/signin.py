"""Signing in and out, the own password."""

from typing import Any

from axes.helpers import get_client_ip_address
from django.contrib import messages
from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import may, require
from accounts.actions.passwords import ask_for_password_reset, send_password_reset
from accounts.actions.sessions import (
    end_sessions,
    end_sign_in,
    failed_attempts,
    move_session,
    open_sign_in,
    paused_sign_ins,
    record_sign_in,
)
from accounts.devices import know_device
from accounts.filters import SignInFilter
from accounts.forms.signin import PasswordResetAskForm, SignInForm
from accounts.models import SignIn
from accounts.views.paging import page_of
from core.exports import Column, export_response, export_urls, form_of


class SignInView(auth.LoginView):
    """Sign in. The session gets a new id, and the sign-in is recorded."""

    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: Any) -> HttpResponse:
        """Start the session."""
        response = super().form_valid(form)
        record_sign_in(
            user=form.get_user(),
            session_key=self.request.session.session_key or "",
            address=get_client_ip_address(self.request),
            device=self.request.headers.get("User-Agent", ""),
            at=timezone.now(),
        )
        know_device(self.request, response, form.get_user().email)
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        """Say that it failed, the same for an unknown address and a wrong password."""
        response = super().form_invalid(form)
        response.status_code = 422
        return response


class SignOutView(auth.LogoutView):
    """Sign out."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """End this session."""
        end_sign_in(session_key=request.session.session_key or "", at=timezone.now())
        return super().post(request, *args, **kwargs)


@login_not_required
def password_reset(request: HttpRequest) -> HttpResponse:
    """Ask for a reset link. The answer and its time are the same whoever asks: a worker looks the address up."""
    form = PasswordResetAskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not ask_for_password_reset(form.cleaned_data["email"]):
            send_password_reset(email=form.cleaned_data["email"], at=timezone.now())
        return redirect("accounts:password-reset-sent")
    return render(request, "registration/password_reset_form.html", {"form": form}, status=422 if form.errors else 200)


@method_decorator(login_not_required, name="dispatch")
class PasswordChooseView(auth.PasswordResetConfirmView):
    """Choose a password with the link of a mail: all sessions of the person end, and a paused sign-in is open again, because who
    reads their mail is no guesser."""

    success_url = reverse_lazy("accounts:password-reset-done")

    def form_valid(self, form: Any) -> HttpResponse:
        """Keep the new password."""
        response = super().form_valid(form)
        end_sessions(user=form.user, ending="password", at=timezone.now())
        open_sign_in(user=form.user, why="password chosen by mail", address=get_client_ip_address(self.request))
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        """Say what is wrong with the password."""
        response = super().form_invalid(form)
        response.status_code = 422
        return response


class PasswordChangeView(auth.PasswordChangeView):
    """Change the own password. All other sessions of the person end."""

    success_url = reverse_lazy("accounts:profile-detail")

    def form_valid(self, form: Any) -> HttpResponse:
        """Keep the new password and this session, under a new id."""
        old_key = self.request.session.session_key or ""
        response = super().form_valid(form)
        self.request.session.save()
        new_key = self.request.session.session_key or ""
        move_session(user=form.user, old_key=old_key, new_key=new_key)
        end_sessions(user=form.user, ending="password", at=timezone.now(), but=new_key)
        messages.success(self.request, _("Your password is changed. You are signed out everywhere else."))
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        """Say what is wrong."""
        response = super().form_invalid(form)
        response.status_code = 422
        return response


FILE = [
    Column(gettext_lazy("When"), "at", "moment"),
    Column(gettext_lazy("Person"), "user"),
    Column(gettext_lazy("E-mail address"), "user.email"),
    Column(gettext_lazy("From"), "address"),
    Column(gettext_lazy("Browser"), "device"),
    Column(gettext_lazy("Ended"), "ended_at", "moment"),
    Column(gettext_lazy("How it ended"), lambda signin: signin.get_ending_display()),
]


def signin_list(request: HttpRequest) -> HttpResponseBase:
    """The audit of sign-ins, and the failed attempts that count towards a lockout."""
    require(request.user, "access.view")
    filters = SignInFilter(request.GET, queryset=SignIn.objects.select_related("user"))
    if form := request.GET.get("export"):
        return export_response(
            FILE, filters.qs.order_by("-at", "-pk").iterator(chunk_size=500), name="sign-ins", form=form_of(form)
        )
    context = page_of(request, filters.qs, {"at": ("at", "pk"), "person": ("user__name", "-at")}, "-at")
    context |= {
        "filter_form": filters.form,
        "exports": export_urls(request.GET, "sign-ins"),
        "attempts": failed_attempts(),
        "paused": paused_sign_ins(at=timezone.now()),
        "may_open": may(request.user, "user.manage"),
    }
    return render(request, "accounts/signin/signin_list.html", context)
