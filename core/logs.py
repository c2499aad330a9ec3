"""How the processes log: one line of JSON an event in production, readable lines elsewhere.

Each line carries what is bound to the context: the request id and user of a request (django-structlog's
middleware), the task id and the request that queued it in a job.
"""

import re
from typing import Any

import structlog

# The part of an address that lets in whoever has it: /accounts/password/reset/<who>/<token>/, a link that an action is done with,
# a requester's own page. Neither a log nor the history keeps it (tests/test_logs_keep_secrets.py finds new ones).
SECRET_PART = re.compile(r"(/(?:accounts/password/reset/[^/\s]+|portfolio/done|intake/(?:ask|track))/)[^/?\s]+")

SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def without_secrets(text: str) -> str:
    """The same words without the secret parts of the addresses in them."""
    return SECRET_PART.sub(r"\1…", text)


def _hide_secrets(_logger: Any, _method: str, event: Any) -> Any:
    for key, value in event.items():
        if hasattr(value, "get_full_path"):  # Django gives some of its lines the request itself
            event[key] = without_secrets(f"{value.method} {value.get_full_path()}")
        elif isinstance(value, str):
            event[key] = without_secrets(value)
    return event


def configure(*, json: bool, level: str) -> dict[str, Any]:
    """Set structlog up and return Django's LOGGING: standard and structlog loggers share one form."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.processors.StackInfoRenderer(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,  # so that tests can capture; costs microseconds
    )
    # Without the values of local variables, which structlog adds unless told not to: passwords, tokens and mails are among them.
    tracebacks = structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False))
    last = (
        [tracebacks, structlog.processors.JSONRenderer()]
        if json
        else [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)]
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": SHARED,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, _hide_secrets, *last],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "gunicorn.error": {"handlers": ["stderr"], "level": level, "propagate": False},
            # django-structlog tells of every request and error with its context; Django's own line would double it.
            "django.request": {"level": "CRITICAL"},
            "django.server": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
            "celery.beat": {"level": "WARNING"},
            "axes": {"level": "WARNING"},
            "fontTools": {"level": "WARNING"},
            "pikepdf": {"level": "WARNING"},
            "weasyprint": {"level": "ERROR"},
        },
    }
