"""`.env.example` is the whole configuration, each setting with its default and what it is for."""

import re
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / ".env.example"
ENTRY = re.compile(r"^((?:# .+\n)+)([A-Z0-9_]+)=(.*)$", re.MULTILINE)


def written(default: object) -> str:
    """A default as it stands behind the equals sign."""
    if default is None:
        return ""
    if isinstance(default, SecretStr):
        return default.get_secret_value()
    if isinstance(default, frozenset | tuple | list):
        return ",".join(map(str, default))
    return str(default).lower() if isinstance(default, bool) else str(default)


def test_it_holds_exactly_every_setting_with_its_default_and_its_description():
    found = {name: (comment, value) for comment, name, value in ENTRY.findall(EXAMPLE.read_text(encoding="utf-8"))}
    assert found == {
        name.upper(): (f"# {field.description}\n", written(field.default))
        for name, field in Settings.model_fields.items()
    }
    assert len(found) == EXAMPLE.read_text(encoding="utf-8").count("=") - sum(c.count("=") for c, _ in found.values())


def test_copied_to_env_it_changes_nothing():
    assert Settings(_env_file=EXAMPLE) == Settings(_env_file=None)


def test_every_setting_can_come_from_the_environment(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ALBUM_SIZE", "4")
    monkeypatch.setenv("ADMIN_IDS", "1, 22")
    settings = Settings(_env_file=None)
    assert settings.album_size == 4
    assert settings.admin_ids == {1, 22}


def test_the_settings_of_the_person_who_runs_the_tests_are_out_of_the_way():
    assert Settings(_env_file=None).redis_url is None


@pytest.mark.parametrize("secret", ["telegram_bot_token", "redis_url"])
def test_no_secret_is_printed(secret: str):
    settings = Settings(_env_file=None, **{secret: "sesame"})
    assert "sesame" not in repr(settings) + str(settings.model_dump())
