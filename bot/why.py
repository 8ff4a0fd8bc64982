"""Why this one?, in words under its drawing. Pure."""

from bot import texts
from bot.explaining import Explanation
from bot.labels import printable

MAX_CHANGES = 4
_LEAST_SHARE = 0.005


def explained(explanation: Explanation) -> str:
    """The caption: what the colours show, whose share the score is, and what is other than in the reference."""
    seen = texts.WHY_SEEN.format(words=printable(explanation.words)) if explanation.words else texts.WHY_LIKE
    shares = (
        (texts.WHY_SHARE_PICTURE, explanation.picture),
        (texts.WHY_SHARE_WORDS, explanation.said),
        (texts.WHY_SHARE_EARLIER, explanation.earlier),
    )
    parts = [text.format(percent=round(100 * share)) for text, share in shares if share >= _LEAST_SHARE]
    lines = [seen, " · ".join(parts)]
    if explanation.changes:
        changes = [
            texts.WHY_CHANGE.format(key=printable(c.key), before=printable(c.before), after=printable(c.after))
            for c in explanation.changes[:MAX_CHANGES]
        ]
        lines.append(texts.WHY_CHANGED.format(changes=" · ".join(changes)))
    return "\n".join(line for line in lines if line)
