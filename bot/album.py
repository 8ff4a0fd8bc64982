"""A turn and its hits, rendered as values for the sender. Pure."""

import re
from collections.abc import Sequence
from html import escape
from urllib.parse import quote, urlsplit

from bot import texts
from bot.direction import isolate
from bot.events import (
    Accepted,
    CardClosed,
    FilterRemoved,
    HitChosen,
    ModeSwitched,
    MoreAsked,
    OriginalAsked,
    Restarted,
    SimilarAsked,
    Undone,
    WeakAsked,
)
from bot.filter_labels import labels
from bot.languages import apart, say, say_plural
from bot.ledger import Entry
from bot.next_turns import ANYTHING
from bot.screens import Album, Button, Card, Keyboard, Offer
from bot.turns import Turn
from retrieval.item_table import Item
from retrieval.query import ComposedQuery, ImageQuery, PhotoReference, TextQuery

MAX_LABEL = 60
"""Characters of one step in the trail; the whole trail stays far under Telegram's 1,024 of a caption."""
MAX_TITLE = 200
MAX_FILTERS = 100
"""Characters of all conditions of a filter."""

_SHOWN_ELSEWHERE = frozenset({"id", "path", "image", "file", "filename", "title", "price", "link", "category"})


def render(
    turn: Turn, items: tuple[Item, ...], page: int, repeated: bool = False, withheld: int = 0, far: bool = False
) -> Album:
    """The album of a page of `turn`.

    Args:
        turn: as it was before this page.
        items: the pictures of the page, best first.
        page: number of the page, from 0; the turn's pages before it have been shown.
        repeated: the pictures were shown before, because nothing unseen was left.
        withheld: so many weaker pictures could be shown as well.
        far: none of the pictures is close to what was asked for.
    """
    step = f" · {say(texts.STEP, number=len(turn.ledger))}" if len(turn.ledger) > 1 else ""
    hint = say(texts.REPEATED if repeated else texts.NOT_CLOSE if far else texts.CHOOSE_HINT)
    if withheld:
        hint = f"{say(texts.SOME_CLOSE, close=len(items), weak=withheld)} {hint}"
    weak = _weak(turn, page + 1, say_plural(texts.BUTTON_WEAK, withheld)) if withheld else ()
    filters = filter_line(turn)
    exact = next((number for number, item in enumerate(items, start=1) if item.id == turn.exact), None)
    first_position = sum(len(shown.items) for shown in turn.pages[:page])
    if len(items) == 1:
        alone = [f"<b>{say(texts.EXACT_ALONE)}</b>"] if exact else []
        said = [
            trail(turn),
            *filters,
            *alone,
            title(items[0]),
            *([hint] if withheld or far else []),
            say(texts.CARD_HINT),
        ]
        control = "\n".join(said)
        keyboard = (
            *_card_rows(turn, first_position, items[0]),
            *weak,
            _navigation(turn, page),
            *_mode(turn),
            *_off(turn),
        )
    else:
        exactly = [f"<b>{say(texts.EXACT, number=exact)}</b>"] if exact else []
        control = "\n".join([f"{trail(turn)}{step}", *filters, *exactly, hint])
        numbers = tuple(
            Button(str(number), HitChosen(turn.number, first_position + number - 1))
            for number in range(1, len(items) + 1)
        )
        keyboard = (numbers, *weak, _navigation(turn, page), *_mode(turn), *_off(turn))
    caption = apart(plain_label(turn.request)) + (f" · {say(texts.PAGE, number=page + 1)}" if page else "")
    caption += f" · {say(texts.EXACT_CAPTION, number=exact)}" if exact else ""
    return Album(items, caption, control, keyboard)


def render_offer(turn: Turn) -> Offer:
    """The message for a turn that found nothing close, in place of an album."""
    asked = _bold(plain_label(turn.request))
    keyboard = (*_weak(turn, len(turn.pages), say(texts.BUTTON_NEAREST)), _steps(turn), *_mode(turn), *_off(turn))
    return Offer("\n".join([say(texts.NOTHING_CLOSE, asked=asked), *filter_line(turn)]), keyboard)


def render_none_fit(turn: Turn) -> Offer:
    """The message for a turn whose filter leaves nothing: which, and a button for each condition that takes it off."""
    said = labels(turn.within)
    text = say(texts.NONE_FIT if len(said) == 1 else texts.NONE_FIT_ALL, filters=_listed(said))
    return Offer(text, (*_off(turn), _steps(turn)))


def render_card(turn: Turn, position: int, item: Item) -> Card:
    """The card of one picture of a turn."""
    lines = [f"<b>{title(item)}</b>"]
    if price := _price(item):
        lines.append(escape(price))
    if details := _details(item):
        lines.append(escape(details))
    lines += filter(None, [why(turn, position), say(texts.CARD_HINT)])
    back = (Button(say(texts.BUTTON_BACK), CardClosed(turn.number)),)
    rows = _card_rows(turn, position, item)
    return Card(item, "\n".join(lines), ((*rows[0], *back), *rows[1:]))


def render_accepted(item: Item, link: str) -> Card:
    """The last word of a search: the item, where it is sold, and the link that opens the search for others."""
    lines = [say(texts.ACCEPTED, title=f"<b>{title(item)}</b>")]
    if price := _price(item):
        lines.append(escape(price))
    lines += [say(texts.ACCEPTED_SHARE, link=escape(link)), say(texts.ACCEPTED_NEXT)]
    share = (Button(say(texts.BUTTON_SHARE), url=f"https://t.me/share/url?url={quote(link, safe='')}"),)
    return Card(item, "\n".join(lines), (*_link_row(item), share))


def why(turn: Turn, position: int) -> str:
    """How strong a match a picture is, and what makes it one: of a refinement, the shares of picture and words."""
    reason = turn.reason(position)
    match turn.request.query:
        case TextQuery():
            because = say(texts.WHY_WORDS)
        case ImageQuery():
            because = say(texts.WHY_PICTURE)
        case ComposedQuery():
            share = reason.picture_share
            picture = None if share is None else round(100 * share)
            because = "" if picture is None else say(texts.WHY_BOTH, picture=picture, words=100 - picture)
    strength = reason.strength
    if strength is None:
        line = because
    else:
        said = say(next(words for least, words in texts.STRENGTH_WORDS if strength >= least))
        line = say(texts.STRENGTH_WHY, strength=said, why=because) if because else said
    return line[:1].upper() + line[1:]


def plain_title(item: Item) -> str:
    """An item's title; its id where it has none."""
    return _printable(str(item.title or item.id))[:MAX_TITLE]


def title(item: Item) -> str:
    """The same as HTML."""
    return escape(plain_title(item))


def plain_label(entry: Entry) -> str:
    """One entry of the ledger in words, as plain text."""
    if said := say(texts.ANYTHING) if entry.text == ANYTHING else _printable(entry.text):
        said = said if len(said) <= MAX_LABEL else said[: MAX_LABEL - 1].rstrip() + "…"
        from_photo = isinstance(entry.query, ComposedQuery) and isinstance(entry.query.reference, PhotoReference)
        return say(texts.PHOTO_AND_WORDS, words=said) if from_photo else said
    is_photo = isinstance(entry.query, ImageQuery) and isinstance(entry.query.reference, PhotoReference)
    return say(texts.PHOTO_LABEL if is_photo else texts.SIMILAR_LABEL)


def trail(turn: Turn) -> str:
    """HTML of the live turns, oldest first; what this turn added is bold."""
    labels = [isolate(escape(plain_label(entry))) for entry in turn.ledger]
    labels[-1] = f"<b>{labels[-1]}</b>"
    return " › ".join(labels)


def filter_line(turn: Turn) -> list[str]:
    """HTML of the line that says what the search is kept to; no line where it is kept to nothing."""
    return [say(texts.FILTERED, filters=_listed(labels(turn.within)))] if turn.within else []


def _listed(said: Sequence[str]) -> str:
    """HTML of as many labels as there is room for; each has a button of its own anyway."""
    shown: list[str] = []
    for label in said:
        if sum(map(len, shown)) + len(label) > MAX_FILTERS:
            return " · ".join([*(_bold(each) for each in shown), "…"])
        shown.append(label)
    return " · ".join(map(_bold, shown))


def _bold(label: str) -> str:
    return f"<b>{isolate(escape(label))}</b>"


def _off(turn: Turn) -> Keyboard:
    buttons = [
        Button(say(texts.BUTTON_FILTER_OFF, filter=label), FilterRemoved(turn.number, number))
        for number, label in enumerate(labels(turn.within))
    ]
    return tuple(tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2))


def _price(item: Item) -> str:
    """The price as the catalogue writes it, numbers with two decimals; there is no currency but the catalogue's own."""
    price = item.metadata.get("price", "")
    return f"{price:.2f}" if isinstance(price, float | int) else _printable(price)[:MAX_LABEL]


def _details(item: Item) -> str:
    """What the catalogue says of an item beside title, price and link, in its own words: "dress · colour red · …"."""
    said = [] if item.category is None else [str(item.category)]
    said += [f"{key} {value}" for key, value in item.metadata.items() if key not in _SHOWN_ELSEWHERE and value != ""]
    line = " · ".join(_printable(part) for part in said)
    return line if len(line) <= MAX_TITLE else line[: MAX_TITLE - 1].rstrip() + "…"


def _card_rows(turn: Turn, position: int, item: Item) -> Keyboard:
    actions = (
        Button(say(texts.BUTTON_TAKE), Accepted(turn.number, position)),
        Button(say(texts.BUTTON_SIMILAR), SimilarAsked(turn.number, position)),
    )
    return (actions, (Button(say(texts.BUTTON_ORIGINAL), OriginalAsked(turn.number, position)),), *_link_row(item))


def _link_row(item: Item) -> Keyboard:
    link = item.link
    return ((Button(say(texts.BUTTON_LINK), url=link),),) if isinstance(link, str) and _is_web_page(link) else ()


def _is_web_page(link: str) -> bool:
    """Whether Telegram takes a link for a button; one that it does not take would refuse the whole card."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and "." in (parts.hostname or "") and not re.search(r"[\s\x00-\x1f]", link)


def _weak(turn: Turn, pages: int, label: str) -> Keyboard:
    return ((Button(label, WeakAsked(turn.number, pages)),),)


def _navigation(turn: Turn, page: int) -> tuple[Button, ...]:
    return (Button(say(texts.BUTTON_MORE), MoreAsked(turn.number, page)), *_steps(turn))


def _steps(turn: Turn) -> tuple[Button, ...]:
    return (Button(say(texts.BUTTON_UNDO), Undone(turn.number)), Button(say(texts.BUTTON_NEW), Restarted()))


def _mode(turn: Turn) -> Keyboard:
    if turn.reference is None or not turn.request.text:
        return ()
    alone = isinstance(turn.request.query, TextQuery)
    label = say(texts.BUTTON_AS_REFINEMENT if alone else texts.BUTTON_AS_SEARCH)
    return ((Button(label, ModeSwitched(turn.number)),),)


def _printable(text: str) -> str:
    """Text without control characters, surrogates or line breaks, which file names may hold."""
    clean = text.encode("utf-8", "replace").decode()
    return " ".join("".join(c if c.isprintable() or c in "\u200d\ufe0f" else " " for c in clean).split())
