"""The models that the settings name; the bot and the scripts load them alike."""

from dataclasses import dataclass

from bot.publishing import Recipe
from bot.settings import Settings
from retrieval.clip_encoder import ClipEncoder, load_encoder
from retrieval.composition import load_composition
from retrieval.prompts import choose_templates
from retrieval.protocols import Composition
from retrieval.words_models import WordsModels


@dataclass(frozen=True, slots=True)
class Models:
    """What searches and snapshots are made with.

    Attributes:
        words: not loaded before words are seen.
    """

    encoder: ClipEncoder
    composition: Composition
    words: WordsModels


def load_models(settings: Settings) -> Models:
    """Loads model and Combiner.

    Raises:
        retrieval.errors.RetrievalError: one of them cannot be used; one sentence says what to do.
    """
    encoder = load_encoder(
        settings.clip_model, settings.clip_pretrained, settings.device, settings.text_runtime, settings.image_runtime
    )
    words = WordsModels(settings.sentence_model, settings.rerank_model, settings.device)
    return Models(encoder, load_composition(settings.combiner, encoder), words)


def recipe_of(settings: Settings, models: Models) -> Recipe:
    """How the settings want snapshots."""
    return Recipe(
        models.encoder,
        models.composition,
        settings.clip_model,
        settings.clip_pretrained,
        settings.index,
        choose_templates(settings.clip_templates, models.encoder.model),
        exact_matches=settings.exact_matches,
        words=models.words,
        map=settings.map,
        min_recall=settings.index_min_recall,
    )
