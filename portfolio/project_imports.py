"""The import target "projects": which columns people have, and which fields they mean (docs/adr/0005-import.md)."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.access import may
from core.formulas.mapping import Field
from core.imports.registry import Target, register, rows_about_unseen
from portfolio.actions.project_import.plan import apply_projects, plan_projects
from portfolio.models import Project

_STORY = r"narrative|commentary|comment|explanation|reason|description|rationale|notes?\b"
_WHO, _WHAT = _("Which project"), _("About the project")
_WHEN, _MONEY, _STATUS = _("Dates"), _("Money"), _("Status on the day")

PHASES = {
    "initiation": ("initiation", "initiate", "idea", "pipeline", "proposed", "concept", "feasibility", "start up", "pre initiation"),
    "planning": ("planning", "plan", "definition", "design", "development", "not started", "approved", "to do", "pending"),
    "delivery": (
        "delivery", "deliver", "execution", "executing", "implementation", "in progress", "active", "ongoing", "construction",
        "live", "underway", "under way", "started", "build", "monitoring",
    ),
    "closing": ("closing", "close", "closure", "closeout", "close out", "handover", "transition", "completed costs pending"),
    "closed": ("closed", "complete", "completed", "done", "finished", "operational", "completed closed", "resolved"),
    "cancelled": ("cancelled", "canceled", "stopped", "terminated", "withdrawn", "abandoned", "rejected"),
}  # fmt: skip
TIERS = {
    "1": ("1", "1.0", "tier 1", "one", "high"),
    "2": ("2", "2.0", "tier 2", "two", "medium"),
    "3": ("3", "3.0", "tier 3", "three", "low"),
}


def _choices(words: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    return {word: value for value, known in words.items() for word in known}


FIELDS = (
    Field("reference", _("Reference"), "id", ("Reference", "Project reference", "PMO reference"), group=_WHO,
          pattern=r"^PRJ-\d{4,}$", never=_STORY),
    Field("external_id", _("Identifier in its source"), "id",
          ("GMPP ID Number", "Project ID", "Unique ID", "Identifier", "ID", "Project number", "Project code", "Investment ID", "UII",
           "Unique investment identifier", "Issue key", "External ID", "Programme ID", "Code", "Key", "Record ID", "Project UID",
           "Work ID", "Activity ID", "Project key", "Project no", "Source ID", "Reference", "Reference number", "Ref"),
          unique=True,
        never=_STORY + r"|name|parent", longest=120, group=_WHO),
    Field("title", _("Title"), "text", needed=True, synonyms=
          ("Project name", "Project title", "Title", "Name", "Programme name", "Programme title", "Investment title", "Investment name",
           "Initiative", "Project", "Task name", "Project / programme", "Project / programme name", "Scheme name", "Name of project",
           "Work name", "Activity name", "Epic name", "Summary"),
          never=r"manager|owner|sponsor|lead\b|sro|contact|proponent|file|type|status|department", group=_WHO),
    Field("unit", _("Organisation unit"), "text",
          ("Department", "Organisation unit", "Unit", "Organisation", "Lead department", "Agency", "Ministry", "Bureau", "Business unit",
           "Directorate", "Division", "Department name", "Organisation name", "Sponsoring department", "Lead agency", "Owning organisation",
           "Responsible department", "Agency name", "Bureau name", "Group", "Service area"),
          never=_STORY + r"|acronym|code", longest=150, group=_WHAT),
    Field("portfolio", _("Portfolio"), "text", ("Portfolio", "Portfolio name"),
        exact=True, never=_STORY + r"|category|manager|owner|id\b",
          longest=200, group=_WHAT),
    Field("programme", _("Programme"), "text", ("Programme", "Parent programme", "Part of programme", "Parent program"),
        exact=True,
          never=_STORY + r"|name|manager|director|id\b|title", longest=200, group=_WHAT),
    Field("category", _("Category"), "text",
          ("Annual Report Category", "Category", "Project type", "Type", "Project category", "Sector", "Investment type", "Portfolio category",
           "Classification", "Issue type", "GMPP category", "Work type"),
          never=_STORY + r"|risk|cost|status", longest=120, group=_WHAT),
    Field("tags", _("Tags"), "list", ("Tags", "Labels", "Keywords"), longest=50, group=_WHAT),
    Field("purpose", _("Purpose"), "long", ("Purpose", "Aim", "Aims", "Objectives", "Goal", "Business need", "Project objectives"), group=_WHAT),
    Field("description", _("Description"), "long",
          ("Description / Aims", "Description", "Project description", "Summary", "Scope", "Project summary", "Description of project",
           "Project overview", "Overview", "Background", "Investment description", "Details"),
          never=r"status|narrative|commentary|schedule|budget", group=_WHAT),
    Field("phase", _("Phase"), "choice", ("Phase", "Stage", "Lifecycle phase", "Project phase", "Life cycle stage", "Project stage",
          "Lifecycle stage", "Project status", "Status", "State", "Status category"),
          never=_STORY + r"|rag|granted|expires|date", choices=_choices(PHASES), group=_WHAT),
    Field("tier", _("Tier"), "choice", ("Tier", "Governance tier"), choices=_choices(TIERS), group=_WHAT),
    Field("sponsor", _("Sponsor"), "text",
          ("Sponsor", "Senior Responsible Owner", "SRO", "Executive sponsor", "Project sponsor", "SRO name", "Accountable executive",
           "Business sponsor"),
          never=_STORY + r"|assess|rating|dca|rag|confidence|department", longest=200, group=_WHAT),
    Field("manager", _("Project manager"), "text",
          ("Project manager", "Manager", "Programme director", "Project director", "Project lead", "Project owner", "Owner", "Assignee",
           "Programme manager", "PM", "Project manager name", "Lead"),
          never=_STORY + r"|rating|department|agency|lead department|id$", longest=200, group=_WHAT),
    Field("is_confidential", _("Confidential"), "boolean", ("Confidential", "Is confidential"), group=_WHAT),
    Field("planned_start_on", _("Planned start"), "start",
          ("Project - Start Date", "Start date", "Planned start", "Project start date", "Planned start date", "Baseline start", "Start",
           "Approved start date", "Commencement date", "Target start", "Latest approved start date", "Begin date"),
          never=_STORY + r"|actual|forecast|delay|after", group=_WHEN),
    Field("planned_finish_on", _("Planned finish"), "finish",
          ("Project - End Date", "End date", "Planned finish", "Planned end date", "Project end date", "Finish date", "Finish",
           "Estimated completion date", "Completion date", "Baseline finish", "Planned completion date", "Due date", "Target end",
           "Target date", "Approved end date", "Latest approved end date", "Deadline", "Target completion date", "Expected completion date"),
          never=_STORY + r"|actual|forecast|delay|raw", group=_WHEN),
    Field("forecast_start_on", _("Forecast start"), "start", ("Forecast start", "Forecast start date", "Expected start", "Projected start date"),
          never=_STORY, group=_WHEN),
    Field("forecast_finish_on", _("Forecast finish"), "finish",
          ("Forecast finish", "Forecast end date", "Forecast completion date", "Projected completion date", "Forecast finish date",
           "Projected end date", "Current forecast end date", "Estimated finish"),
          never=_STORY + r"|cost|budget|£|spend", group=_WHEN),
    Field("actual_start_on", _("Actual start"), "start", ("Actual start", "Actual start date"), never=_STORY + r"|delay|duration", group=_WHEN),
    Field("actual_finish_on", _("Actual finish"), "finish", ("Actual finish", "Actual end date", "Actual completion date", "Actual end", "Resolved"),
          never=_STORY + r"|cost", group=_WHEN),
    Field("currency", _("Currency"), "currency", ("Currency", "Currency code"), group=_MONEY),
    Field("budget", _("Approved budget, whole life"), "money",
          ("TOTAL Baseline Whole Life Costs", "Whole-life budget", "Whole life cost", "Total budget", "Budget", "Approved budget",
           "Approved budget, whole life", "Total project cost", "Planned cost", "Total cost", "Whole life cost baseline", "BAC",
           "Budget at completion", "Capital cost", "Estimated cost", "Project cost", "Project budget", "Estimated total cost",
           "Baseline cost", "Total investment cost", "Lifecycle cost", "Departmentally agreed whole life cost", "Approved cost", "Budget total",
           "Projected total cost", "Planned cost usd m"),
          never=_STORY + r"|forecast|actual|variance|year|spend|to date|remaining|benefit", group=_MONEY),
    Field("forecast", _("Forecast cost, whole life"), "money",
          ("Forecast cost, whole life", "Forecast whole life cost", "Forecast cost", "Forecast", "EAC", "Estimate at completion",
           "Projected cost", "Current forecast", "Forecast total cost", "Cost forecast", "Total forecast"),
          never=_STORY + r"|year|variance|benefit|date", group=_MONEY),
    Field("spend", _("Spend to date"), "money",
          ("Spend to date", "Actual cost", "Expenditure to date", "Spent", "Actuals", "Cost to date", "Actual spend", "Spending to date",
           "Actual cost to date", "Total spend", "Spent to date"),
          never=_STORY + r"|variance|remaining|enhancement", group=_MONEY),
    Field("contingency", _("Contingency"), "money",
          ("Contingency", "Contingency budget", "Risk contingency", "Risk allowance", "Contingency amount", "Risk budget"),
          never=_STORY + r"|variance|remaining|plan", group=_MONEY),
    Field("year_label", _("Financial year"), "text", ("Financial year", "Fiscal year", "FY"), never=_STORY + r"|baseline|forecast|variance|budget",
          longest=12, group=_MONEY),
    Field("year_budget", _("Budget, financial year"), "money",
          ("Financial Year Baseline", "Budget, financial year", "FY baseline", "In-year budget", "Annual budget", "Financial year budget",
           "Current year budget", "Baseline for the financial year"),
          never=_STORY + r"|forecast|variance|spend", group=_MONEY),
    Field("year_forecast", _("Forecast, financial year"), "money",
          ("Financial Year Forecast", "Forecast, financial year", "FY forecast", "In-year forecast", "Annual forecast", "Current year forecast"),
          never=_STORY + r"|baseline|variance", group=_MONEY),
    Field("benefits", _("Planned benefits, whole life"), "money",
          ("TOTAL Baseline Benefits", "Planned benefits, whole life", "Benefits", "Monetised benefits", "Whole life benefits", "Total benefits",
           "Expected benefits", "Benefits value"),
          never=_STORY + r"|cost\b|budget", group=_MONEY),
    Field("benefits_summary", _("Benefits summary"), "long", ("Benefits summary", "Benefits description", "Expected outcomes"), group=_MONEY),
    Field("as_at", _("As-at day"), "date",
          ("As at", "As of date", "Report date", "Status date", "Data date", "Snapshot date", "Reporting date", "As at date", "Period end",
           "Reporting period", "Date of report"), never=_STORY, group=_STATUS),
    Field("overall", _("Overall rating"), "rag",
          ("SRO Delivery Confidence Assessment", "SRO rating", "Overall RAG", "RAG status", "Overall status", "Overall health", "Health",
           "Overall rating", "Status RAG", "Project health", "RAG", "SRO DCA", "SRO delivery confidence", "Overall", "Declared rating", "Project RAG",
           "Schedule health overall", "RAG rating", "Status"),
          never=_STORY + r"|ipa|mpa|nista|action|cost|budget|risk|schedule|benefit", dated=True, group=_STATUS),
    Field("schedule", _("Schedule rating"), "rag", ("Schedule RAG", "Schedule health", "Time RAG", "Schedule status", "Schedule", "Timeline RAG",
          "Schedule rating"), never=_STORY, dated=True, group=_STATUS),
    Field("cost", _("Cost rating"), "rag", ("Cost RAG", "Budget RAG", "Cost health", "Budget health", "Finance RAG", "Cost status", "Budget status",
          "Cost rating", "Financial health"), never=_STORY, dated=True, group=_STATUS),
    Field("scope", _("Scope rating"), "rag", ("Scope RAG", "Scope health", "Scope status", "Scope rating", "Quality RAG"), never=_STORY, dated=True,
          group=_STATUS),
    Field("benefits_rating", _("Benefits rating"), "rag", ("Benefits RAG", "Benefits health", "Benefits status", "Benefits rating"),
          never=_STORY, dated=True, group=_STATUS),
    Field("risk", _("Risk rating"), "rag", ("Risk RAG", "Risk health", "Risk status", "Risk rating"), never=_STORY, dated=True, group=_STATUS),
    Field("resources", _("Resources rating"), "rag", ("Resources RAG", "Resource health", "Resource RAG", "Resources status", "Resources rating"),
          never=_STORY, dated=True, group=_STATUS),
    Field("assurance", _("Assurance rating"), "assurance",
          ("IPA Delivery Confidence Assessment", "IPA RAG rating", "IPA rating", "NISTA Delivery Confidence Assessment", "NISTA rating",
           "MPA RAG rating", "MPA rating", "Assurance rating", "CIO evaluation", "CIO rating", "Delivery Confidence Assessment",
           "Delivery confidence", "IPA DCA", "CIO evaluation 1 to 5", "Assurance", "NISTA RAG rating", "DCA", "CIO risk rating",
           "Overall delivery confidence"),
          never=_STORY + r"|sro|action", dated=True, group=_STATUS),
    Field("summary", _("Executive summary"), "long",
          ("Departmental commentary on actions planned or taken on the IPA RAG rating", "Executive summary", "Status summary", "Status comment",
           "Commentary", "Status update", "Departmental commentary", "Status report", "Comments", "Status notes", "Latest update",
           "Department commentary on actions planned or taken on the MPA RAG rating", "Departmental commentary on SRO rating", "Narrative"),
          many=True, dated=True, group=_STATUS),
    Field("achieved", _("Achieved this period"), "long", ("Achieved", "Achieved this period", "Accomplishments", "Progress this period"), dated=True,
          group=_STATUS),
    Field("planned_next", _("Planned next"), "long", ("Planned next", "Next steps", "Next period", "Planned activities"), dated=True, group=_STATUS),
    Field("percent_complete", _("Percent complete"), "percent", ("% complete", "Percent complete", "Percentage complete", "Progress %", "Complete %",
          "Progress", "% work complete"), never=_STORY + r"|date|variance", dated=True, group=_STATUS),
    Field("schedule_comment", _("Comment on the schedule"), "long",
          ("Departmental narrative on schedule, including any deviation from planned schedule", "Departmental narrative on schedule",
           "Schedule narrative", "Schedule comment", "Schedule commentary"), many=True, dated=True, group=_STATUS),
    Field("cost_comment", _("Comment on the cost"), "long",
          ("Departmental narrative on budget/forecast variance", "Departmental narrative on budget/forecast variance for 9999/99",
           "Departmental Narrative on Budgeted Whole Life Costs", "Budget narrative", "Cost comment", "Cost commentary", "Variance explanation",
           "Departmental narrative on budget"), many=True, dated=True, group=_STATUS),
    Field("benefits_comment", _("Comment on the benefits"), "long",
          ("Departmental Narrative on Budgeted Benefits", "Benefits narrative", "Benefits comment", "Departmental narrative on benefits"),
          many=True, dated=True, group=_STATUS),
)  # fmt: skip

DERIVED = frozenset({"declared", "computed", "assured", "rating", "last update", "changed", "updated", "freshness"})
"""Columns of the project list that no file can set: ratings belong to updates, moments to history."""


def may_import(user: Any) -> bool:
    """Whether the person may load projects: the action `import.run`, everywhere."""
    return may(user, "import.run")


PROJECTS = Target(
    key="projects",
    label=_("Projects"),
    fields=FIELDS,
    allowed=may_import,
    plan=plan_projects,
    apply=apply_projects,
    derived=DERIVED,
    own="reference",
    list_url="portfolio:project-list",
    hidden=partial(rows_about_unseen, Project),
)


def register_targets() -> None:
    """Called once when the room starts."""
    register(PROJECTS)
