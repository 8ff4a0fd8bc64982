"""The translations of `bot.texts`: GNU gettext's .po files, read and checked at the start; no build step.

A text that a language lacks, or whose placeholders there are not those of the English one, is said in English; so is
everything where a file cannot be read. The log says so once, and nothing fails.
"""

import gettext
import io
import logging
import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from babel.messages import mofile, pofile
from babel.messages.catalog import Catalog, Message, TranslationError
from babel.messages.checkers import num_plurals

from bot import admin_texts, texts
from bot.languages import ENGLISH, NAMES, Language
from bot.plural import Plural

logger = logging.getLogger(__name__)

LOCALES = Path(__file__).parent / "locales"
DOMAIN = "pictalk"
_UNTRANSLATED = frozenset({"REINDEX_FAILURES_NAME"})
"""What is no text: the name of a file."""

Text = str | Plural


@dataclass(frozen=True, slots=True)
class Languages:
    """What the bot speaks."""

    languages: Mapping[str, Language]

    def choose(self, *wishes: str | None) -> Language:
        """The first of these that is spoken, as a code or in the form of Telegram's `language_code`; else English."""
        for wish in wishes:
            code = (wish or "").lower().replace("_", "-").partition("-")[0]
            if code in self.languages:
                return self.languages[code]
        return self.languages[ENGLISH]


def path_of(code: str, locales: Path = LOCALES) -> Path:
    """Where the translations into a language are."""
    return locales / code / "LC_MESSAGES" / f"{DOMAIN}.po"


def messages() -> Iterator[tuple[str, Text]]:
    """Every text of `bot.texts` and `bot.admin_texts` that people read, with the name that it has there."""
    for name, value in [*vars(texts).items(), *vars(admin_texts).items()]:
        if name.isupper() and name not in _UNTRANSLATED:
            yield from _texts_in(name, value)


def _texts_in(name: str, value: object) -> Iterator[tuple[str, Text]]:
    match value:
        case str() | Plural():
            yield name, value
        case dict():
            for key, each in value.items():
                yield from _texts_in(f"{name}[{getattr(key, 'name', key)}]", each)
        case tuple():
            for each in value:
                yield from _texts_in(name, each)


def read_catalog(code: str, locales: Path = LOCALES) -> Catalog:
    """The translations into a language, unchecked.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is no .po file.
    """
    try:
        with path_of(code, locales).open("rb") as file:
            return pofile.read_po(file, locale=code, domain=DOMAIN, abort_invalid=True)
    except pofile.PoFileError as error:
        raise ValueError(f"line {error.lineno}: {error}") from error


def faults(catalog: Catalog) -> dict[Text, str]:
    """The texts that cannot be said as a catalog has them, and why."""
    found: dict[Text, str] = {}
    rule = Catalog(locale=catalog.locale)  # how many forms a language has is no matter of its file
    for _, text in messages():
        translated = catalog.get(_key(text))
        reason = "is missing" if translated is None else _fault(rule, text, translated)
        if reason:
            found[text] = reason
    return found


def load_languages(locales: Path = LOCALES) -> Languages:
    """Every language, with its texts as far as they can be said."""
    found = {ENGLISH: Language()}
    for code in NAMES:
        if code != ENGLISH:
            found[code] = Language(code, _load(code, locales))
    return Languages(found)


def _load(code: str, locales: Path) -> gettext.NullTranslations:
    try:
        catalog = read_catalog(code, locales)
        wrong = faults(catalog)
        sound = Catalog(locale=code)
        for text in {text for _, text in messages()} - {*wrong}:
            translated = catalog.get(_key(text))
            if translated is not None:
                sound.add(translated.id, translated.string)
        compiled = io.BytesIO()
        mofile.write_mo(compiled, sound)
        compiled.seek(0)
        translations = gettext.GNUTranslations(compiled)
    except (OSError, ValueError) as error:
        logger.warning("Everything is said in English instead of %s: %s", NAMES[code], error)
        return gettext.NullTranslations()
    if wrong:
        text, reason = next(iter(wrong.items()))
        shown = text.other if isinstance(text, Plural) else text
        logger.warning("%d texts are said in English instead of %s: %r %s", len(wrong), NAMES[code], shown, reason)
    return translations


def _key(text: Text) -> str:
    """What a catalog finds a text by."""
    return text.one if isinstance(text, Plural) else text


def _fault(rule: Catalog, text: Text, translated: Message) -> str:
    forms = translated.string if isinstance(translated.string, tuple | list) else (translated.string,)
    if translated.fuzzy or not all(forms):
        return "is missing"
    if translated.pluralizable != isinstance(text, Plural):
        return "depends on a number in one language and not in the other"
    try:
        num_plurals(rule, translated)
        if isinstance(text, Plural):
            wanted, optional = placeholders(text.other), {("count", "", None)}
        else:
            wanted, optional = placeholders(text), set()
        for form in forms:
            found = placeholders(form or "")
            if found - wanted or wanted - found - optional:
                return f"has other placeholders: {form!r}"
    except (ValueError, TranslationError) as error:
        return f"is broken: {error}"
    return ""


def placeholders(text: str) -> set[tuple[str, str | None, str | None]]:
    """The placeholders of a text: name, format and conversion.

    Raises:
        ValueError: a brace is alone.
    """
    return {
        (name, form, conversion) for _, name, form, conversion in string.Formatter().parse(text) if name is not None
    }
