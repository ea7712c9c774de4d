"""Settings of the site: those of a node, and what signs people in. Every variable is read here, and nowhere else.

`KELISIM_ORIGIN` is the address under which people reach the site; with https, cookies travel over it alone. What
encrypts is the server in front.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from kelisim import disk
from kelisim.language import LANGUAGES as SPOKEN
from kelisim.language import NAMES
from kelisim_web.settings import DATABASES, DEFAULT_AUTO_FIELD, LOGGING_CONFIG, TIME_ZONE, USE_TZ

__all__ = ["DATABASES", "DEFAULT_AUTO_FIELD", "LOGGING_CONFIG", "TIME_ZONE", "USE_TZ"]

_HERE = Path(__file__).resolve().parents[1]
_ORIGIN = urlsplit(os.environ.get("KELISIM_ORIGIN", "http://localhost:8000"))
_NODE = os.environ.get("KELISIM_NODE", "")
_HOUR = 3600


def _secret() -> str:
    """What sessions are signed with: made once for a node, and kept in its directory."""
    if not _NODE:
        return secrets.token_urlsafe(50)
    path = Path(_NODE) / "site.secret"
    if not path.exists():
        disk.write(path, secrets.token_urlsafe(50).encode(), mode=disk.PRIVATE)
    return path.read_text("ascii")


SECRET_KEY = _secret()
DEBUG = False
ORIGIN = _ORIGIN.geturl()
START = os.environ.get("KELISIM_START", "")
ALLOWED_HOSTS = [_ORIGIN.hostname or "localhost", *(["localhost"] if START else [])]
CSRF_TRUSTED_ORIGINS = [ORIGIN]
ROOT_URLCONF = "kelisim_web.site.urls"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_tasks",
    "django_tasks_db",
    "kelisim_web",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "kelisim_web.site.middleware.start",
    "kelisim_web.site.middleware.idle",
    "kelisim_web.site.middleware.refusals",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [*filter(None, [os.environ.get("KELISIM_TEMPLATES")]), _HERE / "templates"],
        "OPTIONS": {
            "environment": "kelisim_web.pages.environment",
            "context_processors": [
                "django.contrib.messages.context_processors.messages",
                "kelisim_web.pages.around",
            ],
        },
    },
]
STATIC_URL = "/static/"
STATICFILES_DIRS = [_HERE / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 24 * _HOUR

# Security

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _ORIGIN.scheme == "https"
SESSION_COOKIE_AGE = 12 * _HOUR
SESSION_COOKIE_NAME = "kelisim"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SECURE_HSTS_SECONDS = 365 * 24 * _HOUR if SESSION_COOKIE_SECURE else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
IDLE_SECONDS = int(os.environ.get("KELISIM_IDLE", "1800"))

# Sign-in

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "CommonPasswordValidator", "NumericPasswordValidator")
] + [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
]
ACCOUNT_ADAPTER = "kelisim_web.site.accounts.Accounts"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {"login_failed": "5/5m/key,30/h/ip", "inbox": "60/h/ip"}
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("KELISIM_PROXIES", "0"))
MFA_ADAPTER = "kelisim_web.site.accounts.Factors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # a code serves while its neighbours are shown, too: clocks differ, and people type
MFA_TOTP_ISSUER = "Kelisim"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = _ORIGIN.scheme == "http"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "week"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"

# Languages

USE_I18N = True
LANGUAGES = [(code, NAMES[code]) for code in SPOKEN]
LANGUAGE_CODE = "en"
LANGUAGE_COOKIE_NAME = "kelisim_language"
LANGUAGE_COOKIE_AGE = 365 * 24 * _HOUR
LANGUAGE_COOKIE_SAMESITE = "Lax"
LOCALE_PATHS = [_HERE / "locale"]
FORMAT_MODULE_PATH = ["kelisim_web.formats"]

INBOX_LARGEST = int(os.environ.get("KELISIM_INBOX", "64")) * 1024 * 1024

# Jobs and mail

MORNING = int(os.environ.get("KELISIM_MORNING", "1"))  # the hour, in UTC, after which the day's jobs are done
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_TIMEOUT = 30
EMAIL_HOST = os.environ.get("KELISIM_MAIL_HOST", "localhost")
DEFAULT_FROM_EMAIL = os.environ.get("KELISIM_MAIL_FROM", f"kelisim@{_ORIGIN.hostname}")
