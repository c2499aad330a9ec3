"""Where the servers of one DATA_DIR keep their files, and as whom they run.

PostgreSQL refuses to run as root, so a root start drops to an unprivileged account. That account must
reach the programs and the data: where it cannot (a checkout below /root), both live under
/var/lib/pmo-<hash> with a link in DATA_DIR. Permissions of folders that are not ours are never changed.
"""

import hashlib
import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from core.embedded.errors import ServerError

MINIMUM_FREE_MB = 150
SOCKET_PATH_LIMIT = 100  # the kernel allows 107 bytes


@dataclass(frozen=True)
class Account:
    """The unprivileged account that servers run as when we are root."""

    name: str
    uid: int
    gid: int

    def passes(self, path: Path) -> bool:
        """Whether this account may read and enter (or execute) one path, going by its mode bits."""
        info = path.stat()
        if info.st_uid == self.uid:
            shift = 6
        elif info.st_gid == self.gid:
            shift = 3
        else:
            shift = 0
        bits = info.st_mode >> shift
        # A parent needs only the search bit, a program reading and execution.
        return bool(bits & 1) and (stat.S_ISDIR(info.st_mode) or bool(bits & 4))

    def reaches(self, path: Path) -> bool:
        """Whether every folder on the way to `path`, and `path` itself where it exists, lets the account in."""
        path = path.resolve()
        return all(self.passes(step) for step in [*reversed(path.parents), path] if step.exists())


def unprivileged(owned: Path) -> Account | None:
    """The account to drop to: the owner of existing data, else PMO_RUN_AS or nobody. None when not root."""
    if os.geteuid() != 0:
        return None
    if owned.exists() and (uid := owned.stat().st_uid) != 0:
        return Account(name=str(uid), uid=uid, gid=owned.stat().st_gid)
    name = os.environ.get("PMO_RUN_AS", "nobody")
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        raise ServerError(f"PostgreSQL does not run as root and there is no user {name!r}. Name one in PMO_RUN_AS.") from None
    return Account(name=name, uid=entry.pw_uid, gid=entry.pw_gid)


class Place:
    """The folders of one DATA_DIR. Reading the attributes changes nothing on disk; `prepare` makes them."""

    def __init__(self, data_dir: str | Path) -> None:
        self.data_dir = Path(data_dir).resolve()
        link = self.data_dir / "servers"
        digest = hashlib.sha256(str(self.data_dir).encode()).hexdigest()[:10]
        self.home = link.resolve() if link.is_symlink() else self.data_dir
        self.account = unprivileged(self.home / "postgres")
        if self.account and not link.is_symlink() and not self.account.reaches(self.data_dir):
            self.home = Path(f"/var/lib/pmo-{digest}")
        self.logs = self.home / "log"
        self.sockets = self.home / "run"
        if len(str(self.sockets / ".s.PGSQL.5432")) > SOCKET_PATH_LIMIT:
            self.sockets = Path(f"/tmp/pmo-{os.geteuid()}-{digest}")  # noqa: S108  made 0700, owner checked

    def prepare(self) -> None:
        """Make the folders, owned by the account that runs the servers."""
        try:
            self.data_dir.mkdir(parents=True, exist_ok=True)
            self.home.mkdir(parents=True, exist_ok=True)
            if self.home != self.data_dir and not (self.data_dir / "servers").is_symlink():
                (self.data_dir / "servers").symlink_to(self.home)
            self.logs.mkdir(exist_ok=True)  # ours: servers write through the file that we open for them
            self.own(self.sockets)
        except OSError as error:
            raise ServerError(f"Cannot write to {self.data_dir}: {error.strerror}. Choose another DATA_DIR.") from error
        free = shutil.disk_usage(self.home).free // 2**20
        if free < MINIMUM_FREE_MB:
            raise ServerError(
                f"The disk that holds {self.home} has {free} MB left; {MINIMUM_FREE_MB} MB are needed. "
                "Free some space, or choose another DATA_DIR."
            )

    def own(self, folder: Path) -> None:
        """Make a folder that only the servers' account (and root) may enter."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        owner = self.account.uid if self.account else os.geteuid()
        if folder.is_symlink() or folder.stat().st_uid not in {owner, os.geteuid()}:
            raise ServerError(f"{folder} belongs to another user. Start as that user, or choose another DATA_DIR.")
        if self.account:
            os.chown(folder, self.account.uid, self.account.gid)
        folder.chmod(0o700)

    def program(self, source: Path, *, name: str, keep: str) -> Path:
        """The path of a program that the account can execute: `source`, or a copy of its folder `keep`.

        `keep` names the ancestor of `source` that must be copied with it (libraries, data files);
        `name` must change with the version, a copy is made once.
        """
        if self.account is None or self.account.reaches(source):
            return source
        root = next(parent for parent in source.parents if parent.name == keep)
        target = self.home / "programs" / name
        if not target.exists():
            making = target.with_name(f".{name}.{os.getpid()}")
            shutil.copytree(root, making, symlinks=True)
            try:
                making.rename(target)
            except OSError:  # another start was quicker
                shutil.rmtree(making, ignore_errors=True)
        for folder in (self.home / "programs", target):
            folder.chmod(0o755)
        return target / source.relative_to(root)

    def run(self, command: list[str], **kwargs: object) -> "subprocess.CompletedProcess[str]":
        """Run a short command as the servers' account and return its output (standard error included)."""
        return subprocess.run(  # noqa: S603  fixed programs, no shell
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            cwd=self.home,
            **self.drop(),
            **kwargs,  # type: ignore[call-overload]
        )

    def drop(self) -> dict[str, object]:
        """The Popen arguments that drop root."""
        if self.account is None:
            return {}
        return {"user": self.account.uid, "group": self.account.gid, "extra_groups": []}
