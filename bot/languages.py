"""The language that people are answered in: `say` looks a text of `bot.texts` up in it, and fills it in.

The texts are English and are their own keys (GNU gettext's msgids). Which language is spoken is a context variable that
the edge sets for each update, as `bot.outbox` does: otherwise everything that makes a sentence, down to the label of a
button, would have to be handed the language, and what was not would speak English to everybody. Where no language was
set it is English; in one language the same values give the same sentence.
"""

import contextlib
import gettext
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field

from bot import texts
from bot.direction import from_right_to_left, isolate, with_commands_isolated
from bot.plural import Plural

NAMES = {"en": "English", "de": "Deutsch", "es": "Español", "ru": "Русский", "zh": "中文", "ar": "العربية"}
"""Every language that Pictalk speaks, by its code (ISO 639-1), in its own words."""
ENGLISH = "en"
_FROM_RIGHT_TO_LEFT = frozenset({"ar"})


@dataclass(frozen=True, slots=True)
class Language:
    """One language with its texts; where it has none, they are said in English."""

    code: str = ENGLISH
    translations: gettext.NullTranslations = field(default_factory=gettext.NullTranslations, compare=False)

    @property
    def right_to_left(self) -> bool:
        """Whether it is written from right to left."""
        return self.code in _FROM_RIGHT_TO_LEFT

    def say(self, text: str, /, **values: object) -> str:
        """A text in this language, its placeholders filled in."""
        return self._filled(self.translations.gettext(text), values)

    def say_plural(self, text: Plural, count: int, /, **values: object) -> str:
        """The form of a text that this language has for a count."""
        return self._filled(self.translations.ngettext(text.one, text.other, count), {"count": count, **values})

    def _filled(self, text: str, values: dict[str, object]) -> str:
        if self.right_to_left:
            text = with_commands_isolated(text)
            values = {name: isolate(value) if isinstance(value, str) else value for name, value in values.items()}
        return text.format(**values) if values else text


_SPEAKS_ENGLISH = Language()
_current: ContextVar[Language] = ContextVar("language", default=_SPEAKS_ENGLISH)


@contextlib.contextmanager
def speaking(language: Language) -> Iterator[None]:
    """What is said inside is said in this language."""
    token = _current.set(language)
    try:
        yield
    finally:
        _current.reset(token)


def spoken() -> Language:
    """The language that is being spoken."""
    return _current.get()


def say(text: str, /, **values: object) -> str:
    """A text of `bot.texts` in the language that is being spoken, its placeholders filled in."""
    return spoken().say(text, **values)


def say_plural(text: Plural, count: int, /, **values: object) -> str:
    """The same for a text that depends on a number."""
    return spoken().say_plural(text, count, **values)


def listed(parts: Iterable[str]) -> str:
    """Several things in a row, with the language's own comma between them."""
    return say(texts.COMMA).join(map(apart, parts))


def quoted(words: Iterable[str]) -> str:
    """Several things that can be said, each in the language's own quotation marks."""
    return listed(say(texts.QUOTED, words=each) for each in words)


def apart(text: str) -> str:
    """A part of a line as it may stand in this language: from right to left, it is isolated from what is around it."""
    return isolate(text) if spoken().right_to_left else text


def directed(text: str) -> str:
    """A whole message, plain or in HTML: each of its lines runs the way that the language is written."""
    return from_right_to_left(text) if spoken().right_to_left else text
