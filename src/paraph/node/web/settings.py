"""Django's settings for the pages of one node.

They are made from the node's own configuration, never read from a settings module: a process serves one node.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

__all__ = ["APPLICATIONS", "LANGUAGES", "web_settings"]

LANGUAGES: Final = (("en", "English"), ("he", "עברית"), ("sq", "Shqip"))
"""Languages of the interface, each named in itself."""

APPLICATIONS: Final = ("people", "desk", "texts", "signing", "public", "api")
"""Our own applications; each has ``urls.py``, ``templates/`` and ``locale/`` of its own."""

STORE: Final = "paraph.adapters.store"

SESSION_S: Final = 8 * 3600
"""A session ends with the working day."""

UPLOAD_BYTES: Final = 64 * 1024 * 1024
"""Largest upload: a container of a large package; see ``wire.limits``."""

FORM_BYTES: Final = 4 * 1024 * 1024
"""Largest form: a text in all its languages."""

FORM_FIELDS: Final = 2000
"""Most fields of a form: concordance ticks of a long text."""

HSTS_S: Final = 365 * 24 * 3600


def web_settings(
    *, url: str, secret_key: str, database: Mapping[str, object], behind_proxy: bool = False
) -> dict[str, Any]:
    """Settings for ``django.conf.settings.configure``.

    Args:
        url: Where people reach the pages, such as ``https://node.example``; its host is what passkeys are bound to.
        secret_key: At least 50 characters, secret, kept by the node.
        database: Django's settings of the database for people, sessions and drafts.
        behind_proxy: Whether a reverse proxy on this machine ends TLS and says so.
    """
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    return {
        "DEBUG": False,
        "SECRET_KEY": secret_key,
        "ALLOWED_HOSTS": [parts.hostname or "localhost"],
        "CSRF_TRUSTED_ORIGINS": [f"{parts.scheme}://{parts.netloc}"],
        "SITE_URL": url.rstrip("/"),
        "INSTALLED_APPS": [
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            STORE,
            "paraph.node.web",
            *(f"paraph.node.{name}" for name in APPLICATIONS),
        ],
        "MIDDLEWARE": [
            "paraph.node.web.middleware.SafeHeaders",
            "django.middleware.security.SecurityMiddleware",
            "paraph.node.web.assets.Assets",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "paraph.node.web.middleware.Language",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
            "paraph.node.web.nulls.NoNulls",
            "paraph.node.people.gate.Gate",
            "paraph.node.web.middleware.PlainErrors",
        ],
        "ROOT_URLCONF": "paraph.node.web.urls",
        "TEMPLATES": [
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.template.context_processors.i18n",
                        "paraph.node.web.context.frame",
                    ],
                    "builtins": [
                        f"paraph.node.web.templatetags.{name}"
                        for name in ("paraph", "fields", "marks", "times")
                    ],
                },
            }
        ],
        "DATABASES": {"default": dict(database)},
        "DATABASE_ROUTERS": ["paraph.node.web.router.StoreApart"],
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "AUTH_USER_MODEL": "people.Officer",
        "AUTHENTICATION_BACKENDS": ["paraph.node.people.authentication.PasskeyBackend"],
        "LOGIN_URL": "people:sign-in",
        "LANGUAGE_CODE": "en",
        "LANGUAGES": LANGUAGES,
        "LOCALE_PATHS": [str(Path(__file__).parent / "locale")],
        "USE_I18N": True,
        "USE_TZ": True,
        "TIME_ZONE": "UTC",
        "STATIC_URL": "/static/",
        "LOGGING_CONFIG": None,
        "SESSION_COOKIE_NAME": "__Host-paraph" if secure else "paraph",
        "SESSION_COOKIE_AGE": SESSION_S,
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "CSRF_COOKIE_NAME": "__Host-paraph-csrf" if secure else "paraph-csrf",
        "CSRF_COOKIE_SECURE": secure,
        "CSRF_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_SAMESITE": "Lax",
        "CSRF_FAILURE_VIEW": "paraph.node.web.views.csrf_failure",
        "SECURE_SSL_REDIRECT": secure,
        "SECURE_HSTS_SECONDS": HSTS_S if secure else 0,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": secure,
        "SECURE_HSTS_PRELOAD": secure,
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https") if behind_proxy else None,
        "SECURE_REFERRER_POLICY": "same-origin",
        "X_FRAME_OPTIONS": "DENY",
        "DATA_UPLOAD_MAX_MEMORY_SIZE": FORM_BYTES,
        "DATA_UPLOAD_MAX_NUMBER_FIELDS": FORM_FIELDS,
        "FILE_UPLOAD_MAX_MEMORY_SIZE": UPLOAD_BYTES,
    }
