"""Every text of `bot/texts.py` and `bot/admin_texts.py` is used, said, and translated into all languages.

When one of the last tests fails: `python -m scripts.translations --update` writes the entries that are missing, empty,
into the files; `docs/languages.md`.
"""

import ast
import re
from pathlib import Path

import pytest

from bot import admin_texts, texts
from bot.languages import ENGLISH, NAMES
from bot.notices import Notice
from bot.plural import Plural
from bot.translations import faults, load_languages, messages, path_of, read_catalog
from scripts.translations import template, written

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [path for path in sorted((ROOT / "bot").rglob("*.py")) if "local_telegram" not in path.parts]
SAYING = {"say", "say_plural", "_in_words_it_knows"}
CODES = sorted({*NAMES} - {ENGLISH})
NO_TEXT = {"REINDEX_FAILURES_NAME"}
MODULES = {"texts": texts, "admin_texts": admin_texts}


def names_used(tree: ast.AST) -> list[ast.Attribute]:
    """Every `texts.NAME` and `admin_texts.NAME`."""
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in MODULES
        and node.attr.isupper()
    ]


def said(tree: ast.AST) -> set[ast.AST]:
    """Those that are said, or whose keys are gone through: the first argument of `say`, or what a loop runs over."""
    found: set[ast.AST] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=[first, *_]) if name in SAYING:
                found |= {*ast.walk(first)}
            case ast.Call(func=ast.Name(id="map"), args=[ast.Attribute(attr=name), *others]) if name in SAYING:
                found |= {each for other in others for each in ast.walk(other)}
            case (
                ast.For(iter=ast.Attribute(attr=name) as keys)
                | ast.comprehension(iter=ast.Attribute(attr=name) as keys)
            ):
                if any(isinstance(getattr(module, name, None), dict) for module in MODULES.values()):
                    found.add(keys)
    return found


@pytest.fixture(scope="module")
def trees() -> dict[str, ast.Module]:
    return {str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES}


def test_every_text_is_used(trees):
    used = {ast.unparse(node) for tree in trees.values() for node in names_used(tree)}
    there = {f"{name}.{text}" for name, module in MODULES.items() for text in vars(module) if text.isupper()}
    assert there - used == set()


def test_every_text_is_said_in_the_persons_language(trees):
    unsaid = [
        f"{path}:{node.lineno} shows {ast.unparse(node)} in English: say({ast.unparse(node)})"
        for path, tree in trees.items()
        for node in names_used(tree)
        if node not in said(tree) and node.attr not in NO_TEXT
    ]
    assert unsaid == []


def test_nothing_takes_single_texts_out_of_the_module(trees):
    importing = [
        f"{path}:{node.lineno}"
        for path, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module in ("bot.texts", "bot.admin_texts")
    ]
    assert importing == []  # the two tests above would not see their use


def test_an_unsaid_text_would_be_found():
    tree = ast.parse("show(texts.MORE)\nsay(texts.HELP, name=texts.NAME)\nmessenger.say(person, texts.UNDO)")
    assert {node.attr for node in names_used(tree) if node not in said(tree)} == {"MORE", "NAME", "UNDO"}


@pytest.mark.parametrize("code", CODES)
def test_every_text_is_translated_with_its_placeholders(code):
    wrong = faults(read_catalog(code))
    assert [
        f"{NAMES[code]} ({code}), {name}: {text!r} {wrong[text]}" for name, text in messages() if text in wrong
    ] == []


@pytest.mark.parametrize("code", CODES)
def test_no_translation_is_unused(code):
    known = {text.one if isinstance(text, Plural) else text for _, text in messages()}
    entries = {message.id[0] if message.pluralizable else message.id for message in read_catalog(code) if message.id}
    assert entries - known == set()


@pytest.mark.parametrize("code", CODES)
def test_the_files_are_as_the_command_writes_them(code):
    catalog = read_catalog(code)
    catalog.update(template(messages()), no_fuzzy_matching=True, update_creation_date=False)
    assert path_of(code).read_bytes() == written(catalog, code)


@pytest.mark.parametrize("code", CODES)
def test_no_english_was_left_standing(code):
    catalog = read_catalog(code)
    copied = [text for _, text in messages() if isinstance(text, str) and catalog.get(text).string == text]
    assert [text for text in copied if any(map(str.isalpha, re.sub(r"{.*?}", "", text)))] == []


@pytest.mark.parametrize("code", NAMES)
def test_help_names_the_buttons_as_they_are_labelled(code):
    say = load_languages().languages[code].say
    buttons = (texts.BUTTON_MORE, texts.BUTTON_UNDO, texts.BUTTON_NEW, texts.BUTTON_TAKE)
    assert [say(button) for button in buttons if say(button) not in say(texts.HELP)] == []
    assert say(texts.BUTTON_FORK) in say(texts.GROUP_HELP)
    assert say(texts.BUTTON_FORK) in say(texts.NOTICES[Notice.FOREIGN])


@pytest.mark.parametrize("code", CODES)
def test_labels_fit_on_buttons_and_answers_into_alerts(code):
    catalog = read_catalog(code)
    long = []
    for name, text in messages():
        message = catalog.get(text.one if isinstance(text, Plural) else text)
        limit = 24 if name.startswith("BUTTON") else 200 if name.startswith(("NOTICES", "TOAST")) else 4096
        forms = [message.string] if isinstance(message.string, str) else message.string
        long += [(name, form) for form in forms if len(re.sub(r"{.*?}", "00", form)) > limit]
    assert long == []
