"""Likes and dislikes: do they help simulated people, with words and without?

People as in the suite `dialogs`, each with a target; nobody changes their mind. First words, then an album of six, and
at each turn they judge it as people do who know what they want: they like the picture with most in common with the
target, and up to two others that are nearly as close and have something of the target that the first lacks; they
dislike the one with least in common where it is clearly further away. What they say goes through the bot's own `step`
as they would type it ("like 2 and 5, not 3, but in red"). A hit is a picture with all seven properties of the target
among the ten best, cumulatively.

- `feedback.words.tapped`: the closest is tapped and one difference named, the way without likes.
- `feedback.words.marked`: the same words after likes and dislikes.
- `feedback.alone.more`, `.similar`, `.one_liked`, `.marked`: who says nothing more asks for the next page, taps
  "Similar" on the closest, likes the closest only, or likes and dislikes.

Weights were chosen with seed 4 and are reported on others.
"""

import argparse
from collections.abc import Mapping, Sequence

import numpy as np

from bot.dialog import step
from bot.events import Event, HitChosen, MoreAsked, SimilarAsked, TextSent
from bot.ledger import weighted
from bot.requests import NextPage, Search
from bot.turns import Dialog, Page
from bot.vocabulary import Vocabulary, forms_of
from scripts.evaluation.dialog_replay import HIT, SHOWN, TURNS, PictureSearch
from scripts.evaluation.product_gallery import ProductGallery
from scripts.evaluation.simulated_people import KEYS, Habits, Person, Properties, properties
from scripts.evaluation.suite import SEED, Figures, add_collection, open_rendered

DIALOGS = 500
MAX_LIKED = 3
_CLEARLY_FURTHER = 2
_WAYS = ("words.tapped", "words.marked", "alone.more", "alone.similar", "alone.one_liked", "alone.marked")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The collection and the model, and which people."""
    add_collection(parser)
    parser.add_argument("--seed", type=int, default=SEED, help="of the simulated people (%(default)s)")


def measure(options: argparse.Namespace) -> Figures:
    """`feedback.<way>.hits10_turn1` … `5` and `.turns_to_success`."""
    with open_rendered(options) as rendered:
        ids = list(rendered.items)
        gallery = ProductGallery(ids, rendered.snapshot.features(range(len(ids))))
        searcher = gallery.searcher(rendered.encoder, rendered.composition)
        visible = {item_id: properties(metadata) for item_id, metadata in rendered.items.items()}
        return score_feedback(searcher, visible, DIALOGS, options.seed)


def score_feedback(searcher: PictureSearch, items: Mapping[str, Properties], dialogs: int, seed: int) -> Figures:
    """The figures of `dialogs` people in each way."""
    rng = np.random.default_rng(seed)
    targets = rng.choice(sorted(items), size=min(dialogs, len(items)), replace=False).tolist()
    figures: Figures = {}
    for way in _WAYS:
        turns = [
            _turn_of_success(
                searcher, items, Person(items[target], Habits(change=0.0), np.random.default_rng([seed, n])), way
            )
            for n, target in enumerate(targets)
        ]
        for limit in range(1, TURNS + 1):
            figures[f"feedback.{way}.hits10_turn{limit}"] = round(float(np.mean(np.array(turns) <= limit)), 4)
        figures[f"feedback.{way}.turns_to_success"] = round(float(np.mean(turns)), 4)
    return figures


def judged(target: Properties, shown: Sequence[Properties]) -> tuple[list[int], list[int]]:
    """Positions of what somebody with this target likes, the closest first, and dislikes."""
    common = [sum(each[key] == target[key] for key in KEYS) for each in shown]
    order = sorted(range(len(shown)), key=lambda place: (-common[place], place))
    closest, furthest = order[0], min(range(len(shown)), key=lambda place: (common[place], place))
    liked = [closest]
    for place in order[1:]:
        adds = any(shown[place][key] == target[key] != shown[closest][key] for key in KEYS)
        if adds and common[place] >= common[closest] - 1 and len(liked) < MAX_LIKED:
            liked.append(place)
    return liked, [furthest] if common[furthest] <= common[closest] - _CLEARLY_FURTHER else []


def _turn_of_success(searcher: PictureSearch, items: Mapping[str, Properties], person: Person, way: str) -> int:
    """The turn, from 1, that found the target; one more than there are turns if none did."""
    vocabulary = Vocabulary(forms_of({each["category"] for each in items.values()}))
    dialog = Dialog()
    event: Event = TextSent(person.first_words())
    for number in range(1, TURNS + 1):
        dialog, request = step(dialog, event, vocabulary)
        if not isinstance(request, Search | NextPage):
            raise TypeError(f"{event} was not understood: {request}")
        turn = request.turn
        queries = weighted(turn.ledger, turn.marks, turn.dial)
        found = searcher.search(queries, HIT, {*turn.seen, *turn.covered}).hits
        if any(items[hit.item_id] == person.target for hit in found):
            return number
        dialog = dialog.with_page(turn, Page(tuple(hit.item_id for hit in found[:SHOWN])))
        shown = [items[hit.item_id] for hit in found[:SHOWN]]
        dialog, event = _next(dialog, vocabulary, person, way, shown, turn.number, len(turn.shown))
    return TURNS + 1


def _next(
    dialog: Dialog,
    vocabulary: Vocabulary,
    person: Person,
    way: str,
    shown: Sequence[Properties],
    turn: int,
    first: int,
) -> tuple[Dialog, Event]:
    """What the person does about the album of `shown`, whose pictures have positions from `first` on."""
    liked, disliked = judged(person.target, shown)
    words = person.difference(shown[liked[0]])
    said = "like " + " and ".join(str(place + 1) for place in liked) + "".join(f", not {n + 1}" for n in disliked)
    match way:
        case "words.tapped":
            return step(dialog, HitChosen(turn, first + liked[0]), vocabulary)[0], TextSent(words)
        case "words.marked":
            return dialog, TextSent(f"{said}, but {words}")
        case "alone.more":
            return dialog, MoreAsked()
        case "alone.similar":
            return dialog, SimilarAsked(turn, first + liked[0])
        case "alone.one_liked":
            return dialog, TextSent(f"more like {liked[0] + 1}")
        case _:
            return dialog, TextSent(said)
