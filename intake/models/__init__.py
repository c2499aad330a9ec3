"""Tables of intake, by topic. Import from here: `from intake.models import Request`."""

from intake.models.requests import (
    FormVersion,
    Request,
    RequestMove,
    RequestObjective,
    RequestParty,
    RequestQuestion,
    RequestType,
)

__all__ = [
    "FormVersion",
    "Request",
    "RequestMove",
    "RequestObjective",
    "RequestParty",
    "RequestQuestion",
    "RequestType",
]
