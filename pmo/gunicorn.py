"""Gunicorn's settings, from the same environment in production (Compose) and under `make run`.

`gunicorn --config python:pmo.gunicorn pmo.wsgi`
"""

import gc
import os
from pathlib import Path
from typing import Any

from core.logs import configure

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "3"))
worker_class = "gthread"
# Loaded once, then forked: half the memory and half the start.
preload_app = True
timeout = 60
graceful_timeout = 20
keepalive = 5
# A slow leak anywhere ends with its worker; the spread keeps the workers from leaving together.
max_requests = 5000
max_requests_jitter = 500
# The heartbeat file must not wait for a disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")
control_socket_disable = True
logconfig_dict = configure(json=os.environ.get("PMO_ENV") == "production", level=os.environ.get("LOG_LEVEL", "INFO"))


def when_ready(server: Any) -> None:
    """Before the workers are forked: what is loaded stays for good, so the garbage collector need not walk it in every
    large answer, and its pages stay shared between the workers."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
