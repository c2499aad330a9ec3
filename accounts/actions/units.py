"""Organisation units: add, change, move, remove."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from accounts.models import OrganisationUnit
from core.actions.locking import lock, once, save
from core.errors import ActionError
from core.history import recorded


def _checked(unit: OrganisationUnit) -> OrganisationUnit:
    try:
        unit.full_clean()
    except ValidationError as error:
        raise ActionError(" ".join(error.messages), field="name") from error
    return unit


@transaction.atomic
def add_unit(*, name: str, code: str, parent: OrganisationUnit | None) -> OrganisationUnit:
    """A new unit under `parent`, or at the top. Raises ActionError for a name that is there already."""
    unit = _checked(OrganisationUnit(name=name, code=code, parent=parent))
    with recorded("accounts.unit.added"), once():
        unit.save()
    return unit


@transaction.atomic
def edit_unit(*, pk: int, version: int, name: str, code: str, parent: OrganisationUnit | None) -> OrganisationUnit:
    """Rename or move a unit with all below it. Raises EditConflict when stale, ActionError for a circle or a taken name."""
    # The whole (small) tree is locked: two moves at one moment could close a circle that neither sees.
    parents = dict(OrganisationUnit.objects.select_for_update().order_by("pk").values_list("pk", "parent_id"))
    unit = lock(OrganisationUnit.objects.all(), pk, version=version)
    above = parent.pk if parent else None
    while above is not None:
        if above == pk:
            raise ActionError(_("A unit cannot become part of itself or of a unit below it."), field="parent")
        above = parents.get(above)
    unit.name, unit.code, unit.parent = name, code, parent
    _checked(unit)
    with recorded("accounts.unit.edited"), once():
        save(unit)
    return unit


@transaction.atomic
def remove_unit(*, pk: int) -> OrganisationUnit:
    """Remove a unit that nothing hangs on. Raises ActionError while units, people, grants or projects belong to it."""
    unit = lock(OrganisationUnit.objects.all(), pk)
    try:
        with transaction.atomic(), recorded("accounts.unit.removed"):
            unit.delete()
    except ProtectedError as error:
        raise ActionError(
            _("%(unit)s still has units, people, roles or projects. Move them first.") % {"unit": unit}
        ) from error
    return unit
