"""Why this one?, in words under its drawing. Pure."""

from bot import texts
from bot.explaining import Explanation
from bot.labels import printable
from bot.languages import apart, say

MAX_CHANGES = 4


def explained(explanation: Explanation) -> str:
    """The caption: what the colours show, whose share the score is, what differs from the reference, and what to do."""
    seen = say(texts.WHY_SEEN, words=printable(explanation.words)) if explanation.words else say(texts.WHY_LIKE)
    picture, said, earlier = (
        round(100 * share) for share in (explanation.picture, explanation.said, explanation.earlier)
    )
    parts = [
        *([say(texts.WHY_SHARE_PICTURE, percent=picture)] if picture else []),
        *([say(texts.WHY_SHARE_WORDS, percent=said)] if said else []),
        *([say(texts.WHY_SHARE_EARLIER, percent=earlier)] if earlier else []),
    ]
    lines = [seen, " · ".join(parts)]
    if explanation.changes:
        changes = [
            say(texts.WHY_CHANGE, key=printable(c.key), before=printable(c.before), after=printable(c.after))
            for c in explanation.changes[:MAX_CHANGES]
        ]
        lines.append(say(texts.WHY_CHANGED, changes=" · ".join(map(apart, changes))))
    return "\n".join(filter(None, [*lines, say(texts.CARD_HINT)]))
