"""Rows of reporting."""

from tests.access_matrix.rows import Row, everyone, office

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
    "reporting:overview-filters": everyone(),
    "reporting:overview-registers": everyone(),
    "reporting:overview-decisions": everyone(),
    "reporting:overview-milestones": everyone(),
    "reporting:overview-rows": everyone(query="figure=projects"),
}
