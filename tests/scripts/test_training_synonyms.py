"""Synonyms: where a dictionary finds them, and how a text is varied with them."""

from pathlib import Path

import numpy as np
import pytest

from scripts import derive_words
from scripts.training.dictionary_words import DictionaryWords, name_colour
from scripts.training.labels import KEYS
from scripts.training.synonyms import dictionary_words, synonyms, vary
from scripts.training.wordnet import WordNet

NOUNS = """  1 the licence
00000001 06 n 01 clothing 0 000 | what is worn
00000002 06 n 02 dress 0 frock 0 001 @ 00000001 n 0000 | a one-piece garment; "she wore a dress"
00000003 06 n 01 gown 0 001 @ 00000002 n 0000 | a woman's dress
00000004 07 n 01 chromatic_color 0 000 | a color with a hue
00000005 07 n 01 red 0 001 @ 00000004 n 0000 | the color of blood
00000006 07 n 02 crimson 0 deep_red 0 001 @ 00000005 n 0000 | a deep and vivid red color
00000007 18 n 01 jumper 0 000 | a person who jumps
00000008 06 n 01 fabric 0 000 | cloth
00000009 06 n 01 tartan 0 001 @ 00000008 n 0000 | a cloth in a plaid weave
"""
ADJECTIVES = """00000001 00 a 01 patterned 0 000 | having patterns
00000002 00 s 01 banded 0 001 & 00000001 a 0000 | marked with stripes
00000003 00 s 02 frilly 0 ruffled 0 000 | having ruffles
"""


def _index(data: str, part: str) -> str:
    found: dict[str, list[str]] = {}
    for line in data.splitlines():
        if line.startswith("  "):
            continue
        offset, _, _, count, *rest = line.split()
        for word in rest[: 2 * int(count) : 2]:
            found.setdefault(word.lower(), []).append(offset)
    lines = (f"{word} {part} {len(keys)} 0 {len(keys)} 0 {' '.join(keys)}" for word, keys in found.items())
    return "\n".join(lines) + "\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, data in (("noun", NOUNS), ("adj", ADJECTIVES)):
        (tmp_path / f"data.{name}").write_text(data)
        (tmp_path / f"index.{name}").write_text(_index(data, name[0]))
    return tmp_path


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("gown", ("category", "dress")),
        ("frock", ("category", "dress")),
        ("crimson", ("colour", "red")),
        ("deep red", ("colour", "red")),
        ("cobalt", ("colour", "blue")),
        ("tartan", ("pattern", "checked")),
        ("banded", ("pattern", "striped")),
        ("frilly", ("detail", "ruffle hem")),
        ("jumper", None),
        ("clothing", None),
        ("toaster", None),
    ],
)
def test_a_word_means_what_the_dictionary_says(folder: Path, word: str, meaning: tuple[str, str] | None) -> None:
    words = DictionaryWords(WordNet(folder), {"cobalt": (0, 71, 171)}, lambda _: True)
    assert words.meaning(word) == meaning


def test_only_new_common_words_are_derived(folder: Path) -> None:
    derived = DictionaryWords(WordNet(folder), {"dark grey": (30, 30, 30)}, lambda word: word != "tartan").derive()
    assert derived["category"]["dress"] == ["frock", "gown"]
    assert "pattern" in derived
    assert "checked" not in derived["pattern"]
    assert "dark grey" not in str(derived), "it may look black, and is called grey all the same"


def test_a_colour_is_named_only_where_it_is_clear() -> None:
    assert name_colour((200, 20, 30)) == "red"
    assert name_colour((250, 250, 250)) == "white"
    assert name_colour((150, 130, 80)) is None  # khaki, which people call by three names


def test_the_command_writes_the_file_and_says_what_is_missing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    colours = folder / "colours.json"
    colours.write_text('{"cobalt": [0, 71, 171]}')
    arguments = ["--colours", str(colours), "--output", str(folder / "words.json")]
    assert derive_words.main([*arguments, "--wordnet", str(folder)]) == 0
    assert "cobalt" in (folder / "words.json").read_text()
    assert derive_words.main([*arguments, "--wordnet", str(folder / "nowhere")]) == 2
    assert "cannot be derived" in capsys.readouterr().err


def test_the_words_that_are_kept_name_values_that_there_are() -> None:
    kinds = {*KEYS["category"], *KEYS["detail"]}
    for key, table in synonyms().items():
        assert set(table) <= (kinds if key == "category" else set(KEYS[key])), key
    assert sum(len(words) for table in dictionary_words().values() for words in table.values()) > 900


def test_a_text_is_varied_in_what_it_names() -> None:
    rng = np.random.default_rng(0)
    row = {"category": "dress", "colour": "red", "sleeve": "long", "detail": None}
    texts = {vary("I want a red long-sleeved dress please", row, rng) for _ in range(200)}
    assert len(texts) > 30
    assert all(text.startswith("I want a") and text.endswith("please") for text in texts)
    assert any("long-sleeved" in text and "dress" in text and " red " not in text for text in texts)


def test_what_a_row_does_not_have_stays() -> None:
    rng = np.random.default_rng(0)
    assert {vary("a blue coat", {"category": "dress", "colour": "red"}, rng) for _ in range(50)} == {"a blue coat"}
