"""Parse modes: exact refusals, and properties that hold for any text."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.local_telegram.entities import detect_entities, formatted
from bot.local_telegram.errors import ApiError
from bot.local_telegram.utf16 import slice_utf16, utf16_length

# What Telegram keeps as it is: no control characters, no surrogates, no white space at the ends.
TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40).map(str.strip)
FORMATS = {"bold": "b", "italic": "i", "underline": "u", "strikethrough": "s", "code": "code", "spoiler": "tg-spoiler"}
SIGNS = {"bold": "*", "italic": "_", "underline": "__", "strikethrough": "~", "spoiler": "||"}


def own(entities: list[dict]) -> list[tuple]:
    """Without what Telegram finds by itself."""
    return [
        (entity["type"], entity["offset"], entity["length"])
        for entity in entities
        if entity["type"] not in {"url", "mention", "bot_command", "hashtag", "email"}
    ]


@given(TEXT)
def test_escaped_html_is_the_text_itself(text: str):
    plain, entities = formatted(html.escape(text), "HTML", None)
    assert plain == text
    assert own(entities) == []


@given(TEXT, st.sampled_from(sorted(FORMATS)), TEXT.filter(bool), TEXT)
def test_an_html_entity_covers_exactly_its_words(before: str, kind: str, inside: str, after: str):
    tag = FORMATS[kind]
    source = f"{html.escape(before)}<{tag}>{html.escape(inside)}</{tag}>{html.escape(after)}"
    plain, entities = formatted(source, "HTML", None)
    assert plain == before + inside + after
    assert own(entities) == [(kind, utf16_length(before), utf16_length(inside))]
    assert slice_utf16(plain, *own(entities)[0][1:]) == inside


@given(TEXT)
def test_escaped_markdown_is_the_text_itself(text: str):
    escaped = re.sub(r"([_*\[\]()~`>#+\-=|{}.!\\])", r"\\\1", text)
    plain, entities = formatted(escaped, "MarkdownV2", None)
    assert plain == text
    assert own(entities) == []


@given(st.sampled_from(sorted(SIGNS)), st.text("abc😀é ", min_size=1).filter(lambda text: text == text.strip()))
def test_a_markdown_entity_covers_exactly_its_words(kind: str, inside: str):
    sign = SIGNS[kind]
    plain, entities = formatted(f"😀 {sign}{inside}{sign}", "MarkdownV2", None)
    assert plain == f"😀 {inside}"
    assert own(entities) == [(kind, 3, utf16_length(inside))]


@given(st.text(max_size=60), st.sampled_from(["HTML", "MarkdownV2", "Markdown"]))
def test_any_text_is_parsed_or_refused(text: str, mode: str):
    try:
        plain, entities = formatted(text, mode, None)
    except ApiError:
        return
    for entity in entities:
        assert 0 <= entity["offset"] < entity["offset"] + entity["length"] <= utf16_length(plain)


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("äö <x>y</x>", 'Unsupported start tag "x" at byte offset 5'),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("a <b", "Unclosed start tag at byte offset 2"),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<a href=x!>y</a>", "Unexpected end of name token at byte offset 8"),
        ("<a =x>y</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
def test_html_refusals(text: str, refusal: str):
    with pytest.raises(ApiError) as caught:
        formatted(text, "HTML", None)
    assert caught.value.description == f"Bad Request: can't parse entities: {refusal}"


@pytest.mark.parametrize(
    ("text", "mode", "refusal"),
    [
        ("1.5", "MarkdownV2", "Character '.' is reserved and must be escaped with the preceding '\\'"),
        ("a|b", "MarkdownV2", "Character '|' is reserved and must be escaped with the preceding '\\'"),
        ("é *bold", "MarkdownV2", "Can't find end of Bold entity at byte offset 3"),
        ("__under", "MarkdownV2", "Can't find end of Underline entity at byte offset 0"),
        ("```code", "MarkdownV2", "Can't find end of Pre entity at byte offset 0"),
        ("[x](http://y", "MarkdownV2", "Can't find end of a URL at byte offset 4"),
        ("a *b", "Markdown", "Can't find end of the entity starting at byte offset 2"),
    ],
)
def test_markdown_refusals(text: str, mode: str, refusal: str):
    with pytest.raises(ApiError) as caught:
        formatted(text, mode, None)
    assert caught.value.description == f"Bad Request: can't parse entities: {refusal}"


def test_html_with_everything():
    source = (
        'Hi&#33; <a href="https://example.org/?a=1&amp;b=2">link</a> <pre><code class="language-python">x</code></pre>'
        "<blockquote expandable>q</blockquote><b>a<i>b</i></b>&unknown;"
    )
    plain, entities = formatted(source, "html", None)
    assert plain == "Hi! link xqab&unknown;"
    assert {"type": "text_link", "offset": 4, "length": 4, "url": "https://example.org/?a=1&b=2"} in entities
    assert {"type": "pre", "offset": 9, "length": 1, "language": "python"} in entities
    assert own(entities)[2:] == [("expandable_blockquote", 10, 1), ("bold", 11, 2), ("italic", 12, 1)]


def test_markdown_with_everything():
    source = "*bold _italic_*\n>quote\n>more\n`a\\`b` ```py\nx = 1``` [site](https://example.org/\\)) ||secret||"
    plain, entities = formatted(source, "MarkdownV2", None)
    assert plain == "bold italic\nquote\nmore\na`b x = 1 site secret"
    assert [entity[0] for entity in own(entities)] == [
        "bold", "italic", "blockquote", "code", "pre", "text_link", "spoiler",
    ]  # fmt: skip
    assert "https://example.org/)" in [entity.get("url") for entity in entities]
    assert formatted("*b* _i_ `c` [w](http://a.b) \\_", "Markdown", None)[0] == "b i c w _"


def test_white_space_and_control_characters_at_the_ends_are_cut():
    assert formatted("  \n <b>x </b> \x07 ", "HTML", None) == ("x", [{"type": "bold", "offset": 0, "length": 1}])
    assert formatted("<b>  </b>", "HTML", None) == ("", [])


def test_limits_and_modes():
    for text, mode, refusal in (
        ("x" * 32769, None, "text is too long"),
        ("x", "RTF", "unsupported parse_mode"),
        ("\ud800", None, "strings must be encoded in UTF-8"),
    ):
        with pytest.raises(ApiError, match=refusal):
            formatted(text, mode, None)


def test_what_telegram_finds_by_itself():
    text = "/start@pictalk_bot @ann https://example.org/a, mail a.b@example.org #red not/acommand"
    found = {
        slice_utf16(text, entity["offset"], entity["length"]): entity["type"] for entity in detect_entities(text, [])
    }
    assert found == {
        "/start@pictalk_bot": "bot_command",
        "@ann": "mention",
        "https://example.org/a": "url",
        "a.b@example.org": "email",
        "#red": "hashtag",
    }
