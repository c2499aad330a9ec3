"""Organisation units."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import OrganisationUnit


def tree_rows() -> list[tuple[OrganisationUnit, int]]:
    """All units in the order of the tree, each with its depth. One query."""
    children: dict[int | None, list[OrganisationUnit]] = {}
    for unit in OrganisationUnit.objects.all():
        children.setdefault(unit.parent_id, []).append(unit)
    rows: list[tuple[OrganisationUnit, int]] = []

    def add(parent: int | None, depth: int) -> None:
        for unit in children.get(parent, []):
            rows.append((unit, depth))
            add(unit.pk, depth + 1)

    add(None, 0)
    return rows


class UnitForm(forms.ModelForm):
    """Name, code and place of a unit."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = OrganisationUnit
        fields = ["name", "code", "parent"]
        help_texts = {"parent": _("Empty: at the top. A unit moves with all below it.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version if self.instance.pk else None
        self.fields["parent"].choices = [  # type: ignore[attr-defined]
            ("", _("At the top")),
            *((u.pk, "\u2003" * depth + u.name) for u, depth in tree_rows()),
        ]

    def _post_clean(self) -> None:
        """The action checks the rules of the model, on the row it has locked."""
