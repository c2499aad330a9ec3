"""Who may reach which address: plain data that `test_access_matrix.py` holds every page, partial, export and API route to.

A new address needs one line in the ROWS of its room, unless a prefix in DEFAULTS already says the right thing. A row says what
right the address asks for; `accounts/roles.py` says which roles hold it. Kinds of row:

- `public()`             also without signing in
- `everyone()`           every signed-in person (what it shows is filtered by rights)
- `own()`                every signed-in person, on what is theirs; changes only what is theirs
- `office(action)`       those who hold `action` everywhere; others get 403 (or 404)
- `project(action)`      those who hold `action` on the project of the address: 404 unseen, 403 seen but not allowed
- `request(action)`      those who hold `action` on the request of the address; "own" is the requester's own

Options of every kind: `method="post"` (the default is GET), `arguments={"pk": lambda world, project: …}` where the names in
ARGUMENTS do not fit, `query="format=csv"`, `data={…}` to post, `roles={…}` to say outright who gets through, `unseen=400`
where an unseen project is named in the body. What is posted may be made from the world too: `data={"project": reference("project")}`.
Several rows for one name are fine (GET and PATCH of one API route). Objects come from `World`, made once.
"""

from tests.access_matrix import accounts, api, core, intake, portfolio, registers, reporting
from tests.access_matrix.rows import Row, office, project, request
from tests.access_matrix.world import ARGUMENTS, World, make_world

# For addresses without a row of their own; the first pattern that fits. A page that lets in fewer or more people than its
# default says fails the test, and wants a row.
DEFAULTS: list[tuple[str, Row]] = [
    ("portfolio:milestone-*", project("milestone.edit")),
    ("portfolio:member-*", project("member.manage")),
    ("portfolio:project-*", project()),
    ("portfolio:update-*", project("status.view")),
    ("intake:request-*", request()),
    ("intake:case-*", request("request.edit")),
    ("intake:type-*", office("intake.manage")),
    ("core:mail-*", office("mail.view")),
    ("core:import-*", office("import.run")),
    ("reporting:schedule-*", office("report.view")),
    ("reporting:run-*", office("report.view")),
]

ROWS: dict[str, Row | list[Row]] = {
    **core.ROWS,
    **accounts.ROWS,
    **portfolio.ROWS,
    **registers.ROWS,
    **intake.ROWS,
    **reporting.ROWS,
    **api.ROWS,
}

__all__ = ["ARGUMENTS", "DEFAULTS", "ROWS", "Row", "World", "make_world"]
