"""The API's schema is told without a warning: what drf-spectacular could not read it would have to guess."""

from drf_spectacular.drainage import GENERATOR_STATS, reset_generator_stats
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema


def test_the_schema_is_exact_and_valid() -> None:
    reset_generator_stats()
    schema = SchemaGenerator(api_version="v1").get_schema(request=None, public=True)
    found = [*GENERATOR_STATS._warn_cache, *GENERATOR_STATS._error_cache]
    assert not found, "\n".join(found)
    validate_schema(schema)


def test_every_operation_says_what_it_does() -> None:
    schema = SchemaGenerator(api_version="v1").get_schema(request=None, public=True)
    silent = [
        f"{method.upper()} {address}"
        for address, operations in schema["paths"].items()
        for method, operation in operations.items()
        if method in ("get", "post", "put", "patch", "delete") and not operation.get("description")
    ]
    assert not silent, silent
