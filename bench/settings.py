"""The product's settings as a server has them, without what only a browser or a proxy needs."""

from config.settings import *  # noqa: F403
from config.settings import BASE_DIR, DATABASES, MIDDLEWARE, STORAGES

ALLOWED_HOSTS = ["testserver"]
SECURE_SSL_REDIRECT = False
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
SESSION_COOKIE_NAME = "session"
MFA_REQUIRED = False
API_REQUESTS_PER_MINUTE = API_ANONYMOUS_REQUESTS_PER_MINUTE = 0
READ_BUDGET = TOKEN_READ_BUDGET = 0
PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
# Static files are not collected for a benchmark; their names are only written into the pages.
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
MIDDLEWARE = [name for name in MIDDLEWARE if "whitenoise" not in name]
STATIC_ROOT = BASE_DIR / "var" / "static"
for configuration in DATABASES.values():
    if "postgresql" in configuration["ENGINE"]:
        # Loading takes longer than a web request may.
        configuration["OPTIONS"]["options"] = ""
