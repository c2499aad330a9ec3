"""My profile: who I am, how I read, where I am signed in, my API tokens."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from accounts.actions.people import edit_profile
from accounts.actions.sessions import alive_sessions, end_session, end_sessions
from accounts.actions.tokens import make_token, revoke_token
from accounts.forms.profile import ProfileForm, TokenForm
from accounts.models import ApiToken, SignIn, User
from core.errors import ActionError
from core.views.editing import answer_button, answer_form, typed


def profile_detail(request: HttpRequest) -> HttpResponse:
    """Show and change one's own profile."""
    person: User = request.user  # type: ignore[assignment]

    def remake(current: User) -> ProfileForm:
        return ProfileForm(instance=current)

    def said(changed: User) -> str:
        with translation.override(changed.language or translation.get_language()):
            return _("Your profile is saved.")

    return answer_form(
        request,
        ProfileForm(typed(request, lambda: remake(person)), instance=User.objects.get(pk=person.pk)),
        lambda valid: edit_profile(user=person, version=valid.cleaned_data["version"], changes=valid.cleaned_data),
        done=lambda changed: reverse("accounts:profile-detail"),
        template="accounts/profile/profile_detail.html",
        context=_lists(request, person),
        said=said,
        remake=remake,
    )


def _lists(request: HttpRequest, person: User) -> dict[str, Any]:
    now = timezone.now()
    return {
        "sessions": alive_sessions(person, now),
        "session_key": request.session.session_key,
        "tokens": [
            (token, "" if token.revoked_at else "alive" if token.expires_at > now else "ended")
            for token in person.api_tokens.all()
        ],
    }


@require_POST
def session_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign out one other device."""
    get_object_or_404(SignIn, pk=pk, user=request.user)
    return answer_button(
        request,
        lambda: end_session(user=request.user, pk=pk, at=timezone.now()),  # type: ignore[arg-type]
        back="accounts:profile-detail",
        said=_("That device is signed out."),
    )


@require_POST
def session_end_others(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere else."""
    end_sessions(user=request.user, ending="elsewhere", at=timezone.now(), but=request.session.session_key or "")  # type: ignore[arg-type]
    messages.success(request, _("You are signed out everywhere else."))
    return redirect("accounts:profile-detail")


@sensitive_variables("key")
def token_make(request: HttpRequest) -> HttpResponse:
    """Make an API token; its key is on the answer, once."""
    form = TokenForm(request.POST or None, initial={"expires_on": timezone.localdate() + timedelta(days=90)})
    if request.method == "POST" and form.is_valid():
        try:
            token, key = make_token(
                user=request.user,  # type: ignore[arg-type]
                name=form.cleaned_data["name"],
                scopes=[form.cleaned_data["scope"]],
                expires_at=form.expires_at,
                at=timezone.now(),
            )
        except ActionError as error:
            form.add_error(error.field, str(error))
        else:
            response = render(request, "accounts/token/token_made.html", {"token": token, "key": key})
            response["Cache-Control"] = "no-store"
            return response
    return render(request, "accounts/token/token_form.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Revoke one's own token."""
    get_object_or_404(ApiToken, pk=pk, user=request.user)
    return answer_button(
        request,
        lambda: revoke_token(user=request.user, pk=pk, at=timezone.now()),  # type: ignore[arg-type]
        back="accounts:profile-detail",
        said=lambda token: _("The token “%(name)s” no longer works.") % {"name": token.name},
    )
