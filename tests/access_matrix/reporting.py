"""Rows of reporting."""

from tests.access_matrix.rows import Row, everyone, office
from tests.access_matrix.world import fixed, pk

ROWS: dict[str, Row | list[Row]] = {
    "reporting:schedule-create": office("report.manage"),
    "reporting:schedule-dates": office("report.manage", method="post"),
    "reporting:schedule-edit": office("report.manage"),
    "reporting:schedule-pause": office("report.manage", method="post"),
    "reporting:schedule-resume": office("report.manage", method="post"),
    "reporting:schedule-take-over": office("report.manage", method="post"),
    "reporting:schedule-delete": office("report.manage", method="post"),
    "reporting:schedule-send": office("report.manage", method="post"),
    "reporting:schedule-test": office("report.manage", method="post"),
    "reporting:schedule-preview": office("report.manage", method="post"),
    "reporting:edition-pdf": office("report.view"),
    "reporting:edition-json": office("report.view"),
    "reporting:overview": everyone(),
    "reporting:setup": everyone(),
    "reporting:setup-history": office("setup.view", arguments={"noun": fixed("routes")}),
    "reporting:object-history": [
        office("setup.view", arguments={"noun": fixed("routes"), "pk": pk("route")}),
        office("request.view", arguments={"noun": fixed("rounds"), "pk": pk("round")}),
        office("report.view", arguments={"noun": fixed("schedules"), "pk": pk("schedule")}),
        office("access.view", arguments={"noun": fixed("people"), "pk": pk("user")}),
    ],
    "reporting:overview-filters": everyone(),
    "reporting:overview-registers": everyone(),
    "reporting:overview-decisions": everyone(),
    "reporting:overview-milestones": everyone(),
    "reporting:overview-rows": everyone(query="figure=projects"),
}
