"""The import wizard: file, table, columns, preview, result. Every step has an address that survives closing the page."""

from typing import Any

from django.core.files import File
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.access import import_for, import_rows, import_targets, imports_visible_to, reads_imports
from core.actions.imports import answer_import, cancel_import, choose_table, confirm_import, limits, map_import, start_import
from core.errors import ActionError
from core.exports import Column, export_response
from core.forms.imports import ColumnsForm, TableForm, UploadForm
from core.imports import progress
from core.imports.registry import ASK, Target, target_of
from core.imports.words import STATES, say, say_all, shown_day
from core.models import ImportJob, ImportRow, ImportState, ImportVerdict
from core.views.editing import answer_button, answer_form, sent_version

_ROWS_SHOWN = 50
_STEP = {
    ImportState.READ: "core:import-columns",
    ImportState.PREVIEWED: "core:import-preview",
    ImportState.APPLIED: "core:import-result",
}
_ELSEWHERE = {
    "status": (gettext_lazy("Status update"), "text"),
    "external_id": (gettext_lazy("Identifier"), "text"),
    "project_forecast_finish_on": (gettext_lazy("Forecast finish of the project"), "finish"),
    "project_forecast": (gettext_lazy("Forecast cost of the project"), "money"),
}
"""What differences are called that no field of the target names, and of which kind they are."""
_WORDS = {
    ImportState.UPLOADED: gettext_lazy("Waiting for a worker to read the file"),
    ImportState.READING: gettext_lazy("Reading the file"),
    ImportState.MAPPED: gettext_lazy("Waiting for a worker to work the preview out"),
    ImportState.PLANNING: gettext_lazy("Comparing each row with what is there"),
    ImportState.CONFIRMED: gettext_lazy("Waiting for a worker to import"),
    ImportState.APPLYING: gettext_lazy("Importing"),
}


def detail_url(job: ImportJob) -> str:
    """The page that says where an import is."""
    return reverse("core:import-detail", args=[job.pk])


@require_http_methods(["GET", "HEAD", "POST"])
def import_list(request: HttpRequest) -> HttpResponse:
    """Upload a file; earlier imports below. Who only reads them sees those alone; what they send is refused."""
    jobs = imports_visible_to(request.user).defer("reading", "mapping")
    page = Paginator(jobs, 25).get_page(request.GET.get("page"))
    if reads_imports(request.user) and request.method != "POST":
        return render(request, "core/imports/import_list.html", {"page": page, "no_as_of": True})
    targets = import_targets(request.user)

    def act(valid: UploadForm) -> ImportJob:
        upload = valid.cleaned_data["file"]
        return start_import(target=valid.cleaned_data["target"], file=File(upload), name=upload.name, by=request.user)

    return answer_form(
        request,
        UploadForm(request.POST or None, request.FILES or None, targets=targets, target=request.GET.get("target", "")),
        act,
        done=detail_url,
        template="core/imports/import_list.html",
        context={"page": page, "limit": limits(), "no_as_of": True},
    )


@require_safe
def import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the import is: the progress of a running step, why it failed, else on to the step that waits."""
    job = import_for(request.user, pk, "import.view")
    step = _STEP.get(ImportState(job.state))
    if step:
        return redirect(step, pk=job.pk)
    context = _context(job) | {"words": _WORDS.get(ImportState(job.state), ""), "error": say(job.error)}
    done, total = progress.told(job.pk) or (0, 0)
    return render(request, "core/imports/import_detail.html", context | {"done": done, "total": total})


@require_safe
def import_progress(request: HttpRequest, pk: int) -> JsonResponse:
    """How far it is, for static/js/progress.js."""
    job = import_for(request.user, pk, "import.view")
    done, total = progress.told(job.pk) or (0, 0)
    state = "running" if job.is_running else "failed" if job.state == ImportState.FAILED else "finished"
    answer: dict[str, Any] = {
        "state": state,
        "done": done,
        "total": total,
        "message": str(_WORDS.get(ImportState(job.state), "")),
    }
    if not job.is_running:
        answer["redirect"] = detail_url(job)
    return JsonResponse(answer)


@require_http_methods(["GET", "HEAD", "POST"])
def import_table(request: HttpRequest, pk: int) -> HttpResponse:
    """Take another sheet, header line or direction."""
    job = import_for(request.user, pk)
    if not job.reading:
        return redirect("core:import-detail", pk=job.pk)
    initial = {"sheet": job.sheet, "header_line": max(job.header_line or 1, 1), "transposed": job.transposed}

    def act(valid: TableForm) -> None:
        data = valid.cleaned_data
        line = data["header_line"] - 1 if data["transposed"] else data["header_line"]
        choose_table(job=job, sheet=data["sheet"], header_line=line, transposed=data["transposed"])

    return answer_form(
        request,
        TableForm(request.POST or None, job=job, initial=initial),
        act,
        done=lambda chosen: detail_url(job),
        template="core/imports/import_table.html",
        context=_context(job) | {"lines": job.reading.get("lines", [])},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def import_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Place the columns on fields; say what holds for the whole file."""
    job = import_for(request.user, pk)
    if job.state not in (ImportState.READ, ImportState.PREVIEWED):
        return redirect("core:import-detail", pk=job.pk)
    form = ColumnsForm(request.POST or None, job=job, target=target_of(job.target))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            map_import(
                job=job,
                mapping=form.mapping(),
                options=form.options(),
                name=data["name"],
                by=request.user,
                version=data["version"],
            )
            return redirect("core:import-detail", pk=job.pk)
        except ActionError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
    same = imports_visible_to(request.user).filter(sha256=job.sha256, target=job.target, state=ImportState.APPLIED)
    context = _context(job) | {
        "form": form,
        "rows": form.rows(),
        "options": [form[name] for name in form.OPTIONS if name in form.fields],
        "notes": say_all(job.reading.get("notes", [])),
        "refused": [(name, say(why)) for name, why in job.reading.get("refused", {}).items()],
        "earlier": same.first(),
        "placed": sum(1 for key in job.mapping.values() if key not in ("", "custom")),
    }
    return render(request, "core/imports/import_columns.html", context, status=422 if form.errors else 200)


@require_safe
def import_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Every row that will be created, changed or left, and every cell that could not be read."""
    job = import_for(request.user, pk)
    if job.state != ImportState.PREVIEWED:
        return redirect("core:import-detail", pk=job.pk)
    return render(request, "core/imports/import_preview.html", _context(job) | _rows(request, job) | _summary(job))


@require_safe
def import_result(request: HttpRequest, pk: int) -> HttpResponse:
    """What was imported, with every row as it was planned."""
    job = import_for(request.user, pk, "import.view")
    if job.state != ImportState.APPLIED:
        return redirect("core:import-detail", pk=job.pk)
    context = _context(job) | _rows(request, job) | _summary(job)
    context |= {"list_url": _list_url(target_of(job.target)), "may_import": not reads_imports(request.user)}
    return render(request, "core/imports/import_result.html", context)


@require_POST
def import_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer questions about rows that are like something existing; the preview is made again."""
    job = import_for(request.user, pk)
    answers = {
        key.removeprefix("answer-"): str(value) for key, value in request.POST.items() if key.startswith("answer-") and value
    }
    return answer_button(
        request,
        lambda: answer_import(job=job, answers=answers, similar=request.POST.get("all", "")),
        back=detail_url(job),
    )


@require_POST
def import_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Write what the preview shows."""
    job = import_for(request.user, pk)
    return answer_button(
        request,
        lambda: confirm_import(job=job, by=request.user, version=sent_version(request)),
        back=detail_url(job),
    )


@require_POST
def import_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """End the import; nothing is written."""
    job = import_for(request.user, pk)
    return answer_button(
        request,
        lambda: cancel_import(job=job, at=timezone.now()),
        back="core:import-list",
        said=_("The import of %(file)s is cancelled. Nothing was written.") % {"file": job.name},
    )


@require_safe
def import_losses(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The loss report as a file: every cell without a value and every row left out, with line, column, text and reason."""
    job = import_for(request.user, pk, "import.view")
    columns = [
        Column(_("Cell"), "place"), Column(_("Column"), "column"), Column(_("Row"), "title"), Column(_("What happened"), "state"),
        Column(_("Text"), "text", kind="long"), Column(_("Why"), "why", kind="long"),
    ]  # fmt: skip
    form = "xlsx" if request.GET.get("form") == "xlsx" else "csv"
    return export_response(columns, _losses(import_rows(request.user, job)), name=f"{job.name} losses", form=form)


def _losses(rows: "QuerySet[ImportRow]") -> Any:
    for row in rows.filter(Q(loss_count__gt=0) | Q(verdict=ImportVerdict.REFUSE)).iterator():
        if row.verdict == ImportVerdict.REFUSE:
            yield {
                "place": row.place,
                "title": row.title,
                "state": row.get_verdict_display(),
                "why": " ".join(say_all(row.notes)),
            }
        for loss in row.losses:
            yield loss | {"title": row.title, "state": str(STATES[loss["state"]]), "why": say(loss.get("problem", []))}


# --- What the templates show ----------------------------------------------------------------------------------------


def _context(job: ImportJob) -> dict[str, Any]:
    done = [ImportState.UPLOADED, ImportState.READ, ImportState.PREVIEWED, ImportState.APPLIED]
    at = {ImportState.READING: 0, ImportState.UPLOADED: 0, ImportState.READ: 1, ImportState.MAPPED: 2, ImportState.PLANNING: 2,
          ImportState.PREVIEWED: 2, ImportState.CONFIRMED: 3, ImportState.APPLYING: 3, ImportState.APPLIED: 4}  # fmt: skip
    labels = [_("File"), _("Columns"), _("Preview"), _("Result")]
    now = at.get(ImportState(job.state), len(done) if job.has_ended else 0)
    steps = [{"label": label, "done": number < now, "current": number == min(now, 3)} for number, label in enumerate(labels)]
    return {"job": job, "target": target_of(job.target), "steps": steps, "no_as_of": True}


def _rows(request: HttpRequest, job: ImportJob) -> dict[str, Any]:
    """The filtered page of rows, ready to show. One query for the count, one for the rows."""
    verdict, words, loss = request.GET.get("verdict", ""), request.GET.get("q", "").strip(), request.GET.get("loss", "")
    rows = import_rows(request.user, job)
    if verdict in ImportVerdict.values:
        rows = rows.filter(verdict=verdict)
    if loss:
        rows = rows.filter(loss_count__gt=0)
    if words:
        rows = rows.filter(Q(title__icontains=words) | Q(reference__icontains=words) | Q(place=words))
    page = Paginator(rows, _ROWS_SHOWN).get_page(request.GET.get("page"))
    target = target_of(job.target)
    shown = [_shown(row, target, str(job.options.get("currency", ""))) for row in page.object_list]
    return {"page": page, "rows": shown, "verdict": verdict, "words": words, "loss": loss, "verdicts": ImportVerdict.choices}


def _shown(row: ImportRow, target: Target, currency: str) -> dict[str, Any]:
    differences: list[dict[str, Any]] = []
    for key, before, after in row.differences:
        field = target.field(key)
        if key.startswith("custom:"):
            label, kind = key.removeprefix("custom:").splitlines()[0], "text"
        else:
            label, kind = (field.label, field.kind) if field else _ELSEWHERE.get(key, (key, "text"))
        if kind not in ("text", "long", "id"):
            before, after = shown_day(before), shown_day(after)
        elif key == "status":
            after = shown_day(after)
        differences.append({"label": label, "kind": kind, "before": before, "after": after})
    losses = [loss | {"word": STATES[loss["state"]], "why": say(loss.get("problem", []))} for loss in row.losses]
    return {
        "row": row,
        "differences": differences,
        "losses": losses,
        "notes": say_all(row.notes),
        "currency": next((each["after"] for each in differences if each["label"] == _("Currency")), currency),
    }


def _summary(job: ImportJob) -> dict[str, Any]:
    report = job.report
    counts = report.get("verdicts", {})
    writes = sum(counts.get(verdict, 0) for verdict in ("create", "change"))
    return {
        "figures": [
            (value, label, counts.get(value, 0))
            for value, label in ImportVerdict.choices
            if value in counts or value in ("create", "change", "leave")
        ],
        "questions": counts.get(ASK, 0),
        "writes": writes,
        "loss_columns": report.get("loss_columns", []),
        "losses": [(STATES[state], count) for state, count in report.get("losses", {}).items()],
        "loss_total": sum(report.get("losses", {}).values()),
        "assumptions": [
            (each["column"].splitlines()[0], say(each["note"]), each["count"]) for each in report.get("assumptions", [])
        ],
        "notes": say_all(report.get("notes", [])),
        "makes": _makes(report.get("makes", {})),
        "made": _made(report.get("made", {})),
        "changed_since": report.get("changed_since", ""),
        "as_at": shown_day(job.options.get("as_at", "")),
    }


def _makes(makes: dict[str, list[str]]) -> list[tuple[str, list[str]]]:
    words = {
        "unit": _("New organisation units"),
        "portfolio": _("New portfolios"),
        "programme": _("New programmes"),
        "custom": _("New further fields"),
        "category": _("New categories"),
    }
    return [(words.get(kind, kind), names) for kind, names in makes.items() if names]


def _made(made: dict[str, int]) -> list[tuple[str, int]]:
    words = {
        "created": _("created"), "changed": _("changed"), "updates": _("status updates added"), "corrected": _("of them corrections"),
        "ratings": _("assurance ratings added"), "units": _("organisation units made"), "portfolios": _("portfolios made"),
        "programmes": _("programmes made"), "custom_fields": _("further fields made"), "identifiers": _("identifiers kept"),
        "categories": _("categories made"), "responses": _("responses made"), "readings": _("readings of risks kept"),
        "drafts": _("drafts kept"), "forecasts": _("forecasts of projects moved"), "invited": _("invited by e-mail"), "roles": _("roles given"),
    }  # fmt: skip
    return [(words.get(kind, kind), count) for kind, count in made.items() if count]


def _list_url(target: Target) -> str:
    try:
        return reverse(target.list_url) + target.list_query if target.list_url else ""
    except NoReverseMatch:
        return ""
