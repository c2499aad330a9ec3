"""Addresses of sign-in, people and access."""

from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_not_required
from django.urls import path, reverse_lazy

app_name = "accounts"
urlpatterns = [
    path("login/", auth.LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("logout/", auth.LogoutView.as_view(), name="logout"),
    path(
        "password/reset/",
        login_not_required(
            auth.PasswordResetView.as_view(
                success_url=reverse_lazy("accounts:password-reset-sent"),
                email_template_name="emails/password_reset.txt",
                html_email_template_name="emails/password_reset.html",
                subject_template_name="emails/password_reset_subject.txt",
            )
        ),
        name="password-reset",
    ),
    path("password/reset/sent/", login_not_required(auth.PasswordResetDoneView.as_view()), name="password-reset-sent"),
    path(
        "password/reset/<uidb64>/<token>/",
        login_not_required(auth.PasswordResetConfirmView.as_view(success_url=reverse_lazy("accounts:password-reset-done"))),
        name="password-reset-confirm",
    ),
    path("password/reset/done/", login_not_required(auth.PasswordResetCompleteView.as_view()), name="password-reset-done"),
    path(
        "password/",
        auth.PasswordChangeView.as_view(success_url=reverse_lazy("home")),
        name="password-change",
    ),
]
