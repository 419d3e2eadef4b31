"""Settings, from the environment. Every variable is listed in the README and in `.env.example`."""

import base64
import hashlib
import sys
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.FileAwareEnv()

DEBUG = env.bool("DEBUG", default=False)
TESTING = "pytest" in sys.modules

# --- Secrets and hosts -------------------------------------------------------------------------------------------
SECRET_KEY = env.str("SECRET_KEY", default="")
if not SECRET_KEY:
    if not (DEBUG or TESTING):
        raise ImproperlyConfigured("Set SECRET_KEY to a long random value. Only DEBUG=1 starts without one.")
    SECRET_KEY = "for-development-only-" + "0" * 40
# Former values of SECRET_KEY: sessions and second factors made under them stay good after a change of key.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"] if DEBUG or TESTING else [])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# --- Applications, from the ground floor up -------------------------------------------------------------------------
INSTALLED_APPS = [
    "district",
    "discipline",
    "training",
    "commitments",
    "circles",
    "dashboards",
    "api",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "bootstrap",
    "django_htmx",
    "django_filters",
    "crispy_forms",
    "crispy_bootstrap5",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
]
MIDDLEWARE = [
    "district.middleware.UnseenMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "district.middleware.RequestContextMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "district.middleware.SessionGuardMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
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
                "district.navigation.shell",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- Database ----------------------------------------------------------------------------------------------------
# SQLite takes its one write lock at the start of a transaction (IMMEDIATE): a read-then-write transaction that
# starts DEFERRED fails at once under load, whatever the timeout. Hence no ATOMIC_REQUESTS: reads would take the lock.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA recursive_triggers=ON; "
        "PRAGMA secure_delete=ON; PRAGMA trusted_schema=OFF; PRAGMA cache_size=-20000;"
    ),
}
# Statement limits are for web requests; commands (imports, migrations) may take as long as they need.
IS_COMMAND = Path(sys.argv[0]).name == "manage.py" and sys.argv[1:2] != ["runserver"]
POSTGRES_OPTIONS = {
    "connect_timeout": 5,
    "options": "" if IS_COMMAND or TESTING else "-c statement_timeout=10s -c lock_timeout=5s",
}


def database(url: str) -> dict:
    """Return the Django settings of the database at `url`, with the options its vendor needs."""
    configuration = env.db_url_config(url)
    if configuration["ENGINE"].endswith("sqlite3"):
        Path(configuration["NAME"]).parent.mkdir(parents=True, exist_ok=True)
        configuration["ENGINE"] = "config.sqlite3"
        configuration["OPTIONS"] = SQLITE_OPTIONS
        configuration["TEST"] = {"NAME": ":memory:"}
    else:
        configuration["OPTIONS"] = {**configuration.get("OPTIONS", {}), **POSTGRES_OPTIONS}
        configuration |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    return configuration


DATABASE_URL = env.str("DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'var' / 'tracker.sqlite3'}")
# The owner role migrates; the application's own role must not be able to drop the audit triggers.
MIGRATION_DATABASE_URL = env.str("MIGRATION_DATABASE_URL", default=DATABASE_URL)
AS_OWNER = sys.argv[1:2] in (["migrate"], ["erase_purged"])
DATABASES = {"default": database(MIGRATION_DATABASE_URL if AS_OWNER else DATABASE_URL)}
if env.str("DATABASE_REPLICA_URL", default=""):
    DATABASES["replica"] = database(env.str("DATABASE_REPLICA_URL")) | {"TEST": {"MIRROR": "default"}}
# Sign-in limits are counted in the cache, and every worker must see the same count: local memory, one per process,
# is for development only. The table is made by `migrate`; it is large enough that a flood does not push counts out.
# Several servers may share a Redis (`redis://…`) instead.
SHARED_CACHE = "dbcache://reweave_cache?max_entries=20000"
CACHES = {"default": env.cache_url("CACHE_URL", default="locmemcache://" if DEBUG or TESTING else SHARED_CACHE)}

# --- Accounts ----------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "district.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "district.passwords.PredictablePasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "district.accounts.InviteOnlyAdapter"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
# Django's own: allauth's would keep a second list of addresses beside User.email.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Reweave: "
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "http" if DEBUG else "https"
# Failed sign-ins: 10 a minute from an address (a school behind one address must not lock itself out by typing errors),
# 5 in 5 minutes for an account. The same counts hold for codes of a second factor.
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/300s/key"}
MFA_ADAPTER = "district.accounts.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Reweave"
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # the invitation is a link sent to the address; there is no other way in
# Demanded of the roles in district/access.py that see or export records; with 0 it is offered to everybody.
MFA_REQUIRED = env.bool("MFA_REQUIRED", default=not (DEBUG or TESTING))
# Proxies in front of the server; the address that the last of them saw is the client's. With 0 nobody is believed.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
# Records about students an hour; 0 sets no bound. READ_BUDGET: different ones opened in a browser's sessions by one
# person who does not keep the records; TOKEN_READ_BUDGET: rows that one token reads, lists and files included.
READ_BUDGET = env.int("READ_BUDGET", default=1000)
TOKEN_READ_BUDGET = env.int("TOKEN_READ_BUDGET", default=0)

# --- Sessions and transport ----------------------------------------------------------------------------------------
# Ten hours after signing in and fifteen minutes without use end a session (district/middleware.py).
SESSION_COOKIE_AGE = 36_000
SESSION_IDLE_SECONDS = env.int("SESSION_IDLE_SECONDS", default=900)
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True  # pages hold the token; no script reads the cookie
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # no cookie of its own
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if not DEBUG and not TESTING:
    SESSION_COOKIE_NAME = "__Host-reweave"
    CSRF_COOKIE_NAME = "__Host-reweave-csrf"
    LANGUAGE_COOKIE_NAME = "__Host-reweave-language"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SILENCED_SYSTEM_CHECKS = ["security.W021"]  # whether browsers preload a domain is for its owner to decide
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ALLAUTH_TRUSTED_PROXY_COUNT else None
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440

# --- REST ----------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["api.permissions.PolicyPermission"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_FILTER_BACKENDS": [],
    "DEFAULT_PAGINATION_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "api.errors.exception_response",
    "URL_FORMAT_OVERRIDE": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "COERCE_DECIMAL_TO_STRING": True,
}
# A limit of 0 never throttles; the suite sends more in a minute than any person.
API_REQUESTS_PER_MINUTE = env.int("API_REQUESTS_PER_MINUTE", default=0 if TESTING else 6000)
API_ANONYMOUS_REQUESTS_PER_MINUTE = env.int("API_ANONYMOUS_REQUESTS_PER_MINUTE", default=0 if TESTING else 600)
SPECTACULAR_SETTINGS = {
    "TITLE": "Reweave",
    "DESCRIPTION": "A school district's record of discipline and restorative practice.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "POSTPROCESSING_HOOKS": ["api.schema.add_refusals"],
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "validatorUrl": None},
}

# --- Language, time, mail, static files ------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LOCALE_PATHS = [BASE_DIR / "locale"]
# A language is offered once its catalog is there: without it, a page would mix English with Django's own sentences.
LANGUAGES = [
    (code, name)
    for code, name in (("en", "English"), ("es", "Español"), ("ar", "العربية"), ("bn", "বাংলা"))
    if code == "en" or (BASE_DIR / "locale" / code).is_dir()
]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", default="America/New_York")
vars().update(env.email_url("EMAIL_URL", default="consolemail://" if DEBUG else "smtp://localhost:25"))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="reweave@localhost")
# The address under which people reach the site, for links in mail that no request leads to; without it none is sent.
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000" if DEBUG or TESTING else "")
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Files that people hand in stand here under random names; only a view that knows the reader's scope gives them out.
DOCUMENT_ROOT = env.str("DOCUMENT_ROOT", default=str(BASE_DIR / "var" / ("test-documents" if TESTING else "documents")))


def sealing_keys(name: str, purpose: str) -> list[str]:
    """Return keys that seal words (Fernet: 32 bytes in URL-safe base64), the one that seals first.

    They stand outside the database and its backup; for development one is made of the secret key.
    """
    keys = env.list(name, default=[])
    if keys or not (DEBUG or TESTING):
        return keys
    return [base64.urlsafe_b64encode(hashlib.sha256(f"{purpose} {SECRET_KEY}".encode()).digest()).decode()]


CASE_NOTES_KEYS = sealing_keys("CASE_NOTES_KEYS", "case notes")
CONCERN_KEYS = sealing_keys("CONCERN_KEYS", "concerns")
# Pages that take everybody for somebody who comes without a cookie: whoever files a concern is not to be found again.
UNSEEN_PATHS = ("/concerns/", "/concerns/receipt/", "/concerns/left/")
# How much work one try of a receipt takes (scrypt's N; 32 MB and about a tenth of a second).
CONCERN_RECEIPT_COST = 2**10 if TESTING else 2**15
CASE_NOTES_KEEP_DAYS = env.int("CASE_NOTES_KEEP_DAYS", default=90)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "documents": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DOCUMENT_ROOT, "file_permissions_mode": 0o600, "directory_permissions_mode": 0o700},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# --- Log -----------------------------------------------------------------------------------------------------------
# One line a message on standard error; names of students never go into a log, so nothing here prints a body or a query,
# and of an address that is a key only where it leads.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "class": "district.logs.MaskedFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    # Each certificate would otherwise write a dozen lines about its making.
    "loggers": {"weasyprint": {"level": "ERROR"}, "fontTools": {"level": "ERROR"}},
}
