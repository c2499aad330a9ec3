"""What the recorded actions on people, roles and units are called, for the pages of history."""

from django.utils.translation import gettext_lazy as _

ACTIONS_IN_WORDS = {
    "accounts.administrator.created": _("Made an administrator by command"),
    "accounts.grant.given": _("Gave a role"),
    "accounts.grant.taken": _("Took a role away"),
    "accounts.profile.edited": _("Edited their profile"),
    "accounts.token.made": _("Made an API token"),
    "accounts.token.revoked": _("Revoked an API token"),
    "accounts.unit.added": _("Added an organisation unit"),
    "accounts.unit.edited": _("Edited an organisation unit"),
    "accounts.unit.removed": _("Removed an organisation unit"),
    "accounts.user.invited": _("Invited a person"),
    "accounts.user.edited": _("Edited a person"),
    "accounts.user.disabled": _("Disabled a person"),
    "accounts.user.enabled": _("Enabled a person"),
}
