"""Tables of the plumbing. Import from here: `from core.models import Versioned`."""

from core.models.base import Versioned
from core.models.conversation import Attachment, Comment, Notification
from core.models.imports import ImportJob, ImportMapping, ImportRow, ImportState, ImportVerdict
from core.models.mail import MailAttachment, MailState, OutgoingMail
from core.models.preferences import DigestItem, MailPreference
from core.models.references import ReferenceCounter
from core.models.seals import HistorySeal, HistoryTrouble
from core.models.views import SavedView

__all__ = [
    "Attachment",
    "Comment",
    "DigestItem",
    "HistorySeal",
    "HistoryTrouble",
    "ImportJob",
    "ImportMapping",
    "ImportRow",
    "ImportState",
    "ImportVerdict",
    "MailAttachment",
    "MailPreference",
    "MailState",
    "Notification",
    "OutgoingMail",
    "ReferenceCounter",
    "SavedView",
    "Versioned",
]
