"""Rows of core, and of the start page."""

from tests.access_matrix.rows import Row, everyone, office, own, project, public
from tests.access_matrix.world import pk

ROWS: dict[str, Row | list[Row]] = {
    "home": everyone(),
    "core:search": everyone(query="q=canary"),
    "core:search-instant": everyone(query="q=canary"),
    "core:notification-list": everyone(),
    "core:notification-settings": own(),
    "core:notification-read": own(method="post"),
    "core:notification-open": own(method="post", roles={"pmo_head"}),
    "core:comment-create": project("comment.write", method="post", data={"text": "Hello"}, arguments={"pk": pk("project")}),
    "core:mention-list": project("comment.write", query="q=d"),
    "core:comment-edit": own(roles={"pmo_head"}),
    "core:comment-remove": own(method="post", roles={"pmo_head"}),
    "core:attachment-create": project("attachment.write", method="post", arguments={"pk": pk("project")}),
    "core:attachment-download": project(),
    "core:attachment-remove": project("project.edit", method="post"),
    "core:view-list": everyone(),
    "core:view-create": everyone(query="list=portfolio:project-list"),
    "core:view-share": own(method="post", roles={"pmo_head"}),
    "core:view-forget": own(method="post", roles={"pmo_head"}),
    "core:healthz": public(),
    "core:readyz": public(),
    "core:mail-list": everyone(),
    "core:mail-attachment": office("mail.view", arguments={"number": lambda world, project: 1}),
    "core:mail-resend": office("report.manage", method="post"),
    "core:mail-confirm": office("report.manage", method="post"),
    "core:import-list": [office("import.view"), office("import.run", method="post")],
    "core:import-answer": office("import.run", method="post"),
    "core:import-confirm": office("import.run", method="post"),
    "core:import-cancel": office("import.run", method="post"),
}
