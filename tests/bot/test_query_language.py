"""Which words a model that knows English only can make something of: no English search is ever refused."""

import json
from pathlib import Path

import pytest

from bot import phrases_abroad
from bot.phrases import command
from bot.query_language import is_english
from retrieval.query_bank import TEXTS

UNSEEN = """
    geblümter Rock, graue Wollmütze, Sneaker in Größe 40, wärmere Winterjacke, Abendkleid mit Glitzer, rosa
    Rucksack, Hut mit breiter Krempe, das Gleiche ohne Kragen, etwas sportlicher, weniger bunt, T-Shirt mit
    Aufdruck, Lederjacke, Jeans mit Löchern, enger geschnitten, helle Farben, Strand bei Sonnenuntergang, zwei
    Hunde im Schnee, rotes Auto, mein Hochzeitsfoto, Berge und See, falda plisada, camiseta de rayas, zapatillas
    deportivas, bolso de cuero marrón, más oscuro, gorro de lana, chaqueta vaquera, vestido largo elegante, sin
    mangas, con capucha, sudadera gris, algo más barato, botas altas, playa al atardecer, dos perros en la
    nieve, coche rojo, pantalón corto, camisa a cuadros, sombrero de paja, mochila rosa
"""
"""German and Spanish searches that were written without a look at the lists of words."""
ROOT = Path(__file__).resolve().parents[2]


def strings(value):
    """Every string in some JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from (key, *strings(each))
    elif isinstance(value, list):
        for each in value:
            yield from strings(each)


def texts_in(paths):
    return {text for path in paths for text in strings(json.loads(path.read_text(encoding="utf-8")))}


@pytest.mark.parametrize(
    "text",
    [
        "ein rotes Kleid",
        "rotes Sommerkleid",
        "Kleid",
        "eine blaue Jacke",
        "schwarze Schuhe",
        "etwas länger",
        "dasselbe in Blau",
        "mit langen Ärmeln",
        "ohne Muster",
        "in Grün bitte",
        "un vestido rojo",
        "vestido de verano",
        "zapatos negros",
        "una falda corta",
        "lo mismo en azul pero más largo",
        "con manga larga",
        "sin estampado",
        "polo con cuello",
        "красное платье",
        "красное платье Zara",
        "红色连衣裙",
        "фото кота",
        "فستان أحمر",
        "אדום",
    ],
)
def test_other_languages_are_told_by_few_words(text):
    assert not is_english(text)


@pytest.mark.parametrize(
    "text",
    [
        "a red summer dress",
        "de la renta dress",
        "a dress by Oscar de la Renta",
        "Hugo Boss die cut",
        "die hard poster",
        "las vegas",
        "el camino",
        "501",
        "café",
        "a jersey",
        "winter coat",
        "more elegant",
        "in the style of Zara",
        "no collar",
        "a red فستان dress",
        "Zoë's mantel clock",
    ],
)
def test_english_and_names_pass(text):
    assert is_english(text)


def test_no_query_of_the_bundled_suites_is_refused_or_taken_for_a_command():
    said = {*TEXTS} | texts_in(sorted((ROOT / "scripts").rglob("*.json")))
    assert len(said) > 1500
    assert [text for text in said if not is_english(text)] == []
    assert [text for text in said if command(text) is not None] == []


def test_most_of_what_the_lists_were_not_made_for_is_told_too():
    said = " ".join(UNSEEN.split()).split(", ")
    assert len(said) == 40
    assert sum(not is_english(text) for text in said) >= 27  # docs/languages.md


@pytest.mark.shared
def test_no_caption_of_fashioniq_or_cirr_is_refused(shared):
    said = texts_in((shared / "data" / "fashioniq" / "captions").glob("*.json"))
    said |= texts_in((shared / "data" / "cirr" / "captions").glob("*.json"))
    assert len(said) > 40_000
    assert [text for text in said if not is_english(text)] == []
    assert [text for text in said if phrases_abroad.meaning(text) or phrases_abroad.pick(text)] == []
