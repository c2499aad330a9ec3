"""The import targets "programmes", "portfolios" and "objectives" (docs/adr/0005-import.md)."""

from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.access import may
from core.formulas.mapping import Field
from core.imports.registry import Plan, Target, Work, register
from portfolio.access import structure_actions
from portfolio.actions.structure_imports import Rights, apply_structure, plan_structure
from portfolio.models import Objective, Portfolio, Programme
from portfolio.models.visibility import scopes_of

_WHICH, _ABOUT, _WHO = _("Which one"), _("About it"), _("People")
_STORY = r"narrative|commentary|comment|explanation|reason|rationale|notes?\b"
_NOT_A_NAME = _STORY + r"|manager|director|owner|sponsor|parent|part of|reference|status|number|\bid\b|type|date|description"
_SPONSOR = ("Sponsor", "Executive sponsor", "Programme sponsor", "Senior Responsible Owner", "SRO", "SRO name")


def _description() -> Field:
    return Field("description", _("Description"), "long", ("Description", "Summary", "Aim", "Aims", "Purpose", "Overview", "Scope", "Details"),
                 never=r"status|narrative|commentary", group=_ABOUT)  # fmt: skip


FIELDS: dict[type[Any], tuple[Field, ...]] = {
    Programme: (
        Field("reference", _("Reference"), "id", ("Reference", "Programme reference"), pattern=r"^PRG-\d{4,}$", never=_STORY, group=_WHICH),
        Field("title", _("Programme"), "text", ("Programme", "Programme name", "Programme title", "Name", "Title"), needed=True,
              never=_NOT_A_NAME + "|portfolio", longest=200, group=_WHICH),
        _description(),
        Field("portfolio", _("Portfolio"), "text", ("Portfolio", "Portfolio name", "Part of portfolio", "Parent portfolio", "Part of"),
              never=_STORY + "|manager|owner|director", longest=220, group=_ABOUT),
        Field("manager", _("Manager"), "text", ("Manager", "Programme manager", "Programme director", "Programme lead", "Owner"),
              never=_STORY + "|portfolio", longest=254, group=_WHO),
        Field("sponsor", _("Sponsor"), "text", _SPONSOR, never=_STORY + "|rating", longest=254, group=_WHO),
    ),
    Portfolio: (
        Field("reference", _("Reference"), "id", ("Reference", "Portfolio reference"), pattern=r"^PFO-\d{4,}$", never=_STORY, group=_WHICH),
        Field("title", _("Portfolio"), "text", ("Portfolio", "Portfolio name", "Portfolio title", "Name", "Title"), needed=True,
              never=_NOT_A_NAME, longest=200, group=_WHICH),
        _description(),
        Field("parent", _("Part of"), "text", ("Part of", "Parent", "Parent portfolio", "Belongs to", "Lies in", "Within"), never=_STORY,
              longest=220, group=_ABOUT),
        Field("owner", _("Owner"), "text", ("Owner", "Portfolio owner", "Portfolio manager", "Portfolio director", "Manager"), never=_STORY,
              longest=254, group=_WHO),
    ),
    Objective: (
        Field("title", _("Objective"), "text", ("Objective", "Strategic objective", "Objective name", "Goal", "Name", "Title"), needed=True,
              never=_NOT_A_NAME, longest=200, group=_WHICH),
        _description(),
        Field("parent", _("Part of"), "text", ("Part of", "Parent", "Parent objective", "Belongs to", "Supports"), never=_STORY, longest=220,
              group=_ABOUT),
        Field("is_active", _("In use"), "boolean", ("In use", "Active", "Is active", "Current"), group=_ABOUT),
    ),
}  # fmt: skip

DERIVED = frozenset({"projects", "changed"})
"""Columns of the product's own lists that no file can set."""


def manages(user: Any, model: Any) -> bool:
    """Whether the person may add such a thing: those who hold the right everywhere."""
    return user is None or may(user, "objective.manage" if model is Objective else "portfolio.manage")


def may_import(model: Any, user: Any) -> bool:
    """Whether the person may load such things: imports, and to add some or to change one."""
    if not may(user, "import.run"):
        return False
    kinds = {Programme: ("portfolios", "programmes"), Portfolio: ("portfolios",)}.get(model, ())
    return manages(user, model) or any(scopes_of(user).ids(kind, "portfolio.manage") for kind in kinds)


def _plan(model: Any, work: Work) -> Plan:
    adds = manages(work.user, model)
    on_one = (lambda row: adds) if model is Objective else (lambda row: "portfolio.manage" in structure_actions(work.user, row))
    return plan_structure(model, Rights(adds, on_one if work.user is not None else lambda row: True), work)


def target_for(model: Any, noun: str) -> Target:
    """The target of one kind."""
    return Target(
        key=f"{noun}s",
        label={Programme: _("Programmes"), Portfolio: _("Portfolios"), Objective: _("Objectives")}[model],
        fields=FIELDS[model],
        allowed=partial(may_import, model),
        plan=partial(_plan, model),
        apply=partial(apply_structure, model),
        derived=DERIVED,
        own="title",  # nobody's file can set what is worked out
        list_url=f"portfolio:{noun}-list",
        further=_("Leave out, and say so"),
        is_dated=False,
    )


TARGETS = [target_for(Programme, "programme"), target_for(Portfolio, "portfolio"), target_for(Objective, "objective")]


def register_targets() -> None:
    """Called once when the room starts."""
    for target in TARGETS:
        register(target)
