"""Pages of a request's business case: figures, terms, options, the grids, frozen cases, exports."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.db import IntegrityError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from core.errors import ActionError, EditConflict
from core.exports import export_names, export_response, form_of
from core.views.editing import answer_button, answer_form, typed
from intake.access import request_actions, request_for
from intake.actions.case_documents import case_of, document_of
from intake.actions.cases import (
    OPEN_STATES,
    add_option,
    edit_case,
    edit_option,
    is_open,
    remove_option,
    start_case,
    write_efforts,
    write_lines,
)
from intake.actions.requests import editable_in
from intake.case_imports import columns, may_import_cases, rows_of, template_rows
from intake.forms.cases import EffortForm, LinesForm, OptionForm, TermsForm, month_after
from intake.forms.grids import Grid, chosen, put_together
from intake.models import ApprovedCase, BusinessCase, CaseOption, Request
from intake.models.requests import State
from intake.views.case_reading import case_page
from intake.views.requests import request_page

MONTHS_SHOWN = 12
MOST_MONTHS = 36


def case_url(request: Request) -> str:
    """The page of a request's business case."""
    return reverse("intake:request-case", args=[request.reference])


def request_case(request: HttpRequest, reference: str) -> HttpResponseBase:
    """The figures of the case, or how to start one; `?option=` looks at one of its options."""
    found, context = request_page(request, reference, "case")
    case = case_of(found)
    may_edit = found.state in editable_in(context["actions"]) and is_open(found)
    context |= {
        "case": case,
        "may_edit": may_edit,
        "why_closed": closed_words(found) if case and "request.triage" in context["actions"] and not may_edit else "",
        "approved": ApprovedCase.objects.filter(request=found).select_related("frozen_by").defer("document"),
    }
    if may_edit and may_import_cases(request.user):
        context["load_url"] = reverse("core:import-list") + "?target=cases"
        context["template_url"] = f"{reverse('intake:case-template')}?request={found.reference}&export=case.xlsx"
    if case is None:
        return render(request, "intake/cases/case_start.html", context)
    case.request = found
    document = document_of(case)
    if form := request.GET.get("export"):
        return export_response(
            columns(), rows_of(document, found.reference), name=f"case-{found.reference}", form=form_of(form)
        )
    context |= case_page(document, request.GET.get("option", ""))
    context["exports"] = [(kind, f"?export={name}") for kind, name in export_names(f"case-{found.reference}")]
    return render(request, "intake/cases/case_detail.html", context)


def closed_words(it: Request) -> str:
    """Why the case cannot be changed, and what to do."""
    if it.state == State.READY:
        return _("The request is ready for decision: its case is frozen. Move it back to assessment to change it.")
    return _("The request is “%(state)s”: its case stays as it is.") % {"state": it.get_state_display()}


def case_approved(request: HttpRequest, reference: str, number: int) -> HttpResponseBase:
    """A case as it was frozen when it was put up for decision."""
    found, context = request_page(request, reference, "case")
    frozen = get_object_or_404(ApprovedCase.objects.select_related("frozen_by"), request=found, number=number)
    if form := request.GET.get("export"):
        name = f"case-{found.reference}-{number}"
        return export_response(columns(), rows_of(frozen.document, found.reference), name=name, form=form_of(form))
    context |= case_page(frozen.document, request.GET.get("option", ""))
    context |= {
        "frozen": frozen,
        "exports": [(kind, f"?export={name}") for kind, name in export_names(f"case-{found.reference}-{number}")],
    }
    return render(request, "intake/cases/case_approved.html", context)


# As a file


@require_safe
def case_template(request: HttpRequest) -> HttpResponseBase:
    """A file to fill in, with examples to write over; `?request=` is put into it, `?export=case.xlsx` says as what."""
    reference = request.GET.get("request", "").strip()[:20]
    found = Request.objects.visible_to(request.user).filter(reference=reference).first()
    rows = template_rows(found.reference if found else "", found.currency if found else "GBP", timezone.localdate())
    return export_response(columns(), rows, name="business-case", form=form_of(request.GET.get("export", "csv")))


@require_safe
def case_find(request: HttpRequest) -> HttpResponse:
    """Requests that fit what is being typed, as options of a control; those that the person sees and that are not decided."""
    text = request.GET.get("q", "").strip()[:100]
    rows = Request.objects.visible_to(request.user).active().filter(state__in=OPEN_STATES)
    rows = rows.filter(Q(reference__istartswith=text) | Q(title__icontains=text)) if text else rows
    options = rows.order_by("-pk").values_list("reference", "title")[:12]
    return render(request, "portfolio/raid/_options.html", {"options": options})


# Writing


def editable(request: HttpRequest, reference: str) -> tuple[Request, BusinessCase]:
    """The request and its case, for one who may write it. 404 without a case."""
    found = request_for(request.user, reference, "request.edit")
    case = case_of(found)
    if case is None:
        raise Http404
    case.request = found
    return found, case


def back_if_closed(request: HttpRequest, found: Request) -> HttpResponse | None:
    """To the figures, with a word why, where nothing can be changed any more, or not by this person now. A POST that comes
    too late is answered by its form, so that nothing typed is lost."""
    own_turn = found.state in editable_in(request_actions(request.user, found))
    if is_open(found) and own_turn:
        return None
    if not is_open(found) and request.method == "POST":
        return None
    messages.info(
        request, closed_words(found) if not is_open(found) else _("The office has the request now and keeps its case.")
    )
    return redirect(case_url(found))


def page_context(found: Request, case: BusinessCase, title: str) -> dict[str, Any]:
    """What every page of writing shows."""
    return {"it": found, "case": case, "page_title": title, "cancel_url": case_url(found), "no_as_of": True}


@require_POST
def case_start(request: HttpRequest, reference: str) -> HttpResponse:
    """Begin a business case."""
    found = request_for(request.user, reference, "request.edit")
    if away := back_if_closed(request, found):
        return away
    return answer_button(request, lambda: start_case(found, at=timezone.localtime()), back=case_url(found))


def case_edit(request: HttpRequest, reference: str) -> HttpResponse:
    """The terms of the case and what words alone can say."""
    found, case = editable(request, reference)
    if away := back_if_closed(request, found):
        return away

    def remake(current: BusinessCase) -> TermsForm:
        return TermsForm(instance=current)

    return answer_form(
        request,
        TermsForm(typed(request, lambda: remake(case)), instance=BusinessCase.objects.get(pk=case.pk)),
        lambda valid: edit_case(
            case,
            changes=valid.values(),
            version=valid.cleaned_data["version"] or 0,
            move_figures=valid.cleaned_data["move_figures"],
        ),
        done=lambda changed: case_url(found),
        template="intake/cases/terms_form.html",
        context=page_context(found, case, _("Terms of the business case")),
        said=_("Your changes were saved."),
        remake=remake,
    )


def option_of(case: BusinessCase, pk: int) -> CaseOption:
    """The option of this case. 404 for another one's."""
    option: CaseOption = get_object_or_404(CaseOption, case=case, pk=pk)
    option.case = case
    return option


def case_option_add(request: HttpRequest, reference: str) -> HttpResponse:
    """Add an option."""
    found, case = editable(request, reference)
    if away := back_if_closed(request, found):
        return away
    return answer_form(
        request,
        OptionForm(request.POST or None, case=case),
        lambda valid: add_option(case, values=valid.values(), copy_of=valid.cleaned_data["copy_of"]),
        done=lambda made: reverse("intake:case-lines", args=[found.reference, made.pk]),
        template="intake/cases/option_form.html",
        context=page_context(found, case, _("Add an option")),
        said=_("“%(it)s” was added."),
    )


def case_option_edit(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Rename an option, prefer it, say that it is doing nothing."""
    found, case = editable(request, reference)
    if away := back_if_closed(request, found):
        return away
    option = option_of(case, pk)

    def remake(current: CaseOption) -> OptionForm:
        return OptionForm(instance=current, case=case)

    return answer_form(
        request,
        OptionForm(typed(request, lambda: remake(option)), instance=option_of(case, pk), case=case),
        lambda valid: edit_option(option, changes=valid.values(), version=valid.cleaned_data["version"] or 0),
        done=lambda changed: f"{case_url(found)}?option={pk}",
        template="intake/cases/option_form.html",
        context=page_context(found, case, _("Edit “%(option)s”") % {"option": option}) | {"option": option},
        said=_("Your changes were saved."),
        remake=remake,
    )


@require_POST
def case_option_remove(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Remove an option; its figures stay in the history."""
    found, case = editable(request, reference)
    option = option_of(case, pk)
    if away := back_if_closed(request, found):
        return away
    return answer_button(
        request,
        lambda: remove_option(option),
        back=case_url(found),
        said=_("“%(option)s” was removed.") % {"option": option.name},
    )


def case_lines(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """The grid of an option's costs and benefits: a row a line, a column a year."""
    found, case = editable(request, reference)
    if away := back_if_closed(request, found):
        return away
    option = option_of(case, pk)

    def make(data: Any = None) -> LinesForm:
        return LinesForm(data, option=option_of(case, pk), case=case, request=found)

    context = page_context(found, case, _("Figures of “%(option)s”") % {"option": option}) | {"option": option}
    return answer_grid(
        request,
        make,
        lambda valid: write_lines(option, rows=valid.values(), version=valid.cleaned_data["version"] or 0),
        done=f"{case_url(found)}?option={pk}",
        template="intake/cases/lines_form.html",
        context=context,
    )


def case_effort(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """The grid of an option's effort: a row a role, a column a month; `?from=2027-01` shows other months."""
    found, case = editable(request, reference)
    if away := back_if_closed(request, found):
        return away
    option = option_of(case, pk)
    first, months = months_asked(request, case, option)

    def make(data: Any = None) -> EffortForm:
        return EffortForm(data, option=option_of(case, pk), case=case, first=first, months=months)

    context = page_context(found, case, _("Effort of “%(option)s”") % {"option": option}) | {
        "option": option,
        "earlier": f"?from={month_after(first, -MONTHS_SHOWN):%Y-%m}",
        "later": f"?from={month_after(first, MONTHS_SHOWN):%Y-%m}",
        "first": first,
        "last": month_after(first, months - 1),
    }
    return answer_grid(
        request,
        make,
        lambda valid: write_efforts(option, rows=valid.values(), version=valid.cleaned_data["version"] or 0),
        done=f"{case_url(found)}?option={pk}#effort",
        template="intake/cases/effort_form.html",
        context=context,
    )


def months_asked(request: HttpRequest, case: BusinessCase, option: CaseOption) -> tuple[date, int]:
    """The first month that the page shows, and how many: the saved ones if they fit, else twelve."""
    asked = request.GET.get("from", "")
    try:
        first = date.fromisoformat(f"{asked}-01")
    except ValueError:
        first = None
    if first is not None and 1900 < first.year < 2300:
        return first, MONTHS_SHOWN
    found = list(option.efforts.order_by("month_on").values_list("month_on", flat=True))
    if not found:
        return date(case.base_year, case.first_month, 1), MONTHS_SHOWN
    span = (found[-1].year - found[0].year) * 12 + found[-1].month - found[0].month + 1
    return found[0], max(MONTHS_SHOWN, min(span, MOST_MONTHS))


def answer_grid(
    request: HttpRequest,
    make: Callable[..., Any],
    act: Callable[[Any], Any],
    *,
    done: str,
    template: str,
    context: dict[str, Any],
) -> HttpResponse:
    """As `core.views.editing.answer_form`, for a table: two writers' changes are put together, and only cells that both
    changed are asked about (409)."""
    if request.method != "POST":
        return render(request, template, context | {"form": make()})
    form: Grid = make(chosen(request.POST, make()))
    conflict = None
    if form.is_valid():
        try:
            act(form)
        except EditConflict as error:
            data, conflict = put_together(form, make(), error.current, **last_writer(error.current))
            form = make(data)
            form.is_valid()
        except ActionError as error:
            form.add_error(None, str(error))
        except IntegrityError:
            form.add_error(None, _("Somebody saved the same at this moment. Look at it before you save again."))
        else:
            messages.success(request, _("Your changes were saved."))
            return redirect(done)
    count = sum(len(errors) for errors in form.errors.values())
    context |= {
        "form": form,
        "conflict": conflict,
        "error_count": ngettext("%(count)d cell needs another look", "%(count)d cells need another look", count)
        % {"count": count},
    }
    return render(request, template, context, status=409 if conflict else 422)


def last_writer(row: Any) -> dict[str, Any]:
    """Who saved the row last, and when."""
    events = type(row).pgh_event_model.objects.filter(pgh_obj_id=row.pk)
    last = events.order_by("-pgh_id").select_related("pgh_context").first()
    user = (last.pgh_context.metadata or {}).get("user") if last is not None and last.pgh_context else None
    person = User.objects.filter(pk=user).first() if user else None
    return {"by": str(person or _("Somebody")), "at": row.updated_at}
