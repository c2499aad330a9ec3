"""`python -m core.probe [/readyz]`: ends with 0 when the web server of this container answers 200, for health checks."""

import http.client
import os
import sys


def main() -> int:
    """Say what was wrong on standard output, where `docker inspect` shows it."""
    path = sys.argv[1] if len(sys.argv) > 1 else "/readyz"
    connection = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("PORT", "8000")), timeout=4)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        body = response.read(2000).decode(errors="replace").strip()
    except (OSError, http.client.HTTPException) as error:
        body, status = f"{type(error).__name__}: {error}", 0
    else:
        status = response.status
    print(status or "no answer", body)  # noqa: T201
    return 0 if status == 200 else 1


if __name__ == "__main__":
    sys.exit(main())
