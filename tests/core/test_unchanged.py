"""The clock of what is kept: it stands still while nothing changes, and says when a change may be under way."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

import psycopg2
import pytest
from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from core.embedded.process import wait_until
from core.office import office_day
from core.unchanged import Clock, Memory, program, read_clock, unchanged
from portfolio.models import Project
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def writing_in(database: str) -> Iterator[None]:
    """A transaction that has begun to write in a database of this cluster."""
    settings = connection.get_connection_params() | {"dbname": database}
    names = ("dbname", "user", "password", "host", "port")
    with closing(psycopg2.connect(**{name: settings[name] for name in names if settings.get(name)})) as other:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()")
        yield
        other.rollback()


def is_settled() -> bool:
    return read_clock([Project]).settled


def settled_clock(models: Sequence[type[Model]]) -> Clock:
    """A clock that was read while nobody wrote. One that is read next may not be: where a transaction of the tests beside this one
    ends between its two glances."""
    found: list[Clock] = []

    def read() -> bool:
        found.append(read_clock(models))
        return found[-1].settled

    assert wait_until(read, seconds=60)
    return found[-1]


def test_a_writer_elsewhere_in_the_cluster_disturbs_nothing():
    assert wait_until(is_settled, seconds=60)
    with writing_in("postgres"):
        assert wait_until(is_settled, seconds=60)


def test_a_writer_in_this_database_is_noticed():
    assert wait_until(is_settled, seconds=60)
    with writing_in(connection.settings_dict["NAME"]):
        assert not is_settled()
    assert wait_until(is_settled, seconds=60)


def test_ones_own_writing_is_noticed():
    with transaction.atomic():
        factories.project()
        assert not is_settled()


def test_a_change_moves_the_clock():
    before = read_clock([Project]).of([Project])
    project = factories.project()
    after = read_clock([Project]).of([Project])
    Project.objects.filter(pk=project.pk).update(title="Other")
    assert before < after < read_clock([Project]).of([Project])


def test_memory_keeps_until_a_table_changes():
    memory, made = Memory(2), []

    def read(key: str = "a") -> Any:
        def build() -> int:
            made.append(key)
            return len(made)

        return memory.get(key, settled_clock([Project]), [Project], build)

    first = read()
    assert read() == first
    factories.project()
    assert read() == read() != first
    for key in "bc":
        read(key)
    count = len(made)
    read("a")
    assert len(made) == count + 1  # the longest unused went


def test_what_is_kept_for_a_person_ends_with_the_day_of_the_office(settings):
    """Roles end by the office's day: who reads further west would see for hours what they may not see any more."""
    reader = factories.user()
    clock, days = settled_clock([Project]), []
    with timezone.override("UTC"):
        for settings.TIME_ZONE in ("Pacific/Pago_Pago", "Pacific/Kiritimati"):  # never on the same day
            days.append(unchanged("the-day-of-the-office", clock, reader, "", office_day))
    assert days[0] < days[1]


def test_the_program_has_one_digest():
    assert program() == program() != ""
