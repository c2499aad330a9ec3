"""What the pipeline can be narrowed by."""

from intake.filters.requests import RequestFilters
from intake.models import Request


class PipelineFilters(RequestFilters):
    """Filters of the board and of its figures: the states are its columns."""

    state = None
    open = None

    class Meta:
        model = Request
        fields: list[str] = []
