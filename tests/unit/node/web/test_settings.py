"""Settings that Django's own check for deployment finds nothing to say about."""

from __future__ import annotations

import subprocess
import sys

from paraph.node.web.settings import web_settings

CHECK = """
import django
from django.conf import settings
from django.core.management import call_command
from paraph.node.web.settings import web_settings
settings.configure(**web_settings(url="https://node.example", secret_key={key!r}, database={database!r}))
django.setup()
call_command("check", deploy=True, fail_level="WARNING")
"""

DATABASE = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
KEY = "".join(chr(33 + index) for index in range(60))


def test_the_check_for_deployment_finds_nothing() -> None:
    program = CHECK.format(key=KEY, database=DATABASE)
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60
    )
    assert run.returncode == 0, run.stderr
    assert "no issues" in run.stdout


def test_cookies_of_a_real_address_are_bound_to_its_host() -> None:
    real = web_settings(url="https://node.example", secret_key=KEY, database=DATABASE)
    assert real["SESSION_COOKIE_NAME"].startswith("__Host-") and real["CSRF_COOKIE_NAME"].startswith(
        "__Host-"
    )
    assert real["SESSION_COOKIE_SECURE"] and real["CSRF_COOKIE_SECURE"]
    assert real["SECURE_HSTS_SECONDS"] == 365 * 24 * 3600
    assert real["ALLOWED_HOSTS"] == ["node.example"]
    assert real["SECURE_PROXY_SSL_HEADER"] is None, "only a proxy that the operator named is believed"


def test_pages_on_this_machine_need_no_certificate() -> None:
    local = web_settings(url="http://localhost:7480", secret_key=KEY, database=DATABASE)
    assert not local["SESSION_COOKIE_SECURE"]
    assert local["SECURE_HSTS_SECONDS"] == 0
