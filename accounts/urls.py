"""Addresses of sign-in, people and access."""

from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_not_required
from django.urls import path

from accounts.views import access, grants, profile, signin, units, users

app_name = "accounts"
urlpatterns = [
    path("login/", signin.SignInView.as_view(), name="login"),
    path("logout/", signin.SignOutView.as_view(), name="logout"),
    path("password/", signin.PasswordChangeView.as_view(), name="password-change"),
    path("password/reset/", signin.password_reset, name="password-reset"),
    path("password/reset/sent/", login_not_required(auth.PasswordResetDoneView.as_view()), name="password-reset-sent"),
    path("password/reset/done/", login_not_required(auth.PasswordResetCompleteView.as_view()), name="password-reset-done"),
    path("password/reset/<uidb64>/<token>/", signin.PasswordChooseView.as_view(), name="password-reset-confirm"),
    # My profile
    path("profile/", profile.profile_detail, name="profile-detail"),
    path("profile/sessions/others/end/", profile.session_end_others, name="session-end-others"),
    path("profile/sessions/<int:pk>/end/", profile.session_end, name="session-end"),
    path("profile/tokens/new/", profile.token_make, name="token-create"),
    path("profile/tokens/<int:pk>/revoke/", profile.token_revoke, name="token-revoke"),
    # People
    path("people/", users.user_list, name="user-list"),
    path("people/new/", users.user_create, name="user-create"),
    path("people/<int:pk>/", users.user_detail, name="user-detail"),
    path("people/<int:pk>/edit/", users.user_edit, name="user-edit"),
    path("people/<int:pk>/disable/", users.user_disable, name="user-disable"),
    path("people/<int:pk>/enable/", users.user_enable, name="user-enable"),
    path("people/<int:pk>/open/", users.user_open, name="user-open"),
    path("people/<int:pk>/invite/", users.user_invite, name="user-invite"),
    path("people/<int:pk>/roles/new/", grants.grant_create, name="grant-create"),
    path("roles/<int:pk>/remove/", grants.grant_remove, name="grant-remove"),
    # The organisation
    path("units/", units.unit_list, name="unit-list"),
    path("units/new/", units.unit_create, name="unit-create"),
    path("units/<int:pk>/edit/", units.unit_edit, name="unit-edit"),
    path("units/<int:pk>/remove/", units.unit_remove, name="unit-remove"),
    # Access
    path("access/", access.access_list, name="access-list"),
    path("access/sign-ins/", signin.signin_list, name="signin-list"),
]
