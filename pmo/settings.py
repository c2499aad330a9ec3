"""All settings, from the environment (`.env.example` lists every variable).

`PMO_ENV` is `local` (the default: embedded servers, mail kept as files), `production` (refuses to start with the
default secret, DEBUG or open hosts) or `test` (static files straight from their sources, a fast password hash).
"""

import logging
import re
from pathlib import Path

import environ
import pghistory
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from core import logs
from core.embedded import database_url, redis_url

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

PMO_ENV = env.str("PMO_ENV", "local")
PRODUCTION = PMO_ENV == "production"
TESTING = PMO_ENV == "test"
VERSION = "0.1.0"
DEFAULT_SECRET = "local-only-not-a-secret-0123456789abcdefghijklmnopqrstuvwxyz"  # noqa: S105

DEBUG = env.bool("DEBUG", False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]", "testserver"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SITE_URL = env.str("SITE_URL", f"http://127.0.0.1:{env.str('PORT', '8000')}")
DATA_DIR = Path(env.str("DATA_DIR", str(BASE_DIR / "var"))).resolve()
# `make run` writes a key of its own into DATA_DIR, so that sessions cannot be forged with the published one.
_own_secret = DATA_DIR / "secret-key"
SECRET_KEY = env.str("SECRET_KEY", "") or (_own_secret.read_text() if _own_secret.exists() else DEFAULT_SECRET)
DEMO = env.bool("DEMO", not PRODUCTION)
ORGANISATION_NAME = env.str("ORGANISATION_NAME", "Portfolio office")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "axes",
    "csp",
    "django_filters",
    "django_htmx",
    "django_structlog",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "drf_standardized_errors",
    "lucide",
    "pghistory",
    "pgtrigger",
    "rest_framework",
    "core",
    "accounts",
    "portfolio",
    "intake",
    "reporting",
]

MIDDLEWARE = [
    "core.middleware.ProbeMiddleware",
    "core.middleware.NulMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "accounts.middleware.ReaderMiddleware",
    "core.history.HistoryMiddleware",
    "axes.middleware.AxesMiddleware",
    "core.middleware.DatabaseAwayMiddleware",
]

ROOT_URLCONF = "pmo.urls"
WSGI_APPLICATION = "pmo.wsgi.application"
FORM_RENDERER = "core.widgets.FormRenderer"
FILTERS_EMPTY_CHOICE_LABEL = _("Any")

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "pmo.context.page",
            ],
        },
    }
]

# Data stores: without an address, the embedded servers of this DATA_DIR (`make run` starts them).
DATABASES = {"default": env.db_url("DATABASE_URL", database_url(DATA_DIR))}
if _socket_folder := DATABASES["default"].get("OPTIONS", {}).pop("host", ""):
    DATABASES["default"]["HOST"] = _socket_folder
DATABASES["default"] |= {
    "ENGINE": "django.db.backends.postgresql",
    "CONN_MAX_AGE": env.int("CONN_MAX_AGE", 300),
    "CONN_HEALTH_CHECKS": True,
    # A list joins seven tables for the names it shows. Trying every order of such joins takes PostgreSQL 20 to 70 ms a
    # query, running it takes 2; in groups of five, planning takes 2 too. The other is how like a name must be to what was
    # typed (core/search.py). The last one keeps a plan from its first use on instead of from the sixth (core/plans.py).
    # `?options=` in DATABASE_URL overrides all three.
    "OPTIONS": {
        "connect_timeout": 3,
        "options": "-c join_collapse_limit=5 -c pg_trgm.word_similarity_threshold=0.4 -c plan_cache_mode=force_generic_plan",
    }
    | DATABASES["default"].get("OPTIONS", {}),
}
# Whom `manage.py prepare` grants what the application needs, where that is not the owner of the tables (docs/operations.md).
DATABASE_APP_ROLE = env.str("DATABASE_APP_ROLE", "")
REDIS_URL = env.str("REDIS_URL", redis_url(DATA_DIR))
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Mail: files under var/mail and the page /mail/ unless EMAIL_URL names an SMTP server.
if env.str("EMAIL_URL", ""):
    globals().update(env.email_url("EMAIL_URL"))
    EMAIL_TIMEOUT = 30
    if globals()["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend":
        EMAIL_BACKEND = "core.mail.SmtpBackend"
else:
    EMAIL_BACKEND = "core.mail.FileBackend"
MAIL_DIR = DATA_DIR / "mail"
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "Portfolio office <pmo@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# People.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.guesses.GuessBackend", "django.contrib.auth.backends.ModelBackend"]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "accounts:login"
PASSWORD_HASHERS = (
    ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if TESTING
    else [
        "django.contrib.auth.hashers.Argon2PasswordHasher",
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    ]
)
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 3600
# Locked per (account, address): guesses elsewhere do not lock the owner out.
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours: fifteen minutes
AXES_USERNAME_FORM_FIELD = "username"  # else axes looks for "email" and counts nobody
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "registration/lockout.html"
AXES_HTTP_RESPONSE_CODE = 429
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ACCESS_FAILURE_LOG = True  # shown to administrators
AXES_VERBOSE = False
AXES_IPWARE_PROXY_COUNT = env.int("PROXY_COUNT", 0)
AXES_IPWARE_META_PRECEDENCE_ORDER = ["HTTP_X_FORWARDED_FOR", "REMOTE_ADDR"] if AXES_IPWARE_PROXY_COUNT else ["REMOTE_ADDR"]
SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_AGE = env.int("SESSION_HOURS", 12) * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "core.views.csrf_failure"

# Languages and zones: the reader's own (accounts.middleware.ReaderMiddleware), these where unknown.
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", _("English (UK)")), ("en-us", _("English (US)"))]
FILTERS_EMPTY_CHOICE_LABEL = _("Any")
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env.str("TIME_ZONE", "Europe/London")
# Whose public holidays are no working days for service times: a country or a part of it ("IE", "GB-SCT"); empty for none.
HOLIDAYS = env.str("HOLIDAYS", "GB-ENG")
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = "core.formats"

STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", str(DATA_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "pmo.icons.IconFinder",  # draws icons.svg, the navigation's icons, from the lucide package
    "core.fonts.FontFinder",  # cuts fonts/inter.woff2 from the fontpkg-inter package
]
MEDIA_ROOT = DATA_DIR / "media"
STATIC_FROM_SOURCE = DEBUG or TESTING
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if STATIC_FROM_SOURCE
        # Compressing takes longer than everything else in a first `make run`; over loopback it gains nothing.
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = STATIC_FROM_SOURCE
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000  # the grid of a business case: 60 lines of 40 years
UPLOAD_MAX_BYTES = env.int("UPLOAD_MAX_MB", 25) * 2**20

# Headers.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-src": [SELF],
        "frame-ancestors": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "manifest-src": [SELF],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {name: [] for name in ("camera", "microphone", "geolocation", "payment", "usb")}
X_FRAME_OPTIONS = "SAMEORIGIN"
SILENCED_SYSTEM_CHECKS = ["security.W019"]  # a report's preview frames its own PDF
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if PRODUCTION:
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    if env.bool("BEHIND_PROXY", True):
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Jobs. Redis redelivers what a killed worker held within seconds (kombu's own cadence is minutes).
# The broker library spells a Unix socket in its own way.
CELERY_BROKER_URL = re.sub(r"^unix://(.*?)(\?db=)?(\d*)$", r"redis+socket://\1?virtual_host=\3", REDIS_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "global_keyprefix": env.str("REDIS_PREFIX", "pmo:"),
    "socket_timeout": 10,
    "socket_connect_timeout": 3,
    # A page that wants a job done must not wait for a broker that is down: the sweeps will find the row.
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
    "interval_max": 0.1,
}
CELERY_TIMEZONE = "UTC"

# Logs: each line with the request that caused it, in pages and jobs alike.
LOG_LEVEL = env.str("LOG_LEVEL", "INFO")
LOGGING = logs.configure(json=PRODUCTION, level=LOG_LEVEL)
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_CELERY_TASK_START_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False

# History (core.history): rows are written by database triggers and never change.
PGHISTORY_APPEND_ONLY = True
PGHISTORY_DEFAULT_TRACKERS = (pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())

# The API (core.api, pmo.api).
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": env.str("REDIS_PREFIX", "pmo:") + "cache",
    }
}
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "accounts.authentication.ScopePermission",
    ],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["core.api.parsers.Json"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_THROTTLE_CLASSES": ["core.api.throttles.BurstThrottle", "core.api.throttles.SustainedThrottle"],
    "DEFAULT_THROTTLE_RATES": {
        "burst": env.str("API_BURST", "60/second"),
        "sustained": env.str("API_SUSTAINED", "10000/hour"),
    },
    "DEFAULT_SCHEMA_CLASS": "core.api.openapi.RoomSchema",
    "EXCEPTION_HANDLER": "drf_standardized_errors.handler.exception_handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "COERCE_DECIMAL_TO_STRING": True,
}
DRF_STANDARDIZED_ERRORS = {
    "EXCEPTION_HANDLER_CLASS": "core.api.errors.Errors",
    "ALLOWED_ERROR_STATUS_CODES": ["400", "401", "403", "404", "409", "412", "428", "429"],
    "ERROR_SCHEMAS": {
        "400": "core.api.schema.RefusedSerializer",
        "409": "core.api.schema.RefusedSerializer",
        "412": "core.api.schema.StaleSerializer",
        "428": "core.api.schema.VersionRequiredSerializer",
    },
    "ENABLE_IN_DEBUG_FOR_UNHANDLED_EXCEPTIONS": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Portfolio office API",
    "DESCRIPTION": "Rooms as on the pages: the same access, the same actions. Change a row with its ETag in If-Match.",
    "VERSION": VERSION,
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": r"/api/v1/",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": ["drf_standardized_errors.openapi_hooks.postprocess_schema_enums"],
    "ENUM_NAME_OVERRIDES": {
        "TokenScopeEnum": "accounts.models.ApiToken.SCOPES",
        "SimulationStateEnum": "portfolio.models.risks.Simulation.State",
        "StatusStateEnum": "portfolio.models.status.State",
        "ImportStateEnum": "core.models.imports.ImportState",
        "RoleEnum": "accounts.roles.ROLES.items",
        "RunStateEnum": "reporting.models.RunState",
        "MailStateEnum": "core.models.mail.MailState",
        "RequestStateEnum": "intake.models.requests.State",
        "ProjectPhaseEnum": "portfolio.models.structure.Phase",
        "AssessmentPhaseEnum": "intake.models.assessments.Phase",
        "QuestionKindEnum": "intake.wording.KINDS.items",
        "TermsEnum": "intake.models.cases.Terms",
        "MeetingVoteEnum": "intake.models.selection.Choice",
        "ChangeVoteEnum": "portfolio.models.changes.ChangeVote.Choice",
        "ValidationErrorEnum": "drf_standardized_errors.openapi_serializers.ValidationErrorEnum.choices",
        "ClientErrorEnum": "drf_standardized_errors.openapi_serializers.ClientErrorEnum.choices",
        "ServerErrorEnum": "drf_standardized_errors.openapi_serializers.ServerErrorEnum.choices",
        "ErrorCode401Enum": "drf_standardized_errors.openapi_serializers.ErrorCode401Enum.choices",
        "ErrorCode403Enum": "drf_standardized_errors.openapi_serializers.ErrorCode403Enum.choices",
        "ErrorCode404Enum": "drf_standardized_errors.openapi_serializers.ErrorCode404Enum.choices",
        "ErrorCode429Enum": "drf_standardized_errors.openapi_serializers.ErrorCode429Enum.choices",
        "Rag": "portfolio.models.ratings.Rag.choices",
        "Confidence": "portfolio.models.ratings.Confidence.choices",
    },
}

# Production does not start half-configured: each sentence names the variable to set.
if PRODUCTION:
    _refusals = [
        sentence
        for wrong, sentence in [
            (not env.str("SECRET_KEY", ""), "SECRET_KEY is not set."),
            (SECRET_KEY == DEFAULT_SECRET or len(SECRET_KEY) < 50, "SECRET_KEY must be a secret of at least 50 characters."),
            (DEBUG, "DEBUG must not be on: it shows source and settings to anybody."),
            (not ALLOWED_HOSTS, "ALLOWED_HOSTS must name the host names of this site."),
            (any(host.startswith("*") for host in ALLOWED_HOSTS), "ALLOWED_HOSTS must not be open (*)."),
            (not env.str("DATABASE_URL", ""), "DATABASE_URL is not set."),
            (not env.str("REDIS_URL", ""), "REDIS_URL is not set."),
            (not env.str("EMAIL_URL", ""), "EMAIL_URL is not set: reports could not be sent."),
            (not SITE_URL.startswith("https://"), "SITE_URL must be the https:// address that e-mails link to."),
        ]
        if wrong
    ]
    if _refusals:
        raise ImproperlyConfigured("Production does not start: " + " ".join(_refusals))
