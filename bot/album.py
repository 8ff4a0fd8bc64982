"""A turn and its hits, rendered as values for the sender. Pure."""

import re
from collections.abc import Mapping, Sequence
from html import escape
from types import MappingProxyType
from urllib.parse import quote, urlsplit

from bot import texts
from bot.events import (
    Accepted,
    CardClosed,
    HitChosen,
    ModeSwitched,
    MoreAsked,
    OfferTaken,
    OriginalAsked,
    Restarted,
    SimilarAsked,
    Undone,
    WeakAsked,
    WhyAsked,
)
from bot.feedback_rows import dial_row, feedback_lines, marked_row, opinion_row, similar_counts, similar_row
from bot.filter_labels import labels
from bot.kinds import kinds_line, kinds_row
from bot.labels import MAX_LABEL, bold, printable, trail, turn_label
from bot.languages import apart, say, say_plural
from bot.marks import NO_MARKS, Marks
from bot.removals import MAX_REMOVALS, filters_off, in_twos, removal_rows
from bot.screens import Album, Button, Card, Keyboard, Offer
from bot.turns import Turn
from retrieval.item_table import Item
from retrieval.query import ComposedQuery, ImageQuery, TextQuery

MAX_TITLE = 200
MAX_ABREAST = 8
MAX_FILTERS = 100
"""Characters of all conditions of a filter."""
MAX_ROWS = 6
"""Of buttons below an album: about half a phone."""
MAX_ROW = 36
"""Characters of a row of buttons, which are of one width on a phone."""

_SHOWN_ELSEWHERE = frozenset({"id", "path", "image", "file", "filename", "title", "price", "link", "category"})


def render(
    turn: Turn,
    items: tuple[Item, ...],
    page: int,
    repeated: bool = False,
    withheld: int = 0,
    far: bool = False,
    similar: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
) -> Album:
    """The album of a page of `turn`.

    Args:
        turn: as it was before this page.
        items: the pictures of the page, best first.
        page: number of the page, from 0; the turn's pages before it have been shown.
        repeated: the pictures were shown before, because nothing unseen was left.
        withheld: so many weaker pictures could be shown as well.
        far: none of the pictures is close to what was asked for.
        similar: item id -> its near-duplicates, which were left out.
    """
    step = f" · {say(texts.STEP, number=len(turn.ledger))}" if len(turn.ledger) > 1 else ""
    hint = say(texts.REPEATED) if repeated else say(texts.NOT_CLOSE) if far else _choose_hint(turn)
    if withheld:
        hint = f"{say(texts.SOME_CLOSE, close=len(items), weak=withheld)} {hint}"
    weak = _weak(turn, page + 1, say_plural(texts.BUTTON_WEAK, withheld)) if withheld else ()
    filters, moved = filter_line(turn), feedback_lines(turn)
    exact = next((number for number, item in enumerate(items, start=1) if item.id == turn.exact), None)
    more_of_it = similar_counts(items, similar)
    first_position = sum(len(shown.items) for shown in turn.pages[:page])
    if len(items) == 1:
        alone = [f"<b>{say(texts.EXACT_ALONE)}</b>"] if exact else []
        said = [
            trail(turn),
            *moved,
            *filters,
            *alone,
            title(items[0]),
            *([more_of_it] if more_of_it else []),
            *([hint] if withheld or far or repeated else []),
            say(texts.CARD_HINT),
        ]
        control = "\n".join(said)
        card = _card_rows(turn, first_position, items[0], len(similar.get(items[0].id, ())))
        rows = (*card, *weak, _navigation(turn, page), *_mode(turn))
    else:
        exactly = [f"<b>{say(texts.EXACT, number=exact)}</b>"] if exact else []
        asked = [] if turn.drawn else [f"{trail(turn)}{step}"]
        more_like_it = [more_of_it] if more_of_it else []
        control = "\n".join([*asked, *moved, *filters, *exactly, *more_like_it, hint, *kinds_line(turn)])
        numbers = [
            Button(str(number), HitChosen(turn.number, first_position + number - 1))
            for number in range(1, len(items) + 1)
        ]
        rows = (*_in_rows(numbers), *_offers(turn), *weak, _navigation(turn, page), *_mode(turn))
    keyboard = (*rows, *_adjusting(turn, MAX_ROWS - len(rows)))
    caption = apart(turn_label(turn)) + (f" · {say(texts.PAGE, number=page + 1)}" if page else "")
    caption += f" · {say(texts.EXACT_CAPTION, number=exact)}" if exact else ""
    caption += f" · {more_of_it}" if more_of_it else ""
    return Album(items, caption, control, keyboard)


def render_offer(turn: Turn) -> Offer:
    """The message for a turn that found nothing close, in place of an album."""
    asked = bold(turn_label(turn))
    keyboard = (
        *_weak(turn, len(turn.pages), say(texts.BUTTON_NEAREST)),
        _steps(turn),
        *_mode(turn),
        *removal_rows(turn),
    )
    return Offer("\n".join([say(texts.NOTHING_CLOSE, asked=asked), *filter_line(turn)]), keyboard)


def render_none_fit(turn: Turn) -> Offer:
    """The message for a turn whose filter leaves nothing: which, and a button for each condition that takes it off."""
    said = labels(turn.within)
    text = say(texts.NONE_FIT) if len(said) == 1 else say(texts.NONE_FIT_ALL)
    return Offer(text.format(filters=_listed(said)), (*in_twos(filters_off(turn)), _steps(turn)))


def render_card(turn: Turn, position: int, item: Item, marks: Marks = NO_MARKS) -> Card:
    """The card of one picture of a turn; `marks` are the likes and dislikes that no search has taken up yet."""
    lines = [f"<b>{title(item)}</b>"]
    if price := _price(item):
        lines.append(escape(price))
    if details := _details(item):
        lines.append(escape(details))
    lines += filter(None, [why(turn, position), say(texts.CARD_HINT)])
    back = (Button(say(texts.BUTTON_BACK), CardClosed(turn.number)),)
    rows = _card_rows(turn, position, item, len(turn.similar(position)), marks)
    return Card(item, "\n".join(lines), ((*rows[0], *back), *_offers(turn, position), *rows[1:]))


def render_accepted(item: Item, link: str) -> Card:
    """The last word of a search: the item, where it is sold, and the link that opens the search for others."""
    lines = [say(texts.ACCEPTED, title=f"<b>{title(item)}</b>")]
    if price := _price(item):
        lines.append(escape(price))
    lines += [say(texts.ACCEPTED_SHARE, link=escape(link)), say(texts.ACCEPTED_NEXT)]
    share = (Button(say(texts.BUTTON_SHARE), url=f"https://t.me/share/url?url={quote(link, safe='')}"),)
    return Card(item, "\n".join(lines), (*_link_row(item), share))


def render_posted(item: Item, link: str) -> Card:
    """An item as inline mode posts it into any chat; `link` opens pictures like it."""
    lines = [f"<b>{title(item)}</b>", *filter(None, [escape(_price(item))])]
    return Card(item, "\n".join(lines), (*_link_row(item), (Button(say(texts.BUTTON_LIKE_IT), url=link),)))


def why(turn: Turn, position: int) -> str:
    """How strong a match a picture is, and what makes it one: of a refinement, the shares of picture and words."""
    reason = turn.reason(position)
    match turn.request.query:
        case TextQuery() if turn.drawn:
            because = ""
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
    return printable(str(item.title or item.id))[:MAX_TITLE]


def title(item: Item) -> str:
    """The same as HTML."""
    return escape(plain_title(item))


def filter_line(turn: Turn) -> list[str]:
    """HTML of the line that says what the search is kept to; no line where it is kept to nothing."""
    return [say(texts.FILTERED, filters=_listed(labels(turn.within)))] if turn.within else []


def _listed(said: Sequence[str]) -> str:
    """HTML of as many labels as there is room for; each has a button of its own anyway."""
    shown: list[str] = []
    for label in said:
        if sum(map(len, shown)) + len(label) > MAX_FILTERS:
            return " · ".join([*(bold(each) for each in shown), "…"])
        shown.append(label)
    return " · ".join(map(bold, shown))


def _offers(turn: Turn, position: int | None = None) -> Keyboard:
    """Words known to find something, side by side where they are short enough for a phone."""
    rows: list[tuple[Button, ...]] = []
    for place, text in enumerate(turn.offers(position)):
        button = Button(text[:MAX_LABEL], OfferTaken(turn.number, place, position))
        row = (*rows[-1], button) if rows else ()
        if row and len(row) * max(len(each.label) for each in row) <= MAX_ROW:
            rows[-1] = row
        else:
            rows.append((button,))
    return tuple(rows)


def _choose_hint(turn: Turn) -> str:
    if not turn.drawn:
        return say(texts.CHOOSE_HINT)
    return say(texts.DRAWN_HINT_EXAMPLES) if turn.offers(None) else say(texts.DRAWN_HINT)


def _in_rows(numbers: Sequence[Button]) -> Keyboard:
    """As many rows as clients need, which show 8 buttons in one."""
    length = len(numbers) if len(numbers) <= MAX_ABREAST else (len(numbers) + 1) // 2
    return tuple(tuple(numbers[start : start + length]) for start in range(0, len(numbers), length))


def _price(item: Item) -> str:
    """The price as the catalogue writes it, numbers with two decimals; there is no currency but the catalogue's own."""
    price = item.metadata.get("price", "")
    return f"{price:.2f}" if isinstance(price, float | int) else printable(price)[:MAX_LABEL]


def _details(item: Item) -> str:
    """What the catalogue says of an item beside title, price and link, in its own words: "dress · colour red · …"."""
    said = [] if item.category is None else [str(item.category)]
    said += [f"{key} {value}" for key, value in item.metadata.items() if key not in _SHOWN_ELSEWHERE and value != ""]
    line = " · ".join(printable(part) for part in said)
    return line if len(line) <= MAX_TITLE else line[: MAX_TITLE - 1].rstrip() + "…"


def _card_rows(turn: Turn, position: int, item: Item, similar: int, marks: Marks | None = None) -> Keyboard:
    actions = (
        Button(say(texts.BUTTON_TAKE), Accepted(turn.number, position)),
        Button(say(texts.BUTTON_SIMILAR), SimilarAsked(turn.number, position)),
    )
    original = Button(say(texts.BUTTON_ORIGINAL), OriginalAsked(turn.number, position))
    # Without marks it is the only picture of an album: there is nothing to set it against.
    opinion = () if marks is None else opinion_row(turn, position, item.id, marks)
    further = (*similar_row(turn, position, similar), *(marked_row(turn, marks) if marks else ()))
    why = Button(say(texts.BUTTON_WHY), WhyAsked(turn.number, position))
    # What a draw shows was not asked for.
    files = (original,) if turn.drawn else (why, original)
    return (actions, *([opinion] if opinion else []), files, *further, *_link_row(item))


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


def _adjusting(turn: Turn, room: int) -> Keyboard:
    """What moves the search without words, in about so many rows."""
    moving = () if turn.drawn else dial_row(turn) or kinds_row(turn)
    return (*moving, *removal_rows(turn, min(max(2 * (room - len(moving)), 1), MAX_REMOVALS)))


def _weak(turn: Turn, pages: int, label: str) -> Keyboard:
    return ((Button(label, WeakAsked(turn.number, pages)),),)


def _navigation(turn: Turn, page: int) -> tuple[Button, ...]:
    label = say(texts.BUTTON_OTHERS) if turn.drawn else say(texts.BUTTON_MORE)
    return (Button(label, MoreAsked(turn.number, page)), *_steps(turn))


def _steps(turn: Turn) -> tuple[Button, ...]:
    return (Button(say(texts.BUTTON_UNDO), Undone(turn.number)), Button(say(texts.BUTTON_NEW), Restarted()))


def _mode(turn: Turn) -> Keyboard:
    if turn.reference is None or not turn.request.text:
        return ()
    alone = isinstance(turn.request.query, TextQuery)
    label = say(texts.BUTTON_AS_REFINEMENT if alone else texts.BUTTON_AS_SEARCH)
    return ((Button(label, ModeSwitched(turn.number)),),)
