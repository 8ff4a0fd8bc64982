"""The second half of tiny-clip's training, in steps: vocabulary, then text tower."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from scripts.training.architecture import MERGES, MERGES_FILE
from scripts.training.locked_pictures import LockedPictures
from scripts.training.sentence_model import SentenceModel
from scripts.training.text_tuning import TextPlan, tune_texts
from scripts.training.texts import TextStock
from scripts.training.tokens import Tokens
from scripts.training.vocabulary import choose_merges, general_words, words_of_clothes, write_merges

_FREQUENT_MERGES = 1800
_WORDS = 3000
_TEXTS_PER_PICTURE = 10


def prepare_tokens(work: Path) -> Tokens:
    """The tokenizer, which spells the general words closest to clothes in one token; made once, then read."""
    merges = work / f"{MERGES}-{MERGES_FILE}"
    if not merges.exists():
        work.mkdir(parents=True, exist_ok=True)
        words = words_of_clothes(SentenceModel(), general_words(), _WORDS)
        write_merges(merges, choose_merges(_FREQUENT_MERGES, words, MERGES))
    return Tokens(merges)


def train_text_tower(model: Any, pictures: Sequence[LockedPictures], tokens: Tokens, plan: TextPlan) -> None:
    """Train the text tower of `model` in place."""
    stocks = [
        TextStock(part.rows, _TEXTS_PER_PICTURE, tokens, plan.seed + number) for number, part in enumerate(pictures)
    ]
    tune_texts(model, pictures, stocks, plan)
