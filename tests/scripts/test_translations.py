"""The command for translators: what is missing, as entries to be filled in, and files brought up to date."""

import shutil

import pytest

from bot.translations import LOCALES, faults, path_of, read_catalog
from scripts.translations import main


@pytest.fixture
def locales(tmp_path):
    return shutil.copytree(LOCALES, tmp_path / "locales")


def test_nothing_is_missing_and_an_update_changes_nothing(locales, capsys):
    before = {path: path.read_bytes() for path in locales.rglob("*.po")}
    assert len(before) == 5
    assert main(["--update", "--locales", str(locales)]) == 0
    assert capsys.readouterr().out == ""
    assert {path: path.read_bytes() for path in locales.rglob("*.po")} == before


def test_what_is_missing_is_printed_and_written_as_an_empty_entry(locales, capsys):
    path = path_of("ru", locales)
    text = path.read_text(encoding="utf-8").replace('msgid "Similar"\nmsgstr "Похожие"\n', "")
    path.write_text(text + '\nmsgid "Gone since"\nmsgstr "Ушло"\n', encoding="utf-8")
    assert main(["--locales", str(locales)]) == 1
    said = capsys.readouterr().out
    assert '#. BUTTON_SIMILAR: is missing\nmsgid "Similar"\nmsgstr ""' in said
    assert "Русский" in said
    assert "Deutsch" not in said
    assert path.read_text(encoding="utf-8").startswith(text[:200])

    assert main(["--update", "--language", "ru", "--locales", str(locales)]) == 1
    updated = path.read_text(encoding="utf-8")
    assert 'msgid "Similar"\nmsgstr ""' in updated
    assert "Gone since" not in updated
    assert "Это оно" in updated
    assert faults(read_catalog("ru", locales)) == {"Similar": "is missing"}


def test_a_new_language_begins_with_empty_entries(tmp_path, capsys):
    assert main(["--update", "--language", "ar", "--locales", str(tmp_path)]) == 1
    assert "msgstr[5]" in path_of("ar", tmp_path).read_text(encoding="utf-8")
    capsys.readouterr()


def test_a_broken_file_is_said_in_one_sentence_and_kept(locales, capsys):
    path = path_of("es", locales)
    broken = "<<<<<<< HEAD\n" + path.read_text(encoding="utf-8")
    path.write_text(broken, encoding="utf-8")
    assert main(["--update", "--language", "es", "--locales", str(locales)]) == 2
    assert "cannot be read" in capsys.readouterr().err
    assert path.read_text(encoding="utf-8") == broken
