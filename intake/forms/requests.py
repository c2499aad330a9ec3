"""Forms of requests: begin, the three questions, ask without an account, answer, withdraw."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from intake.forms.questions import LONGEST_TEXT
from intake.models import Request, RequestType
from intake.models.requests import Help

TITLE_HELP = _("As you would say it to a colleague. For example: “Online appointments for local offices”.")


class BeginForm(forms.Form):
    """What kind of request, and what it is called."""

    type = forms.ModelChoiceField(
        label=_("What kind of request is it?"), queryset=RequestType.objects.none(), widget=forms.RadioSelect, empty_label=None
    )
    title = forms.CharField(label=_("A short name for it"), max_length=300, help_text=TITLE_HELP)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = RequestType.objects.filter(is_active=True, form_versions__published_at__isnull=False).distinct()
        self.fields["type"].queryset = rows  # type: ignore[attr-defined]
        if len(rows) == 1:
            self.fields["type"].initial = rows[0]
            self.fields["type"].widget = forms.HiddenInput()


class IdeaForm(forms.Form):
    """The three questions of every request. Only the name must be there to save a draft."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    title = forms.CharField(label=_("A short name for it"), max_length=300, help_text=TITLE_HELP)
    purpose = forms.CharField(
        label=_("What is the purpose?"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What should be different afterwards, and for whom? One or two sentences."),
    )
    need = forms.CharField(
        label=_("Why is it needed?"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What happens if we do nothing? What does it cost us today? Numbers help, even rough ones."),
    )
    helps = forms.MultipleChoiceField(
        label=_("How does it help?"),
        choices=Help.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Tick all that are true."),
    )
    helps_how = forms.CharField(
        label=_("How, in your own words"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Whom does it help, and by how much?"),
    )

    NAMES = ("title", "purpose", "need", "helps", "helps_how")

    @classmethod
    def of(cls, request: Request, data: Any = None) -> "IdeaForm":
        """The form as the request stands."""
        return cls(data, initial={"version": request.version} | {name: getattr(request, name) for name in cls.NAMES})

    def before(self, base: Any, name: str) -> Any:
        """What a field held in an earlier version of the request."""
        return getattr(base, name, None)

    def changes(self) -> dict[str, Any]:
        """What saving this form changes on the request."""
        return {name: self.cleaned_data[name] for name in self.NAMES}


EXAMPLES: dict[str, Any] = {
    "purpose": _("Local offices see people at the time that people chose, and nobody waits in line."),
    "need": _("A third of our 700,000 calls a year only ask for an appointment; callers wait eleven minutes."),
    "helps_how": _("Some 240,000 calls fall away, worth about £1.1m over five years. People book in the evening, too."),
}
"""An example beside each of the three questions."""


class FilesInput(forms.ClearableFileInput):
    """Several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """A list of files; each is checked when it is kept."""

    def __init__(self, *, most: int, **options: Any) -> None:
        self.most = most
        super().__init__(widget=FilesInput(), **options)

    def clean(self, data: Any, initial: Any = None) -> Any:
        """At most `most` files."""
        rows = data if isinstance(data, (list, tuple)) else [data] if data else []
        if len(rows) > self.most:
            raise forms.ValidationError(_("At most %(most)s files at once.") % {"most": self.most})
        return [super(FilesField, self).clean(row, None) for row in rows]


class AskerForm(IdeaForm):
    """The three questions with who asks, for people without an account. `website` is a trap: no person sees it."""

    name = forms.CharField(label=_("Your name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        help_text=_("We send you the address of a page that shows where your request stands. We use it for nothing else."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    files = FilesField(
        label=_("Files"), most=3, required=False, help_text=_("Up to three, 10 MB each: a sketch, a letter, figures.")
    )
    website = forms.CharField(
        label=_("Leave this empty"), required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("purpose", "need", "helps"):
            self.fields[name].required = True


class AnswerForm(forms.Form):
    """The answer to one question of the office."""

    text = forms.CharField(label=_("Your answer"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 4}))


class WithdrawForm(forms.Form):
    """Why a request is taken back."""

    reason = forms.CharField(label=_("Why do you take it back?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


class TrackFileForm(forms.Form):
    """One file for a request, from outside."""

    file = forms.FileField(label=_("Add a file"), help_text=_("Up to 10 MB: a sketch, a letter, figures."))

    def clean_file(self) -> Any:
        """Outside, 10 MB are the most."""
        file = self.cleaned_data["file"]
        if file.size > 10 * 2**20:
            raise forms.ValidationError(_("The file is too large: up to 10 MB are taken here."))
        return file
