"""Which form writes which register."""

from portfolio.forms.changes import ChangeForm
from portfolio.forms.dependencies import DependencyForm
from portfolio.forms.raid import ActionForm, AssumptionForm, DecisionForm, EntryForm, IssueForm
from portfolio.forms.risks import RiskForm

FORMS: dict[str, type[EntryForm]] = {
    "risk": RiskForm,
    "issue": IssueForm,
    "assumption": AssumptionForm,
    "decision": DecisionForm,
    "action": ActionForm,
    "dependency": DependencyForm,
    "change": ChangeForm,
}
