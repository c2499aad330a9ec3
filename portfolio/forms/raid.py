"""The forms of all registers: the shared fields, and those of the kind's own table."""

from typing import Any

from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.errors import ActionError
from core.forms.parts import Part, laid_out
from core.widgets import DayInput
from portfolio.access_entries import check_response, scope_for_entries
from portfolio.actions.raid import DETAILS, OWN, SCOPES
from portfolio.forms.projects import MARKDOWN_HELP
from portfolio.models import Category, Entry, Project
from portfolio.registers import KINDS

DAYS = ("due_on", "review_on", "raised_on", "committed_on", "decided_on")
LONG = {"description": 4, "cause": 2, "effect": 2, "impact": 3, "consequence": 3, "chosen": 3, "rationale": 3, "acceptance": 3}
LONG |= {"reason": 3, "scope_impact": 2, "quality_impact": 2, "risk_impact": 2}
DETAILS_TITLE = gettext_lazy("Further details")
FILLED_IN = ("raised_on", "currency")
"""Fields that every entry fills in by itself: they say nothing about what was typed."""


def asked(*first: Any, further: tuple[Any, ...] = (), more: tuple[Part, ...] = ()) -> tuple[Part, ...]:
    """The parts of a register's form: what is asked first, the folded parts of the kind's own (`more`), and what every register
    has besides (`further` before it)."""
    rest = (("category", "tags"), "raised_on", "is_confidential")
    return (Part("", first), *more, Part(DETAILS_TITLE, (*further, *rest), is_folded=True))


HELP = {
    "scope": gettext_lazy("The reference of a project, programme or portfolio; type a part of its name to find it."),
    "title": gettext_lazy("Short enough for a list, for example: Supplier delivers late."),
    "owner": gettext_lazy("They must be able to see where it belongs."),
    "review_on": gettext_lazy("When somebody looks at it again."),
    "consequence": gettext_lazy("What follows if it turns out to be wrong."),
    "options": gettext_lazy("One a line: its name, a colon, what speaks for and against it."),
    "about": gettext_lazy("The reference of a risk, issue or other entry that it is for, such as RSK-0012. Empty: of its own."),
    "description": MARKDOWN_HELP,
    "tags": gettext_lazy("With commas, for example: digital, statutory."),
}


class OptionsField(forms.Field):
    """Options as lines "name: text"; the value is [{"name", "text"}]."""

    widget = forms.Textarea(attrs={"rows": 4})

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list):
            return "\n".join(f"{one.get('name', '')}: {one.get('text', '')}".strip().removesuffix(":") for one in value)
        return value

    def to_python(self, value: Any) -> list[dict[str, str]]:
        if isinstance(value, list):
            return value
        lines = [line.strip() for line in str(value or "").splitlines() if line.strip()]
        parts = [line.partition(":") for line in lines]
        return [{"name": name.strip()[:200], "text": text.strip()[:2000]} for name, _colon, text in parts]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.to_python(self.prepare_value(initial)) != self.to_python(data)


class ReferenceField(forms.CharField):
    """A row of another table by its reference, of those that `queryset` holds; the value is the row."""

    def __init__(self, *args: Any, queryset: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.queryset = queryset

    def prepare_value(self, value: Any) -> Any:
        return getattr(value, "reference", value)

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        # A null character is refused by a validator, which runs after this: no database is asked for one.
        found = None if "\0" in text else self.queryset.filter(reference__iexact=text.strip().split(" ")[0]).first()
        if found is None:
            raise forms.ValidationError(_("There is no “%(text)s” that you may use here: give its reference.") % {"text": text})
        return found

    def has_changed(self, initial: Any, data: Any) -> bool:
        return str(self.prepare_value(initial) or "") != str(data or "").strip()


class ScopeField(forms.CharField):
    """A project, programme or portfolio by its reference; what is allowed is the form's to say."""

    def prepare_value(self, value: Any) -> Any:
        return getattr(value, "reference", value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return str(self.prepare_value(initial) or "") != str(data or "").strip()


def finder(what: str) -> forms.TextInput:
    """A text control that offers what was found for what is typed (static/js/finder.js)."""
    url = reverse_lazy("portfolio:entry-find", args=[what])
    return forms.TextInput(attrs={"data-finder": url, "autocomplete": "off", "spellcheck": "false"})


class EntryForm(forms.ModelForm):
    """An entry of one register. `kind` is set by each subclass; `user` limits what may be chosen."""

    kind = ""
    parts: tuple[Part, ...] = ()
    tags = SimpleArrayField(forms.CharField(max_length=50), label=gettext_lazy("Tags"), required=False)
    scope = ScopeField(label=gettext_lazy("Belongs to"), widget=finder("scope"))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Entry
        fields = [
            "title",
            "description",
            "owner",
            "due_on",
            "review_on",
            "raised_on",
            "category",
            "currency",
            "is_confidential",
        ]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.register = user, KINDS[self.kind]
        entry = self.instance
        detail = entry.detail if entry.pk else None
        names = [name for part in self.parts for name in part.flat()]
        own = [name for name in OWN[self.kind] if name in names]
        further = forms.fields_for_model(DETAILS[self.kind], fields=own)
        for name in own:
            if name not in self.fields and further.get(name) is not None:
                self.fields[name] = further[name]  # type: ignore[assignment]
            if detail is not None:
                self.initial.setdefault(name, getattr(detail, name))
        self.initial.setdefault("tags", entry.tags or [])
        if entry.pk:
            self.initial["scope"] = entry.scope.reference
        if "options" in own:
            self.fields["options"] = OptionsField(label=_("Options considered"), required=False)
        if "about" in own:
            seen = Entry.objects.visible_to(user)
            label = _("What it is about")
            self.fields["about"] = ReferenceField(label=label, required=False, queryset=seen, widget=finder("entry"))
            if detail is not None and detail.about_id and not seen.filter(pk=detail.about_id).exists():
                del self.fields["about"]  # what the editor may not see stays as it is
        if "giver" in own:
            seen = Project.objects.visible_to(user).active()
            self.fields["giver"] = ReferenceField(label=_("Giver"), queryset=seen, widget=finder("project"))
        for name in [name for name in self.fields if name not in names and name != "version"]:
            del self.fields[name]
        self.order_fields(names)
        self._dress(entry)

    def _dress(self, entry: Entry) -> None:
        """Labels, help and controls."""
        for name, field in self.fields.items():
            if name in DAYS:
                field.widget = DayInput()
            elif name in LONG and isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = LONG[name]
            if name in HELP:
                field.help_text = HELP[name]
        self.fields["version"].initial = entry.version if entry.pk else None
        self.fields["due_on"].label = self.register.due
        self.fields["owner"].queryset = User.objects.filter(is_active=True) | User.objects.filter(pk=entry.owner_id)  # type: ignore[attr-defined]
        self.fields["category"].queryset = Category.objects.filter(is_active=True) | Category.objects.filter(
            pk=entry.category_id
        )  # type: ignore[attr-defined]
        if "raised_on" in self.fields:
            self.fields["raised_on"].required = bool(entry.pk)
        if "currency" in self.fields:
            self.fields["currency"].required = False
            self.fields["currency"].help_text = _(
                "That of the project, where it belongs to one; else three letters, such as GBP."
            )

    def clean_scope(self) -> Any:
        text = self.cleaned_data["scope"]
        try:
            return scope_for_entries(self.user, text, current=self.instance if self.instance.pk else None)
        except ActionError as error:
            raise forms.ValidationError(str(error)) from error

    def clean_currency(self) -> str:
        return str(self.cleaned_data.get("currency") or self.instance.currency).upper()

    def groups(self) -> list[dict[str, Any]]:
        """The fields in their parts, as components/form.html draws them."""
        return laid_out(self, self.parts, telling_nothing=FILLED_IN)

    def values(self) -> dict[str, Any]:
        """The cleaned values by the names of both tables' fields."""
        values = {name: value for name, value in self.cleaned_data.items() if name not in ("version", "scope")}
        if values.get("raised_on") is None:
            values.pop("raised_on", None)
        if "scope" not in self.fields:  # what it belongs to is hidden from the editor: it stays there
            return values
        scope = self.cleaned_data["scope"]
        return values | {name: scope if scope._meta.model_name == name else None for name in SCOPES}

    def before(self, base: Any, name: str) -> Any:
        """What a field held in an earlier version (an event of the entry); see `core.views.editing.conflict_of`."""
        if name == "scope":
            known = [(key, getattr(base, f"{key}_id")) for key in SCOPES if getattr(base, f"{key}_id")]
            model = Entry._meta.get_field(known[0][0]).related_model
            return model._default_manager.filter(pk=known[0][1]).first()  # type: ignore[union-attr]
        if name not in OWN[self.kind]:
            return getattr(base, name, None)
        events = DETAILS[self.kind].pgh_event_model.objects.filter(pgh_obj_id=base.pgh_obj_id)
        event = events.filter(pgh_created_at__lte=base.pgh_created_at).order_by("-pgh_id").first()
        return getattr(event, name, None)

    def _post_clean(self) -> None:
        """The action checks the rows; here they are not yet together."""


class IssueForm(EntryForm):
    """An issue."""

    kind = "issue"
    parts = asked("title", "scope", "severity", "impact", ("owner", "due_on"), further=("description", "review_on"))


class AssumptionForm(EntryForm):
    """An assumption."""

    kind = "assumption"
    parts = asked("title", "scope", "consequence", ("owner", "due_on"), further=("description", "review_on"))


class DecisionForm(EntryForm):
    """A decision that is needed, or was taken."""

    kind = "decision"
    parts = asked(
        "title", "scope", "description", ("owner", "due_on"), further=("review_on",),
        more=(Part(gettext_lazy("What was considered"), ("options",), is_folded=True),),
    )  # fmt: skip


class ActionForm(EntryForm):
    """An action."""

    kind = "action"
    parts = asked("title", ("scope", "about"), "description", ("owner", "due_on"), further=("review_on",))

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        try:
            check_response(self.user, found, current=self.instance if self.instance.pk else None)
        except ActionError as error:
            self.add_error("about", str(error))
        return found


class MoveForm(forms.Form):
    """One move: a reason, where the move asks for one."""

    expected = forms.CharField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(label=gettext_lazy("Reason"), widget=forms.Textarea(attrs={"rows": 3}), max_length=4000)

    def __init__(self, *args: Any, needed: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = needed


class DecideForm(forms.Form):
    """What was decided, why, by whom and when."""

    chosen = forms.CharField(label=gettext_lazy("Decision"), widget=forms.Textarea(attrs={"rows": 3}), max_length=4000)
    rationale = forms.CharField(label=gettext_lazy("Why"), widget=forms.Textarea(attrs={"rows": 4}), max_length=8000)
    decided_by = forms.ModelChoiceField(label=gettext_lazy("Decided by"), queryset=User.objects.filter(is_active=True))
    decided_on = forms.DateField(label=gettext_lazy("Decided on"), widget=DayInput())


class LinkForm(forms.Form):
    """Link an entry to another one."""

    meaning = forms.ChoiceField(label=gettext_lazy("This entry"))
    target = ReferenceField(
        label=gettext_lazy("Other entry"), widget=finder("entry"), help_text=gettext_lazy("Its reference, such as ISS-0007.")
    )

    def __init__(self, *args: Any, user: User, meanings: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["meaning"].choices = meanings  # type: ignore[attr-defined]
        self.fields["target"].queryset = Entry.objects.visible_to(user)  # type: ignore[attr-defined]


class BulkForm(forms.Form):
    """What to do with several entries at once; what is left empty stays as it is."""

    owner = forms.ModelChoiceField(label=gettext_lazy("Owner"), queryset=User.objects.filter(is_active=True), required=False)
    due_on = forms.DateField(label=gettext_lazy("Due"), widget=DayInput(), required=False)
    tag = forms.CharField(label=gettext_lazy("Add a tag"), max_length=50, required=False)
    move = forms.ChoiceField(label=gettext_lazy("Move"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("Reason of the move"), widget=forms.Textarea(attrs={"rows": 2}), required=False, max_length=4000
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        moves = [(move.verb, move.label) for move in KINDS[kind].moves if not move.own_page and move.action == "register.edit"]
        self.fields["move"].choices = [("", _("Leave as it is")), *moves]  # type: ignore[attr-defined]
        self.fields["due_on"].label = KINDS[kind].due

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if not any(found.get(name) for name in ("owner", "due_on", "tag", "move")):
            raise forms.ValidationError(_("Say what to change: an owner, a day, a tag or a move."))
        return found


class RowForm(forms.Form):
    """One of many rows typed at once."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=300)
    owner = forms.ModelChoiceField(label=gettext_lazy("Owner"), queryset=User.objects.none(), required=False)
    due_on = forms.DateField(label=gettext_lazy("Due"), widget=DayInput(), required=False)
    description = forms.CharField(label=gettext_lazy("Description"), required=False, max_length=4000)

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = field.label  # its label is the head of the column


RowFormSet = forms.formset_factory(RowForm, extra=5, max_num=100)
