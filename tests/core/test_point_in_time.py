"""Back to a named time, as docs/operations.md describes it: base backup, archived write-ahead log, a row removed, the moment before."""

from pathlib import Path

import pytest

from core.embedded import Place, Postgres
from tests.core.test_embedded_servers import cluster, folder
from tests.servers import TEMPLATE

__all__ = ["cluster", "folder"]


def configured(postgres: Postgres, **settings: str) -> None:
    """Settings as ALTER SYSTEM would write them."""
    with (postgres.data / "postgresql.auto.conf").open("a") as file:
        file.writelines(f"{name} = '{value}'\n" for name, value in settings.items())


@pytest.mark.slow
def test_a_removed_row_is_back_at_the_time_before(cluster: Postgres, folder: Path) -> None:
    archive, name = cluster.place.home / "archive", "Office of the lost row"
    cluster.place.own(archive)
    configured(cluster, archive_mode="on", archive_command=f"test ! -f {archive}/%f && cp %p {archive}/%f")
    cluster.start()
    cluster.sql(f"INSERT INTO accounts_organisationunit SELECT 1, 1, now(), now(), '{name}', 'OLD', NULL", database=TEMPLATE)
    new = Postgres(Place(folder / "new"), unsafe=True)
    new.place.prepare()
    new.place.own(new.folder)
    # What the manual calls the base backup; everybody may go on working.
    base = [str(cluster.bin / "pg_basebackup"), "-h", str(cluster.place.sockets), "-U", "pmo", "-D", str(new.data)]
    answer = cluster.place.run([*base, "--checkpoint=fast", "--wal-method=none", "--no-sync"])
    assert answer.returncode == 0, answer.stdout
    cluster.sql(f"UPDATE accounts_organisationunit SET code = 'LATER' WHERE name = '{name}'", database=TEMPLATE)  # noqa: S608
    before = cluster.sql("SELECT clock_timestamp()")
    cluster.sql(f"DELETE FROM accounts_organisationunit WHERE name = '{name}'", database=TEMPLATE)  # noqa: S608
    assert cluster.sql(f"SELECT count(*) FROM accounts_organisationunit WHERE name = '{name}'", database=TEMPLATE) == "0"  # noqa: S608
    cluster.sql("SELECT pg_switch_wal()")
    cluster.stop()  # which archives what is left

    (new.data / "recovery.signal").touch()
    configured(
        new,
        archive_mode="off",
        hot_standby="off",  # nobody is let in before it is there
        restore_command=f"cp {archive}/%f %p",
        recovery_target_time=before,
        recovery_target_action="promote",
    )
    try:
        new.start()
        assert new.sql(f"SELECT code FROM accounts_organisationunit WHERE name = '{name}'", database=TEMPLATE) == "LATER"  # noqa: S608
        told = "SELECT string_agg(pgh_label, ' ' ORDER BY pgh_id) FROM accounts_organisationunitevent WHERE name = "
        assert new.sql(f"{told}'{name}'", database=TEMPLATE) == "insert update"
        new.sql(f"UPDATE accounts_organisationunit SET code = 'ON' WHERE name = '{name}'", database=TEMPLATE)  # noqa: S608
    finally:
        new.stop()
