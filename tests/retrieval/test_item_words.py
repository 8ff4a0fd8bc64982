"""What is written beside a picture, whoever wrote it."""

import pytest

from retrieval.item_words import MAX_CHARACTERS, plain, words_in, written


def test_everything_that_is_said_about_an_item_becomes_one_text():
    metadata = {
        "price": 12.5, "description": "Warm.", "tags": "winter, sale", "title": "Coat", "brand": "Norwind", "size": 42,
        "colour": "red",
    }  # fmt: skip
    assert written(metadata) == "Coat. Norwind. 42. winter, sale. Warm"


@pytest.mark.parametrize("metadata", [{}, {"price": 3.0}, {"title": " \n"}, {"description": "<p></p>"}])
def test_nothing_is_written_beside_some(metadata):
    assert written(metadata) == ""


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("<p>Soft <b>merino</b>&nbsp;wool</p>", "Soft merino wool"),
        ("<script>alert('x')</script>Linen<style>p {}</style>", "Linen"),
        ("<script>never closed", ""),
        ("Linen <!-- cheap --> shirt", "Linen shirt"),
        ("Fits 5 < 6 > 4 &amp; more", "Fits 5 < 6 > 4 & more"),
        ("a<br/>b<img src=x onerror=alert(1)>c", "a b c"),
        ("&lt;b&gt; is no tag", "<b> is no tag"),
        ("one\x00two\r\nthree", "one two three"),
        ("half \ud800 of a pair", "half ? of a pair"),
    ],
)
def test_html_is_taken_out(given, shown):
    assert plain(given) == shown


@pytest.mark.parametrize("text", ["шерстяное пальто Север", "羊毛 大衣", "معطف من الصوف", "ウールのコート"])
def test_another_script_is_kept(text):
    assert written({"description": text}) == text
    assert set(words_in(text)) == set(text.casefold().split())


@pytest.mark.parametrize("piece", ["wool ", "<", "<!--", "<a ", "&amp;", "<script>", "x"])
def test_a_description_of_100000_characters_is_cut(piece):
    metadata = {"title": "Coat", "description": (piece * 100_000)[:100_000]}
    text = written(metadata)  # a quadratic pattern would take minutes
    assert text.startswith("Coat")
    assert len(text) <= MAX_CHARACTERS
