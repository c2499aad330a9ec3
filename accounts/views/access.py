"""Roles and access: which role may do what."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import require
from accounts.roles import ACTION_GROUPS, ACTIONS, ROLES


@require_GET
def access_list(request: HttpRequest) -> HttpResponse:
    """The matrix of roles and actions, in words, straight from the data that every page asks."""
    require(request.user, "access.view")
    groups = [
        (title, [(action, words, [(role, action in ACTIONS[role]) for role in ROLES]) for action, words in actions.items()])
        for title, actions in ACTION_GROUPS
    ]
    return render(request, "accounts/access/access_list.html", {"roles": ROLES, "groups": groups})
