"""What of intake can be talked about and hold files."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.subjects import Subject, register
from intake.access import request_by_id
from intake.models import Request


def register_subjects() -> None:
    """Called once, at start-up."""
    register(
        Subject(
            kind="request",
            model=Request,
            find=request_by_id,
            url=lambda request: reverse("intake:request-talk", args=[request.reference]),
            visible_to=Request.objects.visible_to,
            view_action="request.view",
            label=_("Requests"),
            comment_action="comment.write",
            attach_action="attachment.write",
        )
    )
