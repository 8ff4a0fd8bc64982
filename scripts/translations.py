"""`python -m scripts.translations`: what the languages lack, and their files brought up to date with `bot/texts.py`."""

import argparse
import io
import sys
from collections.abc import Iterable
from pathlib import Path

from babel.messages import pofile
from babel.messages.catalog import Catalog

from bot.languages import ENGLISH, NAMES
from bot.plural import Plural
from bot.translations import DOMAIN, LOCALES, faults, messages, path_of, read_catalog

_WIDTH = 120
_OF_NO_USE = tuple(
    f'"{name}: '.encode()
    for name in (
        "Project-Id-Version",
        "Report-Msgid-Bugs-To",
        "POT-Creation-Date",
        "PO-Revision-Date",
        "Last-Translator",
        "Language-Team",
        "Generated-By",
    )
)
"""Headers that say nothing here, or another thing on every run."""
_HEADER = """\
# {language} for Pictalk; docs/languages.md says how these files are made.
#"""


def main(arguments: list[str] | None = None) -> int:
    """Print what is missing or wrong as entries to be filled in; 1 when there is anything."""
    parser = argparse.ArgumentParser(prog="python -m scripts.translations", description=__doc__)
    parser.add_argument(
        "--update", action="store_true", help="write them, empty, into the files, and take out what is unused"
    )
    parser.add_argument(
        "--language", choices=sorted({*NAMES} - {ENGLISH}), help="only this one; all of them without it"
    )
    parser.add_argument("--locales", type=Path, default=LOCALES, help="the folder of the files")
    options = parser.parse_args(arguments)
    found = False
    for code in [options.language] if options.language else [code for code in NAMES if code != ENGLISH]:
        try:
            found |= report(code, options.locales, update=options.update)
        except (OSError, ValueError) as error:
            print(f"translations: {path_of(code, options.locales)} cannot be read: {error}", file=sys.stderr)
            return 2
    return int(found)


def report(code: str, locales: Path, *, update: bool) -> bool:
    """Print what a language lacks, and with `update` write its file anew; whether it lacks anything.

    Raises:
        OSError: the file cannot be read or written.
        ValueError: it is no .po file.
    """
    path = path_of(code, locales)
    catalog = read_catalog(code, locales) if path.exists() else Catalog(locale=code, domain=DOMAIN)
    wrong = faults(catalog)
    if update:
        catalog.update(template(name for name in messages()), no_fuzzy_matching=True, update_creation_date=False)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(written(catalog, code))
    if not wrong:
        return False
    print(f"# {NAMES[code]} ({path}): {len(wrong)} of {len({text for _, text in messages()})}")
    stubs = template((f"{name}: {wrong[text]}", text) for name, text in messages() if text in wrong)
    stubs.locale = catalog.locale
    print(written(stubs, code, header=False).decode())
    return True


def template(texts: Iterable[tuple[str, str | Plural]]) -> Catalog:
    """A catalog of texts without translations, each with its names as a comment."""
    catalog = Catalog(domain=DOMAIN)
    for name, text in texts:
        catalog.add(tuple(text) if isinstance(text, Plural) else text, auto_comments=[name])
    return catalog


def written(catalog: Catalog, code: str, *, header: bool = True) -> bytes:
    """A .po file; it changes only where its texts do."""
    if header:
        catalog.header_comment = _HEADER.format(language=NAMES[code])
        catalog.fuzzy = False
    buffer = io.BytesIO()
    pofile.write_po(buffer, catalog, width=_WIDTH, omit_header=not header, ignore_obsolete=True)
    kept = (line for line in buffer.getvalue().split(b"\n") if not line.startswith(_OF_NO_USE))
    return b"\n".join(kept)


if __name__ == "__main__":
    sys.exit(main())
