"""An SMTP server that may be killed at any moment: `python -m tests.bench.endurance.sink PORT FILE [SECONDS]`.

The Message-ID of each message is on disk before its sender gets an answer, which comes after SECONDS.
"""

import asyncio
import os
import sys
from email import message_from_bytes
from typing import Any

from aiosmtpd.smtp import SMTP


class Keep:
    """Writes down what came."""

    def __init__(self, path: str, seconds: float) -> None:
        self.file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        self.seconds = seconds

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Take a message."""
        await asyncio.sleep(self.seconds)
        name = message_from_bytes(envelope.content)["Message-ID"]
        os.write(self.file, f"{name}\n".encode())
        os.fsync(self.file)
        return "250 Message accepted for delivery"


async def serve(port: int, path: str, seconds: float) -> None:
    """Until the process is killed."""
    keep = Keep(path, seconds)
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(keep, enable_SMTPUTF8=True), "127.0.0.1", port, reuse_address=True
    )
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), sys.argv[2], float(sys.argv[3]) if len(sys.argv) > 3 else 0.0))
