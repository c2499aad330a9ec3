"""Forms of portfolios, programmes and objectives."""

from typing import Any

from django import forms

from accounts.models import User
from portfolio.forms.projects import MARKDOWN_HELP
from portfolio.models import Objective, Portfolio, Programme


class StructureForm(forms.ModelForm):
    """Base: the version, and choices limited to what the person may see and who may sign in."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        row = self.instance
        self.fields["version"].initial = row.version if row.pk else None
        for name, control in self.fields.items():
            if isinstance(control, forms.ModelChoiceField):
                now = getattr(row, f"{name}_id")
                model = control.queryset.model
                rows = (
                    model.objects.visible_to(user).active()
                    if hasattr(model.objects, "visible_to")
                    else model.objects.filter(is_active=True)
                )
                control.queryset = (rows | model.objects.filter(pk=now)).exclude(pk=row.pk if name == "parent" else None)

    def values(self) -> dict[str, Any]:
        """The cleaned values by the model's field names."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}  # type: ignore[attr-defined]


class PortfolioForm(StructureForm):
    """A portfolio."""

    class Meta:
        model = Portfolio
        fields = ["name", "description", "parent", "owner"]
        help_texts = {"description": MARKDOWN_HELP}


class ProgrammeForm(StructureForm):
    """A programme."""

    class Meta:
        model = Programme
        fields = ["name", "description", "portfolio", "manager", "sponsor"]
        help_texts = {"description": MARKDOWN_HELP}


class ObjectiveForm(StructureForm):
    """A strategic objective."""

    class Meta:
        model = Objective
        fields = ["name", "description", "parent", "is_active"]
        help_texts = {"description": MARKDOWN_HELP}
