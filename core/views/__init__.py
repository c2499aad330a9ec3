"""Pages of the plumbing. The error pages are here so that settings and URLs can name them."""

from core.views.errors import bad_request, csrf_failure, forbidden, not_found, server_error

__all__ = ["bad_request", "csrf_failure", "forbidden", "not_found", "server_error"]
