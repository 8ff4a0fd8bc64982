"""Sentences that judge pictures on screen by their numbers: "more like 1 and 4, not 3, but red". Pure.

What chooses a single picture ("2 but longer") is a command of `bot.phrases`, and numbers that count things ("not 3
buttons", "3/4 sleeves") belong to the search.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

LAST = -1
"""In place of a number: the last picture on screen."""

_TOKEN = re.compile(r"\d+(?:[./]\d+)*(?:st|nd|rd|th)?|[^\W\d_]+(?:['’][^\W\d_]+)?|\S")
_NUMBER = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?")
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_LIKE = (
    "show me more like|give me more like|show me some like|show me|find more like|something like|some like|"
    "others like|more like|rather like|like|similar to|more of|i like|i love|i want|i prefer|i really like|yes to|+"
)
_UNLIKE = (
    "not like|nothing like|not|unlike|less like|less of|no to|never|don't like|i don't like|i do not like|i dislike|"
    "dislike|i hate|-|−"
)
_LEADS = sorted(
    [(tuple(lead.split()), liked) for leads, liked in ((_LIKE, True), (_UNLIKE, False)) for lead in leads.split("|")],
    key=lambda lead: -len(lead[0]),
)
_BEFORE_A_NUMBER = frozenset(
    {"the", "number", "numbers", "picture", "pictures", "photo", "photos", "image", "images", "#"}
)
_AFTER_A_NUMBER = frozenset({"one", "ones", "picture", "pictures", "photo", "photos", "image", "images"})
_LINKS = frozenset({",", "and", "or", "&", ";", "nor"})
_CHANGES = frozenset({"but", "just", "only", "now"})
"""What comes after these says what should be different."""
_PREPOSITIONS = frozenset({"in", "with", "without", "as"})
"""The same, and they belong to it."""
_PAUSES = frozenset({",", ";", ".", "and"})


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was said of pictures on screen.

    Attributes:
        liked: numbers from 1, or LAST, in the order in which they were said.
        disliked: the same; none is in both.
        rest: what should be different, as it was written; may be empty.
    """

    liked: tuple[int, ...]
    disliked: tuple[int, ...]
    rest: str = ""

    @property
    def one(self) -> bool:
        """Whether it likes one picture and says nothing of the others, as somebody does who chooses it."""
        return len(self.liked) == 1 and not self.disliked


def judgement(text: str) -> Judgement | None:
    """The judgement that a whole text is, or None when it describes something or is no more than one choice."""
    found = list(_TOKEN.finditer(text.strip(" .!?")))
    tokens = [each.group().lower().replace("’", "'") for each in found]
    said: dict[int, bool] = {}
    place, led, liked = 0, False, True
    while True:
        start = _skip(tokens, place, _PAUSES | _CHANGES) if said else place
        lead = next((each for each in _LEADS if tuple(tokens[start : start + len(each[0])]) == each[0]), None)
        after_lead = start if lead is None else start + len(lead[0])
        numbers, end = _numbers(tokens, after_lead)
        if not numbers or (lead is None and said):
            break
        liked = liked if lead is None else lead[1]
        led = led or lead is not None
        said = {
            **{number: verdict for number, verdict in said.items() if number not in numbers},
            **dict.fromkeys(numbers, liked),
        }
        place = end
    if not said or not (led or len(said) > 1):
        return None
    change = _change(tokens, place, led)
    if change is None:
        return None
    rest = found[0].string[found[change].start() :] if change < len(found) else ""
    return Judgement(_of(said, True), _of(said, False), rest)


def _numbers(tokens: Sequence[str], place: int) -> tuple[list[int], int]:
    """The numbers that a list names from `place` on, and where it ends."""
    numbers: list[int] = []
    end = place
    while True:
        place = _skip(tokens, end, _LINKS) if numbers else place
        place = _skip(tokens, place, _BEFORE_A_NUMBER)
        number = _number(tokens[place]) if place < len(tokens) else None
        if number is None:
            return numbers, end
        numbers.append(number)
        end = _skip(tokens, place + 1, _AFTER_A_NUMBER)


def _number(token: str) -> int | None:
    if token == "last":
        return LAST
    if token in _ORDINALS:
        return _ORDINALS.index(token) + 1
    form = _NUMBER.fullmatch(token)
    return int(form[1]) if form else None


def _change(tokens: Sequence[str], place: int, led: bool) -> int | None:
    """Where the words begin that say what should be different; the end where nothing does, None for other words."""
    if place == len(tokens):
        return place
    start = _skip(tokens, place, _PAUSES)
    if start < len(tokens) and tokens[start] in _PREPOSITIONS:
        return start
    begun = _skip(tokens, start, _CHANGES)
    if begun > start or (led and start > place):
        return begun
    return None


def _skip(tokens: Sequence[str], place: int, what: frozenset[str]) -> int:
    while place < len(tokens) and tokens[place] in what:
        place += 1
    return place


def _of(said: dict[int, bool], verdict: bool) -> tuple[int, ...]:
    return tuple(number for number, liked in said.items() if liked is verdict)
