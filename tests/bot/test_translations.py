"""A language file with faults: what it cannot say is said in English, the log says so once, and nothing fails."""

import shutil

import pytest

from bot import admin_texts, texts
from bot.translations import LOCALES, faults, load_languages, path_of, placeholders, read_catalog


@pytest.fixture
def locales(tmp_path):
    """A copy of the language files, to be damaged."""
    return shutil.copytree(LOCALES, tmp_path / "locales")


def damage(locales, code, before, after):
    path = path_of(code, locales)
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param("Bild ist gewählt", id="missing"),
        pytest.param("Bild {nummer} ist gewählt", id="renamed"),
        pytest.param("Bild {number} ist {wie}", id="added"),
        pytest.param("Bild {number ist gewählt", id="brace"),
        pytest.param("Bild {number.__class__} ist gewählt", id="attribute"),
        pytest.param("Bild {number:>999999999} ist gewählt", id="format"),
        pytest.param("Bild {} ist gewählt", id="nameless"),
        pytest.param("", id="empty"),
    ],
)
def test_a_text_with_other_placeholders_is_said_in_english(locales, caplog, broken):
    damage(locales, "de", "Bild {number} ist gewählt", broken)
    german = load_languages(locales).choose("de")
    assert german.say(texts.TOAST_CHOSEN, number=3) == "Picture 3 is chosen"
    assert german.say(texts.BUTTON_MORE) == "Mehr"
    (record,) = caplog.records
    assert "1 texts are said in English instead of Deutsch" in record.getMessage()
    assert "Picture {number} is chosen" in record.getMessage()


def test_a_form_that_lost_its_placeholder_is_found_and_a_count_may_be_left_unsaid(locales, caplog):
    damage(locales, "ru", "Снова снимок {snapshot} ({count} картинок).", "Снова снимок ({count} картинок).")
    languages = load_languages(locales)
    assert (
        languages.choose("ru").say_plural(admin_texts.ROLLED_BACK, 1, snapshot="s") == "Back on snapshot s (1 picture)."
    )
    assert "صورتان" in languages.choose("ar").say_plural(admin_texts.ROLLED_BACK, 2, snapshot="s")
    assert len(caplog.records) == 1


def test_too_few_plural_forms_are_found(locales, caplog):
    damage(locales, "ru", 'msgstr[2] "Снова', '#~ msgstr[2] "Снова')
    assert "1 texts" in [load_languages(locales), caplog.text][1]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"\xff\xfe\x00", id="bytes"),
        pytest.param(b'msgid "x\nmsgstr [', id="syntax"),
        pytest.param(b"<html></html>", id="html"),
        pytest.param(b'msgid "More"\nmsgstr "M\xc3\xa1s"\n>>>>>>> main\n', id="conflict"),
        pytest.param(b"", id="empty"),
    ],
)
def test_a_file_that_cannot_be_read_leaves_the_language_in_english(locales, caplog, content):
    path_of("es", locales).write_bytes(content)
    languages = load_languages(locales)
    assert languages.choose("es").say(texts.BUTTON_MORE) == "More"
    assert languages.choose("de").say(texts.BUTTON_MORE) == "Mehr"
    (record,) = caplog.records
    assert "Español" in record.getMessage()


def test_a_file_that_is_gone_leaves_the_language_in_english(locales, caplog):
    path_of("zh", locales).unlink()
    chinese = load_languages(locales).choose("zh")
    assert chinese.say(texts.BUTTON_MORE) == "More"
    assert "中文" in caplog.text


def test_a_hostile_plural_rule_of_a_file_does_not_count(locales, caplog):
    damage(locales, "de", "plural=(n != 1)", "plural=(n ** 99999999)")
    german = load_languages(locales).choose("de")
    assert german.say_plural(texts.BUTTON_WEAK, 2) == "2 schwache zeigen"
    assert not caplog.records


def test_uncertain_translations_do_not_count(locales):
    damage(locales, "de", "#. BUTTON_MORE\n", "#. BUTTON_MORE\n#, fuzzy\n")
    assert faults(read_catalog("de", locales)) == {texts.BUTTON_MORE: "is missing"}


def test_the_bundled_files_say_everything(caplog):
    load_languages()
    assert not caplog.records


def test_placeholders_are_compared_with_their_formats():
    assert placeholders("{rate:.0f} {count}") == {("rate", ".0f", None), ("count", "", None)}
    with pytest.raises(ValueError, match="}"):
        placeholders("50 % }")
