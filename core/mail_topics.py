"""What people can be told by mail, for their preferences. A room registers its topics in `apps.ready`."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class MailTopic:
    """One kind of mail that a person may get at once, once a day, or never (`may_stop`)."""

    key: str
    label: Any
    help: Any = ""
    may_stop: bool = True


_topics: dict[str, MailTopic] = {}


def register(*topics: MailTopic) -> None:
    """Make topics known. Called once a room at start-up."""
    _topics.update({topic.key: topic for topic in topics})


def mail_topics() -> list[MailTopic]:
    """All topics, in the order of the rooms."""
    return list(_topics.values())


def topic_of(key: str) -> MailTopic:
    """The topic of this key. Raises KeyError for an unknown one: a mistake of the program."""
    return _topics[key]
