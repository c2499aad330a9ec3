"""Addresses of telling."""

from django.urls import URLPattern, URLResolver, path

from reporting.views import histories, overview, runs, schedules, setup

app_name = "reporting"
urlpatterns: list[URLPattern | URLResolver] = [
    path("schedules/", schedules.schedule_list, name="schedule-list"),
    path("schedules/new/", schedules.schedule_create, name="schedule-create"),
    path("schedules/dates/", schedules.schedule_dates, name="schedule-dates"),
    path("schedules/<int:pk>/", schedules.schedule_detail, name="schedule-detail"),
    path("schedules/<int:pk>/edit/", schedules.schedule_edit, name="schedule-edit"),
    path("schedules/<int:pk>/pause/", schedules.schedule_pause, name="schedule-pause"),
    path("schedules/<int:pk>/resume/", schedules.schedule_resume, name="schedule-resume"),
    path("schedules/<int:pk>/take-over/", schedules.schedule_take_over, name="schedule-take-over"),
    path("schedules/<int:pk>/delete/", schedules.schedule_delete, name="schedule-delete"),
    path("schedules/<int:pk>/send/", schedules.schedule_run, {"purpose": "now"}, name="schedule-send"),
    path("schedules/<int:pk>/test/", schedules.schedule_run, {"purpose": "test"}, name="schedule-test"),
    path("schedules/<int:pk>/preview/", schedules.schedule_run, {"purpose": "preview"}, name="schedule-preview"),
    path("archive/", runs.run_list, name="run-list"),
    path("archive/<int:pk>/", runs.run_detail, name="run-detail"),
    path("archive/<int:pk>/progress/", runs.run_progress, name="run-progress"),
    path("archive/editions/<int:pk>/report.pdf", runs.edition_pdf, name="edition-pdf"),
    path("archive/editions/<int:pk>/figures.json", runs.edition_json, name="edition-json"),
    path("history/<slug:noun>/", histories.setup_history, name="setup-history"),
    path("history/<slug:noun>/<int:pk>/", histories.object_history, name="object-history"),
    path("setup/", setup.setup_steps, name="setup"),
    path("overview/", overview.overview_page, name="overview"),
    path("overview/registers/", overview.overview_registers_fragment, name="overview-registers"),
    path("overview/filters/", overview.overview_filters, name="overview-filters"),
    path("overview/decisions/", overview.overview_items, {"kind": "decisions"}, name="overview-decisions"),
    path("overview/milestones/", overview.overview_items, {"kind": "milestones"}, name="overview-milestones"),
    path("overview/rows/", overview.overview_rows, name="overview-rows"),
]
