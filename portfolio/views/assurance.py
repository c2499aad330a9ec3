"""The PMO rates delivery confidence."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.views.editing import answer_form
from portfolio.access import project_for
from portfolio.actions.assurance import rate_assurance
from portfolio.forms.assurance import AssuranceForm


@require_http_methods(["GET", "HEAD", "POST"])
def assurance_rate(request: HttpRequest, reference: str) -> HttpResponse:
    """Rate a project; earlier ratings stay and are shown."""
    project = project_for(request.user, reference, "assurance.rate")
    context = {
        "project": project,
        "earlier": list(project.assurance_ratings.select_related("rated_by")[:10]),
        "page_title": _("Rate delivery confidence"),
        "submit": _("Rate"),
        "cancel_url": reverse("portfolio:project-updates", args=[reference]),
        "no_as_of": True,
    }
    return answer_form(
        request,
        AssuranceForm(request.POST or None),
        lambda form: rate_assurance(project=project, by=request.user, at=timezone.now(), **form.cleaned_data),  # type: ignore[arg-type]
        done=lambda rating: reverse("portfolio:project-updates", args=[reference]),
        template="portfolio/assurance/assurance_form.html",
        context=context,
        said=_("Delivery confidence rated: %(it)s."),
    )
