"""Queries that are put together once a process and asked with other values each time.

The ORM takes one to three milliseconds to put together what PostgreSQL answers in a tenth of that. For the few queries that
every page asks, or that join much, the text is kept:

    OWED = Prepared(lambda project, on: StatusDuty.objects.filter(project=project).owed(on).values_list("pk"), project=int, on=date)
    OWED(project=7, on=today)  # a list of tuples

What decides the text itself, such as the reader's rights, comes first and without a name: there is a text for each such shape.

    SEEN = Prepared(lambda scopes, user: Project.objects.visible_to(somebody(user, scopes)).values_list("pk"), user=int)
    SEEN(scopes_of(reader), user=reader.pk)

`PreparedObjects` gives objects, with what their `select_related` and annotations add, instead of tuples. `PreparedCondition` gives a condition
for `filter`: one node of a query instead of the dozens that a rule of access has.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import BooleanField, Expression, F, Field, Lookup, QuerySet
from django.db.models.query import get_related_populators

from core.plans import Plan, ask

# What stands for the real values while the text is made: valid for any column of its kind, and used nowhere else.
STAND_INS: dict[type, Callable[[int], Any]] = {
    int: lambda number: 2_147_000_000 + number,  # a positive column takes no negative one
    str: lambda number: f"\ue000{number}\ue000",
    date: lambda number: date(1, 1, 1) + timedelta(days=number),
    datetime: lambda number: datetime(1, 1, 1, tzinfo=UTC) + timedelta(days=number),
    list: lambda number: [-2_000_000_000 - number],
}
ITSELF = "\ue001"  # stands for the table that a condition is asked of, whatever it is called there
SHAPES = 200  # texts of one query, some kilobytes each


# What they are to PostgreSQL: the types that psycopg2 writes them as.
TYPES: dict[type, str] = {int: "bigint", str: "text", date: "date", datetime: "timestamptz", list: "bigint[]"}


class Text(NamedTuple):
    """What is sent: the statement, its constants, and which value stands at which place among them: as it is, or instead of a
    stand-in inside a pattern of LIKE, as `icontains` makes them. And who wrote it; the plan, unless it is a part of others."""

    statement: str
    constants: list[Any]
    places: list[tuple[int, str, str | None]]
    compiler: Any
    plan: Plan | None = None


@Field.register_lookup
class Among(Lookup):  # type: ignore[type-arg]
    """`pk__among=[…]`: as `in`, with one value for the whole list, so that the text is the same for lists of any length.

    `pk__among=ArraySubquery(…)`: found first and then looked up by the index, where `in` is a join, which the planner may turn round.
    """

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """An array on the right."""
        left, values = self.process_lhs(compiler, connection)
        if hasattr(self.rhs, "as_sql"):
            array, further = compiler.compile(self.rhs)
            return f"{left} = ANY({array})", [*values, *further]
        return f"{left} = ANY(%s)", [*values, list(self.rhs)]


class Prepared:
    """`make` gives a query of values (`values_list`) from the shape, if any, and keyword values of the kinds given here. It is
    called once a shape, so it must not look at the clock, at the reader or at the values themselves."""

    def __init__(self, make: Callable[..., "QuerySet[Any, Any]"], **kinds: type) -> None:
        self.make, self.kinds = make, kinds
        self.made: dict[tuple[Any, ...], Text] = {}

    def __call__(self, *shape: Any, **values: Any) -> list[tuple[Any, ...]]:
        """The rows for these values. One query."""
        text = self.made.get(shape) or self._made(shape)
        with connection.cursor() as cursor:
            constants = filled(text, values)
            ask(cursor, text.plan, text.statement, constants)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
            return rows

    def _made(self, shape: tuple[Any, ...]) -> Text:
        marks = {name: STAND_INS[kind](number) for number, (name, kind) in enumerate(self.kinds.items())}
        compiler = self.make(*shape, **marks).query.get_compiler(DEFAULT_DB_ALIAS)
        statement, constants = self._written(compiler)
        places = [
            (place, name, mark if constant != mark else None)
            for place, constant in enumerate(constants)
            for name, mark in marks.items()
            if constant == mark or (isinstance(mark, str) and isinstance(constant, str) and mark in constant)
        ]
        if len(self.made) >= SHAPES:
            self.made = {}
        parameters = [(place, (name, mark and constants[place]), TYPES[self.kinds[name]]) for place, name, mark in places]
        # A pattern decides which index answers: it is planned each time.
        by_value = any(mark for _place, _name, mark in places)
        plan = None if by_value else Plan(statement, constants, parameters, table=compiler.query.model._meta.db_table)
        made = self.made[shape] = Text(statement, list(constants), places, compiler, plan)
        return made

    def _written(self, compiler: Any) -> tuple[str, Sequence[Any]]:
        statement, constants = compiler.as_sql()
        return statement, constants


def filled(text: Text, values: dict[str, Any]) -> list[Any]:
    """The constants of a text with these values in their places."""
    constants = text.constants.copy()
    for place, name, mark in text.places:
        value = values[name]
        constants[place] = constants[place].replace(mark, connection.ops.prep_for_like_query(value)) if mark else value
    return constants


class PreparedObjects(Prepared):
    """`make` gives a query of objects; each call makes new ones, as the ORM would."""

    def __call__(self, *shape: Any, **values: Any) -> list[Any]:
        """The objects for these values. One query."""
        rows = super().__call__(*shape, **values)
        compiler = self.made[shape].compiler
        known, select = compiler.klass_info, compiler.select
        start, end = known["select_fields"][0], known["select_fields"][-1] + 1
        names = [column[0].target.attname for column in select[start:end]]
        populators = get_related_populators(known, select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]  # the stubs are ahead
        annotated = compiler.annotation_col_map.items()
        found = []
        for row in compiler.results_iter([rows]):
            one = known["model"].from_db(DEFAULT_DB_ALIAS, names, row[start:end])
            for populator in populators:
                populator.populate(row, one)
            for name, place in annotated:
                setattr(one, name, row[place])
            found.append(one)
        return found


class PreparedValues(Prepared):
    """As `Prepared`, for columns that Python reads otherwise than PostgreSQL gives them, such as JSON."""

    def __call__(self, *shape: Any, **values: Any) -> list[tuple[Any, ...]]:
        """The rows for these values, as `values_list` gives them. One query."""
        rows = super().__call__(*shape, **values)
        return list(self.made[shape].compiler.results_iter([rows], tuple_expected=True))


class PreparedCondition(Prepared):
    """`make` gives a query of a model that is filtered without joins; each call gives its condition, for `filter` of any query of
    that model. Its subqueries must not refer to the row itself: `pk__in` instead of `Exists`."""

    def __call__(self, *shape: Any, **values: Any) -> "Condition":  # type: ignore[override]
        """The condition for these values. No query."""
        return Condition(self.made.get(shape) or self._made(shape), values)

    def _written(self, compiler: Any) -> tuple[str, Sequence[Any]]:
        table = compiler.query.get_initial_alias()
        statement, constants = compiler.compile(compiler.query.where)
        if sum(map(bool, compiler.query.alias_refcount.values())) > 1:
            raise ValueError("A condition that is put together once joins no other table.")
        return statement.replace(f"{compiler.quote_name_unless_alias(table)}.", f"{ITSELF}."), constants


class Condition(Expression):
    """A condition whose text is known, over the row of a table."""

    def __init__(self, text: Text, values: dict[str, Any]) -> None:
        super().__init__(output_field=BooleanField())
        self.text, self.values = text, values
        self.row: Any = F("pk")

    def get_source_expressions(self) -> list[Any]:
        """The key: it knows what the table is called in the query."""
        return [self.row]

    def set_source_expressions(self, expressions: Sequence[Any]) -> None:
        """As Django asks for it."""
        (self.row,) = expressions

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """The text, and its constants with the values of this call."""
        table = compiler.quote_name_unless_alias(self.row.alias)
        return f"({self.text.statement.replace(ITSELF, table)})", filled(self.text, self.values)
