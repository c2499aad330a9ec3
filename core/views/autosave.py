"""What static/js/autosave.js asks, and what it is told where a draft could not be kept."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _


def autosaving(request: HttpRequest) -> bool:
    """Whether static/js/autosave.js asks."""
    return request.headers.get("X-Requested-With") == "autosave"


def not_kept(form: forms.BaseForm, rows: Iterable[forms.BaseForm] = (), *, status: int) -> JsonResponse:
    """Why a draft was not saved. `errors`: by the name of the field, as Django tells them. `fields`: each field that needs
    another look, in the order of the page, with the id of its control, its label and one sentence; the id is "" for what
    belongs to no field."""
    fields = fields_of(form)
    for number, row in enumerate(rows, start=1):
        place = _("row %(number)d") % {"number": number}
        fields += [one | {"label": f"{one['label']} ({place})" if one["label"] else place} for one in fields_of(row)]
    errors = dict(form.errors.get_json_data()) if form.is_bound else {}
    return JsonResponse({"errors": errors, "fields": fields}, status=status)


def fields_of(form: forms.BaseForm) -> list[dict[str, Any]]:
    """The fields of one form that are wrong, and what belongs to none of them."""
    if not form.is_bound:
        return []
    found = [
        {
            "id": field.id_for_label or field.auto_id,
            "name": field.html_name,
            "label": str(field.label),
            "error": field.errors[0],
        }
        for field in form
        if field.errors
    ]
    return found + [{"id": "", "name": "", "label": "", "error": sentence} for sentence in form.non_field_errors()]
