"""The sentences that stand around a wish: "could you bring me this one {p}", put together from parts.

A fixed list of sentences teaches a text tower those sentences; in any other one the words around the wish are noise to
it. What is put together here is some thousand sentences, and none of those that quality is measured with.
"""

import numpy as np

HELD_OUT_FRAMES = (
    "any chance of this {p}?", "let me have it {p}", "nearly, {p} though", "the very same {p}", "honestly, {p}",
    "I'd sooner see it {p}", "grandma would love it {p}", "picture this {p}", "what would this be like {p}",
    "nice {noun}, {p} and I am happy", "one thing: {p}", "got that {noun} {p}?",
)  # fmt: skip
"""Written when the recipe was settled; an earlier set had been read while these parts were put together."""
_PARTS = {
    "ask": (
        "can you", "could you", "will you", "would you", "please", "you should", "now", "then", "do", "can we", "let's",
    ),
    "verb": (
        "show me", "show", "bring me", "get me", "find me", "find", "send me", "pick me", "look for", "search for",
        "suggest", "try", "choose", "see", "recommend", "check for", "give us", "fetch", "offer me",
    ),
    "want": (
        "want", "need", "prefer", "would like", "would love", "am looking for", "was hoping for", "would take", "like",
        "meant", "had in mind", "would wear", "think of", "would buy", "dream of", "rather want", "am after",
        "only want",
    ),
    "thing": (
        "it", "it", "this", "this one", "the same", "the same one", "one", "something", "something similar", "that one",
        "a similar one", "one like this", "this {noun}", "that {noun}", "the same {noun}", "such a {noun}", "a {noun}",
        "another one", "another {noun}", "exactly this one", "the same kind of {noun}", "the {noun}",
    ),
    "who": (
        "my sister", "my mother", "my husband", "my friend", "my daughter", "my boss", "he", "she", "a colleague",
        "my brother", "everybody", "my partner",
    ),
    "wants": ("wants", "needs", "prefers", "would like", "likes", "asked for", "is looking for", "would wear"),
    "have": (
        "do you have", "have you got", "do you sell", "do you make", "is there", "is there also", "are there any like",
        "where do I find", "where is", "does it exist", "do you stock", "can I get", "can I order", "may I see",
        "is it possible to get", "does it come", "can it be", "could it be", "would it be possible",
    ),
    "change": (
        "make", "change", "switch", "alter", "put", "get", "paint", "swap", "transform", "adjust", "try", "render",
    ),
    "rest": (
        "the rest is fine", "all else as it is", "nothing else changes", "leave the rest", "the rest stays",
        "otherwise perfect", "I like the rest", "everything but one point", "all the same", "don't touch the rest",
        "that is nearly it", "close", "almost right",
    ),
    "small": (
        "but", "only", "just", "simply", "rather", "maybe", "perhaps", "still", "instead", "also", "better",
        "even better",
        "preferably", "ideally", "definitely", "now", "this time", "actually", "again", "but please", "however",
        "for once",
    ),
    "be": (
        "it should be", "it must be", "it could be", "it would be nicer", "it looks better", "it would look good",
        "imagine it", "I see it", "it has to be", "why not", "how is it", "what if it were", "is it nice",
        "I picture it",
        "it might be", "it would suit me", "suppose it were", "what do you have",
    ),
    "end": (
        "", "", "", "", "please", "instead", "for me", "if you can", "today", "right now", "somehow", "then", "too",
    ),
}  # fmt: skip
_SENTENCES = (
    "{ask} {verb} {thing} {p}", "{verb} {thing} {p}", "I {want} {thing} {p}", "{who} {wants} {thing} {p}",
    "{have} {thing} {p}", "{change} it {p}", "{change} this {noun} {p}", "{rest}, {small} {p}", "{rest}, {p}",
    "{small} {p}",
    "{small} {thing} {p}", "{be} {p}", "{p}, {rest}", "{small} {p} {end}", "{thing} {p} {end}", "{thing} {small} {p}",
)  # fmt: skip


def composed_frame(rng: np.random.Generator) -> str:
    """A sentence with the places `{p}` for the wish and, in some, `{noun}` for the kind; never a held-out one."""
    while True:
        frame = str(rng.choice(_SENTENCES))
        for name, choices in _PARTS.items():
            frame = frame.replace("{" + name + "}", str(rng.choice(choices)))
        frame = frame.strip()
        if frame not in _REFUSED:
            return frame + str(rng.choice(("", "", "?")))


_REFUSED = frozenset(frame.rstrip("?") for frame in HELD_OUT_FRAMES)
