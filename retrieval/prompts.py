"""Prompt templates: short words are put into sentences, as CLIP saw them in training, and the sentences averaged.

CLIP learnt from captions, and a bare "crane" is hardly ever a whole caption. "A photo of a crane" lies closer to the
pictures, and the mean over several such sentences closer still (Radford et al., "Learning Transferable Visual Models
From Natural Language Supervision", 2021, section 3.1.4: +1.3 points on ImageNet for one template, +3.5 more for 80).

What people write into a chat is something else: requests and whole sentences ("got anything blue for the office?"), of
which "a photo of got anything blue for the office?" is no caption at all. So in a live search only what reads like the
name of a thing is put into templates (`live_prompts`); everything else is embedded as it stands. The texts of one
search are still one batch. What changes a picture ("with long sleeves") never passes through here.

`tiny-clip` learnt from the short wordings themselves and takes none.
"""

import re
from collections.abc import Sequence

import numpy as np

from retrieval.embedding import normalize
from retrieval.protocols import Embeddings, Features
from retrieval.ranking import weighted_mean

SLOT = "{}"
GENERAL = ("{}", "a photo of {}")
"""For models trained on captions: the words themselves stay in, in case that they are a caption already."""
_WITHOUT = frozenset({"tiny-clip"})
_SEPARATOR = "|"

_MAX_NAME_WORDS = 4
_NAME = re.compile(r"[^\W_]+(?:[-'’&/][^\W_]+)*")
# No name of a thing holds one of them: they address somebody, compare, leave something out, or are a caption already.
_NO_NAME = re.compile(
    "i|im|i'm|me|my|mine|we|us|our|you|your|it|this|that|these|those|same|similar|like|show|find|give|get|got|need|want|"
    "wanna|looking|look|search|see|buy|some|any|anything|something|is|are|am|was|do|does|did|have|has|had|can|could|"
    "would|should|will|please|what|which|where|who|how|not|no|without|but|more|less|than|make|hi|hello|hey|thanks|"
    "photos?|pictures?|pics?|images?",
    re.IGNORECASE,
)


def choose_templates(setting: str, model: str) -> tuple[str, ...]:
    """The templates that a setting asks for; none means that texts are embedded as they are.

    Args:
        setting: `auto` (`GENERAL`, except for models that take none), `none`, or templates separated by `|`.
        model: the model's name.

    Raises:
        ValueError: a template without exactly one `{}`; one sentence.
    """
    if setting.strip().lower() in ("auto", ""):
        return () if model in _WITHOUT else GENERAL
    if setting.strip().lower() == "none":
        return ()
    templates = tuple(dict.fromkeys(part.strip() for part in setting.split(_SEPARATOR)))
    for template in templates:
        if template.count(SLOT) != 1 or re.search(r"[{}]", template.replace(SLOT, "")):
            raise ValueError(f"the template {template!r} needs {{}} exactly once, where the words go")
    return templates


def fill(text: str, templates: Sequence[str]) -> tuple[str, ...]:
    """The text in every template; the text itself where there are none."""
    return tuple(dict.fromkeys(template.replace(SLOT, text) for template in templates)) or (text,)


def live_prompts(text: str, templates: Sequence[str]) -> tuple[str, ...]:
    """What to embed for words that a person searches with: the text in every template that suits it, or alone.

    An English template does not go around words of another alphabet: the mixture is in no caption.
    """
    words = text.strip()
    if not _is_name(words):
        return (text,)
    suitable = [given for given in templates if words.isascii() or given == SLOT or not given.isascii()]
    return fill(words, suitable)


def ensemble(features: Features) -> Embeddings:
    """[m, d] raw features of the prompts of one text -> [1, d], the normalised mean of their embeddings.

    Each prompt is normalised first, so that none counts more for being longer.

    Raises:
        ValueError: NaN, infinity or zeros among them.
    """
    embeddings = normalize(features)
    return embeddings if len(embeddings) == 1 else weighted_mean(embeddings, np.ones(len(embeddings), dtype=np.float32))


def _is_name(text: str) -> bool:
    words = text.split()
    return 0 < len(words) <= _MAX_NAME_WORDS and all(
        _NAME.fullmatch(word) and not _NO_NAME.fullmatch(word) for word in words
    )
