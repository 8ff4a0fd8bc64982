"""The second half of tiny-clip's training, in steps: vocabulary, then text tower."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from retrieval import lexicon
from scripts.training.architecture import MERGES, MERGES_FILE
from scripts.training.locked_pictures import LockedPictures
from scripts.training.synonyms import synonyms
from scripts.training.text_tuning import TextPlan, tune_texts
from scripts.training.texts import TextStock
from scripts.training.tokens import Tokens
from scripts.training.vocabulary import choose_merges, write_merges

_FREQUENT_MERGES = 1800
_TEXTS_PER_PICTURE = 10
WORD = re.compile(r"[a-z]+")


def prepare_tokens(work: Path) -> Tokens:
    """The tokenizer, which spells the words of the lexicon and its synonyms in few tokens; made once, then read."""
    merges = work / f"{MERGES}-{MERGES_FILE}"
    if not merges.exists():
        work.mkdir(parents=True, exist_ok=True)
        write_merges(merges, choose_merges(_FREQUENT_MERGES, _words(), MERGES))
    return Tokens(merges)


def train_text_tower(model: Any, pictures: Sequence[LockedPictures], tokens: Tokens, plan: TextPlan) -> None:
    """Train the text tower of `model` in place."""
    stocks = [
        TextStock(part.rows, _TEXTS_PER_PICTURE, tokens, plan.seed + number) for number, part in enumerate(pictures)
    ]
    tune_texts(model, pictures, stocks, plan)


def _words() -> list[str]:
    """Every word that training texts name a value with, in the order of the tables."""
    tables = (lexicon.COLOURS, lexicon.NOUNS, lexicon.DETAIL_NOUNS, *lexicon.ADJECTIVES.values(), *synonyms().values())
    said = (
        part for table in tables for words in table.values() for word in words for part in WORD.findall(word.lower())
    )
    return list(dict.fromkeys(said))
