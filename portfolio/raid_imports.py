"""The import targets of the registers: which columns people have, and which fields they mean (docs/adr/0005-import.md).

One target a register, made of the fields that all share and those of its own. Names are English, with the German and French ones
that registers of mixed teams have.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import may
from core.errors import ActionError
from core.formulas.mapping import Field
from core.imports.registry import Plan, ScopeOption, Target, Work, register
from portfolio.access_entries import may_add_entries, scope_for_entries, scopes_for_entries
from portfolio.actions.raid_import.known import Places
from portfolio.actions.raid_import.plan import plan_entries
from portfolio.actions.raid_import.write import apply_entries
from portfolio.models import Portfolio, Programme, Project
from portfolio.models.risks import Proximity
from portfolio.registers import KINDS, OPPORTUNITY_STRATEGIES, THREAT_STRATEGIES

_STORY = r"narrative|commentary|comments?\b|explanation|notes?\b"
_WHO, _WHAT, _WHERE, _PEOPLE, _OWN = (
    gettext_lazy("Which entry"), gettext_lazy("What it is"), gettext_lazy("Where it belongs"), gettext_lazy("Who and when"),
    gettext_lazy("Of this register"),
)  # fmt: skip
_NO_TITLE = (
    r"\bids?\b|nr\b|number|type|owner|status|state|category|level|score|rating|probab|likelih|impact|severity|date|strateg|respons|mitig"
    r"|project|programme|portfolio|exposure|register|proxim|cost|reference|\bref\b|manager|\bby\b|\bon\b|raised|cause|effect|option"
)

# Words of the registers' states: what people write, in small letters -> the state.
STATES: dict[str, dict[str, tuple[str, ...]]] = {
    "risk": {
        "open": ("open", "active", "new", "identified", "live", "watch", "monitor", "monitored", "monitoring", "on watch", "current", "raised",
                 "ongoing", "pending", "draft", "offen", "aktiv", "neu", "ouvert", "actif", "nouveau"),
        "treating": ("in treatment", "treating", "in progress", "being mitigated", "mitigating", "under treatment", "action",
                     "in bearbeitung", "en cours", "treatment"),
        "accepted": ("accepted as it is", "accepted", "tolerated", "tolerate", "accept", "akzeptiert", "accepte", "accepté"),
        "happened": ("happened", "occurred", "materialised", "materialized", "issue", "realised", "realized", "eingetreten", "survenu", "impacted"),
        "closed": ("closed", "mitigated", "retired", "expired", "resolved", "complete", "completed", "done", "cancelled", "canceled", "inactive",
                   "withdrawn", "closed mitigated", "geschlossen", "erledigt", "fermé", "ferme", "clos", "clôturé", "treated", "archived"),
    },
    "issue": {
        "open": ("open", "new", "active", "raised", "identified", "to do", "pending", "on hold", "offen", "neu", "ouvert", "nouveau", "draft"),
        "in_progress": ("in progress", "started", "assigned", "investigating", "under investigation", "escalated", "ongoing", "work in progress",
                        "in bearbeitung", "en cours"),
        "resolved": ("resolved", "done", "complete", "completed", "fixed", "closed", "gelöst", "erledigt", "geschlossen", "résolu", "fermé", "clos"),
        "closed": ("closed without resolution", "cancelled", "canceled", "rejected", "withdrawn", "wont fix", "won't fix", "duplicate", "invalid"),
    },
    "assumption": {
        "open": ("to be validated", "open", "new", "active", "unvalidated", "not validated", "in progress", "pending", "offen", "ouvert"),
        "confirmed": ("confirmed", "valid", "validated", "true", "closed", "bestätigt", "confirmé", "geschlossen"),
        "false": ("proven false", "false", "invalid", "invalidated", "incorrect", "not valid", "rejected", "widerlegt", "faux"),
        "dropped": ("not needed any more", "dropped", "cancelled", "canceled", "withdrawn", "expired", "obsolete"),
    },
    "decision": {
        "needed": ("needed", "open", "pending", "required", "proposed", "draft", "awaiting decision", "to be decided", "new", "offen", "ouvert",
                   "in progress"),
        "decided": ("decided", "approved", "made", "taken", "agreed", "closed", "complete", "completed", "entschieden", "décidé", "final"),
        "superseded": ("superseded", "replaced", "reversed", "overturned"),
        "dropped": ("not needed any more", "dropped", "cancelled", "canceled", "withdrawn", "rejected"),
    },
    "action": {
        "open": ("open", "new", "to do", "todo", "not started", "pending", "planned", "assigned", "on hold", "overdue", "offen", "ouvert",
                 "à faire", "active"),
        "in_progress": ("in progress", "started", "ongoing", "underway", "doing", "wip", "in bearbeitung", "en cours"),
        "done": ("done", "complete", "completed", "closed", "finished", "resolved", "erledigt", "abgeschlossen", "terminé", "fait"),
        "cancelled": ("cancelled", "canceled", "dropped", "withdrawn", "rejected", "not required", "abgebrochen", "annulé"),
    },
    "dependency": {
        "proposed": ("proposed", "open", "new", "identified", "draft", "requested", "pending", "not agreed", "offen", "ouvert"),
        "agreed": ("agreed", "on track", "active", "confirmed", "in progress", "committed", "green", "vereinbart", "convenu"),
        "at_risk": ("at risk", "amber", "late", "delayed", "slipping", "gefährdet"),
        "delivered": ("delivered", "geliefert", "livré"),
        "accepted": ("accepted", "closed", "complete", "completed", "met", "done", "fulfilled", "resolved"),
        "broken": ("broken", "failed", "missed", "red", "not met"),
        "withdrawn": ("not needed any more", "withdrawn", "cancelled", "canceled", "dropped"),
    },
    "change": {
        "draft": ("draft", "open", "new", "raised", "in progress", "identified", "offen", "ouvert"),
        "submitted": ("waiting for approval", "submitted", "pending", "under review", "pending approval", "awaiting approval", "in review"),
        "approved": ("approved", "accepted", "agreed", "genehmigt", "approuvé"),
        "implemented": ("implemented", "complete", "completed", "done", "closed", "umgesetzt"),
        "rejected": ("rejected", "declined", "refused", "denied", "not approved", "abgelehnt", "rejeté"),
        "withdrawn": ("withdrawn", "cancelled", "canceled", "zurückgezogen"),
    },
}  # fmt: skip
_NOUNS = {
    "risk": ("Risk", "Risiko", "Risque"),
    "issue": ("Issue", "Problem", "Problème"),
    "assumption": ("Assumption", "Annahme", "Hypothèse"),
    "decision": ("Decision", "Entscheidung", "Décision"),
    "action": ("Action", "Massnahme", "Aktion"),
    "dependency": ("Dependency", "Abhängigkeit", "Dépendance"),
    "change": ("Change request", "Change", "CR", "CO", "Change order", "Änderung", "Demande de changement"),
}
_DAYS = {
    "risk": ("Response due", "Expected resolution", "Mitigation due date", "Response date", "Resolution date", "Treatment due"),
    "issue": ("Resolve by", "Target resolution date", "Resolution due", "Expected resolution", "Target resolution", "Resolution date"),
    "assumption": ("Validate by", "Validation date", "To be validated by", "Validation due"),
    "decision": ("Decide by", "Decision needed by", "Required by", "Decision due", "Needed by"),
    "action": ("Due", "Action due date", "Completion date", "Planned completion", "End date"),
    "dependency": ("Needed by", "Required by", "Need date", "Required date", "Date needed", "Date required"),
    "change": ("Decide by", "Decision needed by", "Decision due", "Required by"),
}  # fmt: skip


def _choices(words: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Small words -> value."""
    return {word: value for value, known in words.items() for word in (value.replace("_", " "), *known)}


def _state_field(kind: str) -> Field:
    noun = _NOUNS[kind][0]
    return Field("status", gettext_lazy("State"), "choice",
          ("State", "Status", f"{noun} status", f"{noun} state", "Open / closed", "Open or closed", "Etat", "Statut", "État", "Zustand", "Stand",
           "Register status"),
          never=_STORY + r"|date|rag|project", choices=_choices(STATES[kind]), group=_WHAT)  # fmt: skip


def _which(kind: str) -> list[Field]:
    nouns, prefix = _NOUNS[kind], KINDS[kind].prefix
    named = [f"{noun} {what}" for noun in nouns for what in ("title", "name", "summary", "Titel", "description")]
    return [
        Field("reference", gettext_lazy("Reference"), "id", ("Reference", f"{nouns[0]} reference"), group=_WHO,
              pattern=rf"^{prefix}-\d{{4,}}$", never=_STORY + r"|belongs|project"),
        Field("external_id", gettext_lazy("Identifier in its source"), "id",
              (*(f"{noun} {what}" for noun in nouns for what in ("ID", "number", "no", "ref", "Nr", "key", "code")), "ID", "Identifier", "Ref",
               "Number", "No", "Nr", "Nummer", "Key", "Log number", "Item", "#", "Reference", "Reference number", "Identifiant", "N°", "Numéro",
               "Kennung", *(f"{noun}-ID" for noun in nouns), *(f"ID {noun}" for noun in nouns)),
              unique=True, never=_STORY + r"|name|parent|project|wbs|belongs|owner|related|linked|activity", longest=120, group=_WHO),
        Field("title", gettext_lazy("Title"), "text", needed=True, synonyms=
              ("Title", *named, "Name", *nouns, "Summary", "Short description", "Headline", "Event", f"{nouns[0]} event", "Subject", "Titel",
               "Bezeichnung", "Kurzbeschreibung", "Titre", "Intitulé", "Libellé", "What", "Description", "Beschreibung", "Désignation"),
              never=_NO_TITLE, group=_WHO),
    ]  # fmt: skip


def _what(kind: str) -> list[Field]:
    noun = _NOUNS[kind][0]
    return [
        Field("description", gettext_lazy("Description"), "long",
              ("Description", f"{noun} description", "Details", "Detail", "Beschreibung", "Descriptif", "Background", "Context",
               "Long description", "Full description"),
              never=r"cause|effect|impact|mitigat|response", group=_WHAT),
        _state_field(kind),
        Field("category", gettext_lazy("Category"), "text", ("Category", f"{noun} category", "Theme", "Area", "Kategorie", "Catégorie", "Workstream",
              "Class"), never=_STORY + r"|project|score", longest=120, exact=True, group=_WHAT),
        Field("tags", gettext_lazy("Tags"), "list", ("Tags", "Labels", "Keywords"), longest=50, group=_WHAT),
    ]  # fmt: skip


def _people_and_days(kind: str) -> list[Field]:
    noun = _NOUNS[kind][0]
    return [
        Field("owner", gettext_lazy("Owner"), "text",
              ("Owner", f"{noun} owner", "Assigned to", "Assignee", "Responsible", "Action owner", "Owner name", "Responsible person", "Lead",
               "Owner email", "Verantwortlich", "Verantwortlicher", "Eigner", "Eigentümer", "Responsable", "Propriétaire", "Pilote", "Zuständig"),
              never=_STORY + r"|project|date|department|role|budget", longest=200, group=_PEOPLE),
        Field("raised_by", gettext_lazy("Raised by"), "text",
              ("Raised by", "Identified by", "Reported by", "Logged by", "Originator", "Author", "Created by", "Submitted by", "Gemeldet von",
               "Identifié par", "Requested by", "Requestor"),
              never=_STORY + r"|date", longest=200, group=_PEOPLE),
        Field("raised_on", gettext_lazy("Raised"), "date",
              ("Raised", "Date raised", "Identified date", "Date identified", "Raised on", "Created", "Date created", "Identified", "Opened",
               "Date logged", "Logged", "Submitted date", "Date submitted", "Open date", "Erfasst am", "Gemeldet am", "Identifié le",
               "Date d'identification"),
              never=_STORY + r"|\bby\b|close|status", group=_PEOPLE),
        Field("due_on", KINDS[kind].due, "date",
              (*_DAYS[kind], "Due date", "Target date", "Due", "Deadline", "Frist", "Termin", "Fällig am", "Échéance", "Date d'échéance",
               "Target completion"),
              never=_STORY + r"|review|close|actual|commit|deliver|approved|decided", group=_PEOPLE),
        Field("review_on", gettext_lazy("Next review"), "date", ("Next review", "Review date", "Next review date", "Review on", "Review by",
              "Nächste Prüfung"), never=_STORY + r"|last", group=_PEOPLE),
        Field("closed_on", gettext_lazy("Closed"), "date",
              ("Closed", "Date closed", "Closed on", "Closed date", "Closure date", "Close date", "Actual close date", "Date resolved", "Resolved on",
               "Completed on", "Date completed", "Geschlossen am", "Date de clôture"),
              never=_STORY + r"|status|\bby\b|reason", group=_PEOPLE),
    ]  # fmt: skip


def _shared(kind: str) -> list[Field]:
    """The fields that every register has."""
    return [
        *_which(kind),
        *_what(kind),
        Field("scope", gettext_lazy("Belongs to"), "text",
              ("Belongs to, reference", "Belongs to", "Project", "Project reference", "Project ID", "Project name", "Project title", "Programme",
               "Portfolio", "Scope", "Project code", "Project number", "Projekt", "Projet", "Raised on project", "Receiver", "Receiving project",
               "To project", "Needed by project"),
              never=_STORY + r"|manager|sponsor|owner|giver|from|giving|phase|status|lead|type|\bon\b", longest=300, group=_WHERE),
        Field("currency", gettext_lazy("Currency"), "currency", ("Currency", "Currency code", "Währung", "Devise"), group=_WHERE),
        *_people_and_days(kind),
        Field("outcome", gettext_lazy("Outcome"), "long",
              ("Outcome", "Resolution", "Closure reason", "Closing reason", "Reason for closure", "Resolution notes", "Closure notes",
               "Closure comment", "How it ended"),
              never=r"date|due|target|expected", group=_WHAT),
        Field("is_confidential", gettext_lazy("Confidential"), "boolean", ("Confidential", "Is confidential", "Vertraulich", "Confidentiel"),
              group=_PEOPLE),
    ]  # fmt: skip


_LIKELIHOOD = (
    "likelihood",
    "probability",
    "chance",
    "Eintrittswahrscheinlichkeit",
    "Wahrscheinlichkeit",
    "probabilité",
    "vraisemblance",
)
_IMPACT = (
    "impact",
    "severity",
    "impact rating",
    "impact level",
    "consequence rating",
    "Auswirkung",
    "Schadensausmass",
    "Tragweite",
    "gravité",
)


def _stage(stage: str, *words: str) -> list[Field]:
    """Likelihood and impact of a rating that is not the current one."""
    labels = {
        "inherent": (gettext_lazy("Inherent likelihood"), gettext_lazy("Inherent impact")),
        "target": (gettext_lazy("Target likelihood"), gettext_lazy("Target impact")),
    }[stage]
    likelihoods = tuple(f"{word} {name}" for word in words for name in _LIKELIHOOD[:2])
    impacts = tuple(f"{word} {name}" for word in words for name in _IMPACT[:2])
    never = _STORY + r"|cost|time|schedule|date|exposure"
    return [
        Field(f"{stage}_likelihood", labels[0], "level", likelihoods, never=never, exact=True, group=_OWN),
        Field(f"{stage}_impact", labels[1], "level", impacts, never=never + r"|description", exact=True, group=_OWN),
    ]


_STRATEGIES = {
    "avoid": ("avoid", "avoidance", "eliminate", "terminate", "prevent", "vermeiden", "éviter"),
    "transfer": ("transfer", "transfer or share", "transferred", "insure", "übertragen", "transférer"),
    "reduce": (
        "reduce",
        "reduction",
        "mitigate",
        "mitigation",
        "treat",
        "control",
        "lessen",
        "vermindern",
        "reduzieren",
        "réduire",
        "atténuer",
    ),
    "accept": ("accept", "acceptance", "tolerate", "retain", "monitor", "akzeptieren", "accepter"),
    "exploit": ("exploit", "take"),
    "enhance": ("enhance", "increase"),
    "share": ("share",),
}
assert set(_STRATEGIES) == {*THREAT_STRATEGIES, *OPPORTUNITY_STRATEGIES}
_PROXIMITIES = {
    Proximity.IMMINENT.value: ("imminent", "within a month", "immediate", "now", "within 1 month", "urgent"),
    Proximity.NEAR.value: ("near", "1 to 3 months", "1-3 months", "short term", "within 3 months", "near term", "kurzfristig"),
    Proximity.MEDIUM.value: (
        "medium",
        "3 to 12 months",
        "3-12 months",
        "medium term",
        "mid term",
        "within 12 months",
        "mittelfristig",
    ),
    Proximity.FAR.value: ("far", "more than a year", "long term", "> 12 months", "over 12 months", "langfristig"),
}


def _strategy() -> Field:
    return Field("strategy", gettext_lazy("Response strategy"), "choice",
          ("Response strategy", "Strategy", "Response", "Response type", "Treatment", "Treatment option", "Risk response", "Mitigation strategy",
           "Risk treatment", "Strategie", "Stratégie"), never=_STORY + r"|plan|owner|date|due|cost", choices=_choices(_STRATEGIES), group=_OWN)  # fmt: skip


OWN_FIELDS: dict[str, list[Field]] = {
    "risk": [
        Field("sign", gettext_lazy("Threat or opportunity"), "choice",
              ("Threat or opportunity", "Threat / opportunity", "Threat/opportunity", "Sign", "Kind", "Type", "Risk type", "Art", "Nature"),
              choices=_choices({"threat": ("risk", "negative", "threats", "risiko", "bedrohung", "menace", "t", "downside"),
                                "opportunity": ("positive", "opportunities", "chance", "opportunité", "o", "upside")}), exact=True, group=_OWN),
        Field("cause", gettext_lazy("Cause"), "long", ("Cause", "Causes", "Risk cause", "Root cause", "Source of risk", "Ursache", "Cause racine"), never="rating", group=_OWN),
        Field("effect", gettext_lazy("Effect"), "long",
              ("Effect", "Effects", "Consequence", "Consequences", "Impact description", "Risk effect", "Impact", "Folge", "Folgen",
               "Auswirkungen", "Conséquence", "Conséquences"), never=r"likelihood|probab|rating|score|cost|low|high|level", group=_OWN),
        Field("likelihood", gettext_lazy("Likelihood"), "level",
              ("Likelihood", "Probability", "Current likelihood", "Current probability", "Likelihood rating", "Likelihood score", "Likelihood level",
               "Probability rating", "Probability score", "Risk likelihood", "Risk probability", "Chance", "Net likelihood", "Residual likelihood",
               "Residual probability", "Wahrscheinlichkeit", "Eintrittswahrscheinlichkeit", "Probabilité", "Vraisemblance", "Prob", "L", "P"),
              never=_STORY + r"|inherent|gross|target|initial|date|after|description", group=_OWN),
        Field("impact", gettext_lazy("Impact"), "level",
              ("Impact", "Severity", "Current impact", "Impact rating", "Impact score", "Impact level", "Consequence", "Risk impact", "Overall impact",
               "Net impact", "Residual impact", "Auswirkung", "Schadensausmass", "Schadensausmaß", "Tragweite", "Gravité", "I"),
              never=_STORY + r"|inherent|gross|target|initial|date|after|description|cost|time|schedule|quality|money|low|high|likely", group=_OWN),
        *_stage("inherent", "Inherent", "Gross", "Initial", "Raw", "Pre mitigation", "Original", "Before mitigation"),
        *_stage("target", "Target", "Residual", "Post mitigation", "After mitigation", "Planned", "Expected", "Net"),
        Field("probability", gettext_lazy("Probability, %"), "level",
              ("Probability, %", "Probability %", "Likelihood %", "Probability percent", "Chance %", "Prob %", "% probability",
               "Wahrscheinlichkeit %", "Probabilité %"), exact=True, group=_OWN),
        Field("impact_low", gettext_lazy("Impact in money, low"), "money",
              ("Low impact", "Impact low", "Minimum impact", "Optimistic", "Minimum cost", "Min cost", "Cost low", "Best case", "Impact min", "Low cost",
               "Impact in money low"), never=_STORY + r"|probab|likelihood|days|rating", group=_OWN),
        Field("impact_likely", gettext_lazy("Impact in money, likely"), "money",
              ("Likely impact", "Cost impact", "Cost exposure", "Impact likely", "Most likely", "Financial impact", "Impact cost", "Impact amount",
               "Impact value", "Risk value", "Monetary impact", "Potential cost", "Cost if it happens", "Expected cost", "Most likely cost", "Impact money",
               "Impact in money likely", "Schadenshöhe", "Schaden", "Coût", "Impact financier", "Cost"),
              never=_STORY + r"|days|rating|level|mitigation|response|treatment|probab", group=_OWN),
        Field("impact_high", gettext_lazy("Impact in money, high"), "money",
              ("High impact", "Impact high", "Maximum impact", "Pessimistic", "Maximum cost", "Max cost", "Cost high", "Worst case", "Impact max", "High cost",
               "Impact in money high"), never=_STORY + r"|probab|likelihood|days|rating", group=_OWN),
        Field("exposure", gettext_lazy("Exposure, probability × impact"), "money",
              ("EMV", "Expected monetary value", "Expected value", "Risk exposure", "Weighted exposure", "Exposure", "Factored cost", "Weighted cost",
               "Exposure EMV"), never=_STORY + r"|days|schedule|cost exposure|level|rating", group=_OWN),
        Field("proximity", gettext_lazy("Proximity"), "choice", ("Proximity", "Timeframe", "Time frame", "When", "Urgency"),
              choices=_choices(_PROXIMITIES), group=_OWN),
        _strategy(),
        Field("mitigation", gettext_lazy("Response (becomes an action)"), "long",
              ("Mitigation", "Mitigation plan", "Mitigating action", "Mitigation action", "Mitigations", "Mitigation measures", "Response plan",
               "Response", "Risk response", "Response action", "Treatment plan", "Treatment", "Action plan", "Actions", "Controls", "Countermeasures",
               "Contingency plan", "Massnahmen", "Maßnahmen", "Gegenmassnahmen", "Mesures", "Plan d'action", "Atténuation"),
              never=r"owner|date|due|cost|status|after|post|pre\b|before|strategy|type", group=_OWN),
    ],
    "issue": [
        Field("severity", gettext_lazy("Severity"), "level",
              ("Severity", "Priority", "Impact", "Issue severity", "Criticality", "Impact rating", "Schweregrad", "Priorität", "Gravité", "Priorité",
               "Impact level", "Issue priority"), never=_STORY + r"|date|description", group=_OWN),
        Field("impact", gettext_lazy("Impact"), "long",
              ("Impact", "Impact description", "Effect", "Consequence", "Consequences", "Impact on project", "Auswirkung", "Auswirkungen",
               "Conséquence"), never="rating|level|score|cost", group=_OWN),
    ],
    "assumption": [
        Field("consequence", gettext_lazy("If it is false"), "long",
              ("If it is false", "Consequence", "Impact if false", "Consequence if false", "Impact if wrong", "Impact", "If wrong", "Consequences",
               "Risk if false", "Folge", "Conséquence"), never="rating|level|score", group=_OWN),
    ],
    "decision": [
        Field("chosen", gettext_lazy("Decision"), "long",
              ("Decision", "Decision made", "Decision taken", "Chosen option", "Decision text", "Entscheidung", "Décision"),
              never=r"date|\bby\b|needed|due|owner|status|\bid\b|number|title|name|reason|category", group=_OWN),
        Field("rationale", gettext_lazy("Rationale"), "long", ("Rationale", "Reason", "Justification", "Reasoning", "Why", "Begründung", "Justification de la décision"),
              group=_OWN),
        Field("decided_by", gettext_lazy("Decided by"), "text", ("Decided by", "Decision maker", "Approved by", "Made by", "Decision by", "Taken by",
              "Entschieden von", "Décidé par"), never="date|needed|due", longest=200, group=_OWN),
        Field("decided_on", gettext_lazy("Decided"), "date", ("Decided", "Decision date", "Date decided", "Decided on", "Date of decision", "Date approved",
              "Approved date", "Entscheidungsdatum", "Date de décision"), never=r"\bneeded|due|required", group=_OWN),
    ],
    "action": [
        Field("about", gettext_lazy("What it is about"), "text", ("What it is about", "About", "Related risk", "Related to", "Risk reference", "For", "Linked risk",
              "Risk ref", "Related entry", "Source"), never="date|status", longest=60, pattern=r"^[A-Za-z]{3}-\d{4,}", group=_OWN),
        _strategy(),
        Field("cost", gettext_lazy("Cost"), "money", ("Cost", "Action cost", "Cost of response", "Estimated cost", "Kosten", "Coût"), never=_STORY, group=_OWN),
    ],
    "dependency": [
        Field("giver", gettext_lazy("Giver"), "text",
              ("Giver", "Giving project", "Provider", "From project", "Depends on", "Supplier", "Supplying project", "Predecessor", "Delivered by",
               "Dependent on", "Source project", "From", "Lieferant", "Fournisseur", "Providing project"),
              never=_STORY + "|date|rating|rag|status", longest=300, group=_OWN),
        Field("acceptance", gettext_lazy("Acceptance criteria"), "long", ("Acceptance criteria", "Acceptance", "Criteria", "Done when", "Abnahmekriterien",
              "Critères d'acceptation"), never="date", group=_OWN),
        Field("committed_on", gettext_lazy("Committed for"), "date",
              ("Committed for", "Committed date", "Commitment date", "Promised date", "Delivery date", "Agreed date", "Planned delivery",
               "Committed", "Zugesagt", "Liefertermin", "Date promise"), never=_STORY + "|need|required", group=_OWN),
        Field("giver_rag", gettext_lazy("Rating by the giver"), "rag", ("Giver's rating", "Giver rating", "Provider RAG", "Giver RAG"), group=_OWN),
        Field("receiver_rag", gettext_lazy("Rating by the receiver"), "rag", ("Receiver's rating", "Receiver rating", "RAG", "RAG status", "Receiver RAG"),
              group=_OWN),
    ],
    "change": [
        Field("reason", gettext_lazy("Reason"), "long", ("Reason", "Justification", "Reason for change", "Cause", "Rationale", "Why", "Business justification",
              "Begründung", "Motif", "Raison"), never="date|reject", group=_OWN),
        Field("cost_change", gettext_lazy("Change of cost"), "money",
              ("Change of cost", "Cost impact", "Cost change", "Cost", "Impact on cost", "Budget impact", "Value", "Amount", "Kosten", "Coût",
               "Change value"), never=_STORY + "|days|schedule", group=_OWN),
        Field("finish_change", gettext_lazy("Change of the finish, days"), "number",
              ("Change of finish, days", "Change of the finish, days", "Schedule impact days", "Schedule impact", "Time impact", "Days", "Delay days",
               "Impact on schedule", "Impact on time", "Schedule change", "Schedule days"), never=_STORY + "|cost", group=_OWN),
        Field("benefits_change", gettext_lazy("Change of benefits"), "money", ("Change of benefits", "Benefit impact", "Impact on benefits",
              "Benefits change"), never=_STORY, group=_OWN),
        Field("cost_in_forecast", gettext_lazy("Of the cost, in the forecast already"), "money", ("Of the cost, in the forecast already",), group=_OWN),
        Field("finish_in_forecast", gettext_lazy("Of the days, in the forecast already"), "number", ("Of the days, in the forecast already",),
              group=_OWN),
        Field("scope_impact", gettext_lazy("Impact on scope"), "long", ("Impact on scope", "Scope impact"), group=_OWN),
        Field("quality_impact", gettext_lazy("Impact on quality"), "long", ("Impact on quality", "Quality impact"), group=_OWN),
        Field("risk_impact", gettext_lazy("Impact on risk"), "long", ("Impact on risk", "Risk impact"), group=_OWN),
    ],
}  # fmt: skip

DERIVED = frozenset(
    {"belongs to", "score", "inherent score", "target score", "changed", "buffer days", "decided by approver", "closed by", "exposure now",
     "exposure after responses", "exposure", "after responses", "breach", "appetite"}
)  # fmt: skip
"""Columns of the product's own lists that no file can set."""


def may_import_entries(user: Any) -> bool:
    """Whether the person may load entries: imports, and some register to write in."""
    return may(user, "import.run") and may_add_entries(user)


def places_for(user: Any) -> Places:
    """Where the person may write: projects (closed ones, too: a row about them is refused with the reason), programmes,
    portfolios; and the projects that they see. `user` None: the command line, everywhere."""
    if user is None:
        return Places(Project.objects.all(), Programme.objects.all(), Portfolio.objects.all(), Project.objects.all())
    _projects, programmes, portfolios = scopes_for_entries(user)
    return Places(
        Project.objects.allowed(user, "register.edit"), programmes, portfolios, Project.objects.visible_to(user).active()
    )


def check_scope(mapped: set[str], options: Mapping[str, Any], user: Any) -> None:
    """Raise ActionError (field "scope") where rows would belong to nothing, or to what the person may not write in."""
    text = str(options.get("scope", "")).strip()
    if not text:
        if not mapped & {"scope", "reference"}:
            words = _("No column says what the rows belong to: give the reference of their project, programme or portfolio.")
            raise ActionError(words, field="scope")
        return
    if user is not None:
        scope_for_entries(user, text)


SCOPE = ScopeOption(
    label=gettext_lazy("Rows belong to"),
    help_text=gettext_lazy(
        "The reference of a project, programme or portfolio, for rows that do not say it themselves. A register of one project needs only this."
    ),
    finder=lambda: reverse("portfolio:entry-find", args=["scope"]),
    check=check_scope,
)


def _plan(kind: str, work: Work) -> Plan:
    return plan_entries(kind, work, places_for(work.user))


def target_for(kind: str) -> Target:
    """The target of one register."""
    own = OWN_FIELDS[kind]
    mine = {field.key for field in own}
    return Target(
        key=KINDS[kind].path,
        label=KINDS[kind].plural,
        fields=(*(field for field in _shared(kind) if field.key not in mine), *own),
        allowed=may_import_entries,
        plan=partial(_plan, kind),
        apply=partial(apply_entries, kind),
        derived=DERIVED,
        own="reference",
        list_url=f"portfolio:{kind}-list",
        scope=SCOPE,
        is_dated=False,
        is_private=True,
    )


def register_targets() -> None:
    """Called once when the room starts."""
    for kind in KINDS:
        register(target_for(kind))
