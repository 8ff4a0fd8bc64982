"""Inline keyboards: refusals word for word, silent repairs as lint."""

import json

import pytest

from bot.local_telegram.errors import ApiError
from bot.local_telegram.keyboards import for_page, labels, parse_markup


def button(text: str = "x", **kind: object) -> dict:
    return {"text": text, **(kind or {"callback_data": "d"})}


def parsed(*rows: list[dict], private: bool = True) -> tuple[list[list[str]], list[str]]:
    lint: list[str] = []
    found = parse_markup(json.dumps({"inline_keyboard": rows}), lint.append, private=private)
    return labels(found), [entry.partition(":")[0] for entry in lint]


@pytest.mark.parametrize(
    ("markup", "refusal"),
    [
        ("{", "can't parse reply keyboard markup JSON object"),
        ("[]", "object expected as reply markup"),
        (
            {"inline_keyboard": {}},
            'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
        ),
        (
            {"inline_keyboard": [{}]},
            'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
        ),
        (
            {"inline_keyboard": [[{"text": "x"}]]},
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            {"inline_keyboard": [[button(callback_data="")]]},
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        ({"inline_keyboard": [[button(callback_data="é" * 33)]]}, "BUTTON_DATA_INVALID"),
        ({"inline_keyboard": [[button()] * 8] * 13}, "reply markup is too long"),
        (
            {"inline_keyboard": [[button(url="nowhere")]]},
            "inline keyboard button URL 'nowhere' is invalid: Wrong HTTP URL",
        ),
        ({"inline_keyboard": [[button(copy_text={"text": ""})]]}, "BUTTON_COPY_TEXT_INVALID"),
    ],
)
def test_refused_keyboards(markup: object, refusal: str):
    raw = markup if isinstance(markup, str) else json.dumps(markup)
    with pytest.raises(ApiError) as caught:
        parse_markup(raw, lambda entry: None)
    assert caught.value.description == f"Bad Request: {refusal}"


def test_64_bytes_of_data_and_100_buttons_are_fine():
    assert parsed([button(callback_data="é" * 32)]) == ([["x"]], [])
    assert parsed(*[[button()] * 5] * 20)[1] == []


def test_repairs_are_linted():
    assert parsed([button(" ")], [button("a"), button("")]) == ([["a"]], ["button-empty", "button-empty"])
    assert parsed([button()] * 13) == ([["x"] * 12], ["row-long"])
    assert parsed([button()] * 9) == ([["x"] * 9], ["row-long"])
    assert parsed() == ([], [])


def test_a_mini_app_only_in_private_chats():
    row = [button(web_app={"url": "https://example.org"})]
    assert parsed(row)[0] == [["x"]]
    with pytest.raises(ApiError, match="BUTTON_TYPE_INVALID"):
        parsed(row, private=False)
    with pytest.raises(ApiError, match="Only HTTPS links are allowed"):
        parsed([button(web_app={"url": "http://example.org"})])


def test_what_the_page_needs_to_draw_a_button():
    rows = [[button(style="danger", callback_data="d"), button(copy_text={"text": "code"})]]
    rows.append([button(switch_inline_query_current_chat=""), button(url="https://example.org")])
    assert for_page(parse_markup(json.dumps({"inline_keyboard": rows}), print)) == [
        [
            {"label": "x", "kind": "callback", "style": "danger"},
            {"label": "x", "kind": "copy", "text": "code"},
        ],
        [
            {"label": "x", "kind": "switch_inline_current", "query": ""},
            {"label": "x", "kind": "url", "url": "https://example.org"},
        ],
    ]
