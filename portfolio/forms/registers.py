"""Which form writes which register."""

from django.utils.translation import gettext_lazy as _

from portfolio.forms.dependencies import DependencyForm
from portfolio.forms.raid import ActionForm, AssumptionForm, DecisionForm, EntryForm, IssueForm, grouped
from portfolio.forms.risks import RiskForm


class ChangeForm(EntryForm):
    """A change request: why, and what it would change."""

    kind = "change"
    groups_of = grouped(
        ["reason", "options"],
        (
            _("What it would change"),
            ["cost_change", "finish_change", "benefits_change", "scope_impact", "quality_impact", "risk_impact"],
        ),
        money=True,
    )


FORMS: dict[str, type[EntryForm]] = {
    "risk": RiskForm,
    "issue": IssueForm,
    "assumption": AssumptionForm,
    "decision": DecisionForm,
    "action": ActionForm,
    "dependency": DependencyForm,
    "change": ChangeForm,
}
