"""What intake adds to the page of a project that was a request."""

from django.utils.translation import gettext_lazy as _

from intake.trail import trail_of_project
from intake.views.promises import was_request
from portfolio.tabs import Addition, add_to_projects


def register_additions() -> None:
    """Called once, at start-up."""
    add_to_projects(
        Addition(
            key="request",
            label=_("Request"),
            url_name="intake:project-promised",
            action="project.view",
            belongs=was_request,
            panel_url_name="intake:project-promised-panel",
            history=trail_of_project,
        )
    )
