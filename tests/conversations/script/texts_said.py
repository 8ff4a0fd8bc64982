"""Which texts of the bot a message consists of, in any of its languages; and whether it leaves a way on."""

import re
from functools import cache

from bot.languages import NAMES
from bot.plural import Plural
from bot.translations import Text, load_languages, messages

_DIRECTIONS = str.maketrans("", "", "\u2066\u2067\u2068\u2069\u200e\u200f")
_PLACEHOLDER = re.compile(r"\\\{[^{}]*\\\}")

WAYS_ON = frozenset(
    {
        "START", "START_EMPTY", "HELP", "GROUP_HELP", "STARTED_OVER", "FORGOTTEN", "CARD_HINT", "ACCEPTED_NEXT",
        "NOTHING_LEFT", "NOTHING_FOUND", "UNKNOWN_COMMAND", "TOO_FAST", "DRAWN_HINT", "CHOOSE_HINT", "PAGE_PRIVATE",
        "PAGE_DONE", "PAGE_INSIDE_DONE", "WEB_NO_SEARCH", "WEB_NOTHING", "MAP_MISSING", "REFUSED", "USERS_USAGE",
        "HIDE_WHICH", "HIDDEN",
        "UNHIDE_WHICH", "NOT_HIDDEN", "REINDEX_NO_SOURCE", "NO_SNAPSHOT", "FAILURES_UNKNOWN",
    }
)  # fmt: skip
"""The sentences that say what to do next; so does each of `texts.NOTICES`."""
REPORTS = frozenset(
    {
        "STATUS", "STATS", "STATS_TURNS", "NOTHING_FAILED", "NOTHING_HIDDEN", "HIDDEN_LIST", "UNHIDDEN", "ROLLED_BACK",
        "REINDEX_DONE", "REINDEX_DROPPED", "REINDEX_CANCELLED", "REINDEX_PROGRESS", "REINDEX_STARTED", "USER_DECIDED",
        "NO_EARLIER_SNAPSHOT",
    }
)  # fmt: skip
"""What an administrator asked for and was given in full: no conversation begins there that could end."""


@cache
def _patterns(code: str) -> dict[str, tuple[re.Pattern[str], ...]]:
    found: dict[str, list[re.Pattern[str]]] = {}
    for name, text in messages():
        found.setdefault(name, []).append(pattern(text, code))
    return {name: tuple(patterns) for name, patterns in found.items()}


@cache
def pattern(text: Text, code: str) -> re.Pattern[str]:
    """What finds a text in a message of this language, whatever its placeholders were filled with."""
    language = load_languages_once().languages[code]
    forms: list[str] = []
    if isinstance(text, Plural):
        forms += {language.translations.ngettext(text.one, text.other, count) for count in (1, 2, 3, 5, 11, 100)}
    else:
        forms.append(language.translations.gettext(text))
    return re.compile("|".join(_PLACEHOLDER.sub(".*?", re.escape(form)) for form in sorted(forms)), re.DOTALL)


@cache
def load_languages_once():  # type: ignore[no-untyped-def]
    """The languages; reading them takes a moment."""
    loaded = load_languages()
    assert set(loaded.languages) == set(NAMES)
    return loaded


def plain(text: str) -> str:
    """What is read, without what only directs it."""
    return text.translate(_DIRECTIONS)


def says(text: Text, message: str, code: str) -> bool:
    """Whether a message contains a text, in this language."""
    return bool(pattern(text, code).search(plain(message)))


def dead_end(message: dict[str, object], code: str) -> bool:
    """Whether a message of the bot has neither a button nor a sentence that says what to do, and is no report."""
    if message["buttons"]:
        return False
    said = plain(str(message["text"] or message["caption"] or ""))
    found = {name.partition("[")[0] for name, each in _patterns(code).items() if any(p.search(said) for p in each)}
    return not found & (WAYS_ON | REPORTS | {"NOTICES"})
