"""Settings: all that is wrong is told at once, and no demo secret gets into production."""

import subprocess
import sys

import pytest
from cryptography.fernet import Fernet

from settings import ROOT, Settings, WrongSettings, load, table

PRODUCTION = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "x" * 32,
    "WEBHOOK_SECRETS": "a-long-webhook-secret",
    "DATA_KEYS": Fernet.generate_key().decode(),
    "AT_API_KEY": "a-key",
}


def test_every_wrong_setting_is_told_at_once(monkeypatch):
    wrong = {
        "PORT": "eighty",
        "TIMEZONE": "Africa/Keur",
        "DATABASE_URL": "mysql://x",
        "REDIS_URL": "http://x",
        "TRUSTED_GATEWAYS": "300.0.0.0/8",
        "DATA_KEYS": "short",
        "WEBHOOK_SECRETS": "a/b",
        "AT_BASE_URL": "api.example",
        "DEFAULT_LANGUAGE": "zz",
    }
    for name, value in wrong.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(WrongSettings) as raised:
        load()
    for name in wrong:
        assert f"  {name}: " in raised.value.report


def test_a_process_with_wrong_settings_ends_with_2_and_says_why():
    ended = subprocess.run(
        [sys.executable, "-m", "flask", "settings"],
        env={"PORT": "0", "TIMEZONE": "x", "PATH": ""},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 2
    assert "PORT: " in ended.stderr
    assert "TIMEZONE: no such time zone" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_production_starts_with_secrets_of_its_own(monkeypatch):
    for name, value in PRODUCTION.items():
        monkeypatch.setenv(name, value)
    assert load().environment == "production"


@pytest.mark.parametrize("name", ["SECRET_KEY", "WEBHOOK_SECRETS", "DATA_KEYS", "AT_API_KEY"])
def test_production_refuses_a_demo_secret(monkeypatch, name):
    for other, value in PRODUCTION.items():
        if other != name:
            monkeypatch.setenv(other, value)
    with pytest.raises(WrongSettings) as raised:
        load()
    assert name in raised.value.report


def test_demo_secrets_and_wrong_settings_are_told_together(monkeypatch):
    monkeypatch.setenv("ENVIRONMENT", "production")
    monkeypatch.setenv("PORT", "0")
    with pytest.raises(WrongSettings) as raised:
        load()
    for name in ("PORT", "SECRET_KEY", "WEBHOOK_SECRETS", "DATA_KEYS", "AT_API_KEY"):
        assert f"  {name}: " in raised.value.report


def test_production_may_choose_to_send_no_sms(monkeypatch):
    for name, value in PRODUCTION.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AT_API_KEY")
    monkeypatch.setenv("SMS_GATEWAY", "console")
    assert load().sms_gateway == "console"


def test_lists_are_written_with_commas(monkeypatch):
    monkeypatch.setenv("WEBHOOK_SECRETS", "new-one, old-one ,")
    assert load().webhook_secrets == ["new-one", "old-one"]


@pytest.mark.parametrize("url", ["postgres://h/d", "postgresql://h/d", "postgresql+psycopg://h/d"])
def test_postgresql_urls_of_any_platform_are_taken(url):
    assert Settings(database_url=url).database == "postgresql+psycopg://h/d"


def test_a_deep_folder_still_gets_a_socket_that_the_system_takes(tmp_path):
    deep = tmp_path / ("deep" * 10) / ("folder" * 15)
    assert len(str(Settings(var_dir=deep).embedded_redis_socket).encode()) <= 107


def test_the_readme_s_table_is_the_one_of_the_settings():
    assert table() in (ROOT / "README.md").read_text(encoding="utf-8")
