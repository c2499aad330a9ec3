"""Why somebody may, or may not, do something: the same for the page and for the API."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.access import rights_of
from accounts.roles import ACTION_WORDS, ACTIONS, ROLES, roles_with
from portfolio.access import grounds


def why(asked: dict[str, Any]) -> dict[str, Any]:
    """`asked`: person, project (or None) and action. `grounds` are the sentences that give the right, `others` those that do not,
    `roles` the roles that would."""
    person, project, action = asked["person"], asked["project"], asked["action"]
    roles = [ROLES[role] for role in ROLES if role in roles_with(action)]
    answer = {
        "person": person,
        "project": project,
        "words": ACTION_WORDS[action],
        "roles": roles,
        "disabled": not person.is_active,
    }
    if project is not None:
        held = grounds(person, project, told_to_others=True)
        return answer | {
            "grounds": [g.sentence for g in held if action in g.actions],
            "others": [g.sentence for g in held if action not in g.actions],
        }
    sentence = _("%(name)s is %(role)s everywhere.")
    everywhere = sorted(rights_of(person).everywhere)
    return answer | {
        "grounds": [sentence % {"name": person, "role": ROLES[role]} for role in everywhere if action in ACTIONS[role]],
        "others": [sentence % {"name": person, "role": ROLES[role]} for role in everywhere if action not in ACTIONS[role]],
    }
