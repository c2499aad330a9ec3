"""The real PostgreSQL and Valkey (speaks Redis) from wheels, started for one DATA_DIR.

Plain Python: settings, the supervisor and the tests use it before Django is configured.
`DATABASE_URL` and `REDIS_URL` point the product at other servers instead; then nothing here runs.
"""

from pathlib import Path

from core.embedded.errors import ServerError
from core.embedded.place import Place
from core.embedded.postgres import Postgres
from core.embedded.valkey import Valkey

__all__ = ["Place", "Postgres", "ServerError", "Valkey", "database_url", "redis_url"]


def database_url(data_dir: str | Path) -> str:
    """The address that the embedded PostgreSQL of this DATA_DIR has, running or not."""
    return Postgres(Place(data_dir)).url


def redis_url(data_dir: str | Path) -> str:
    """The address that the embedded Valkey of this DATA_DIR has, running or not."""
    return Valkey(Place(data_dir)).url
