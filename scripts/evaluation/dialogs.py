"""Simulated people who know what they want talk to the bot: do earlier turns help the search?

Each of 500 people has a product of the collection in mind and up to five turns.

- **First words** name its kind and one of its properties ("got any shirt with dots?").
- **Then** they look at the album of six. In 40 % of the turns they tap the picture that has most in common with the
  target, in 10 % any of the six (as the random candidate of "A Sanity Check on CIR", arXiv 2604.12904), and in the
  rest they just go on writing, so that the bot refines the picture tapped before; after the first album something is
  always tapped. The bot's own `step` decides what is a refinement, and what was shown does not come back.
- **They say one true difference** between the picture they look at (the tapped one, or the closest) and the target, in
  frames that training never saw; another kind first, colour and pattern twice as readily as the rest.
- **A tenth changes their mind once**, at the second or third turn, or earlier if the first target is shown before: of
  something they said they now want another value, and the target becomes the nearest unseen product that has it.
- **A hit** is a picture with all seven properties of the target (kind, colour, pattern, sleeves, length, neckline,
  detail): nobody could name a difference. It has to be among the ten best, counted as ChatIR does, cumulatively. Those
  who change their mind have found only what they want then.

The protocol was fixed on an oracle that knows all attributes, before any search was measured with it: people who always
tap the closest picture carry what they said from album to album by themselves, so that even a perfect memory gains two
points at most. `dialogs.always_closest.…` are these people. "Last turn only" composes the tapped picture with the
newest words alone; pictures shown are left out there too.
"""

import argparse

from bot.ledger import weighted
from scripts.evaluation.dialog_figures import summarize
from scripts.evaluation.dialog_replay import PictureSearch, Weigh, replay
from scripts.evaluation.product_gallery import ProductGallery
from scripts.evaluation.simulated_people import Habits, properties
from scripts.evaluation.suite import SEED, Figures, Items, add_collection, open_rendered

DIALOGS = 500
_ALWAYS_CLOSEST = Habits(closest=1.0, any_shown=0.0)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The collection and the model."""
    add_collection(parser)


def measure(options: argparse.Namespace) -> Figures:
    """`dialogs.…` with the bot's ledger, `dialogs.last_turn_only.…` without, and both for `.always_closest`."""
    with open_rendered(options) as rendered:
        ids = list(rendered.items)
        gallery = ProductGallery(ids, rendered.snapshot.features(range(len(ids))))
        searcher = gallery.searcher(rendered.encoder, rendered.composition)
        return score_dialogs(searcher, rendered.items, DIALOGS, SEED)


def score_dialogs(
    searcher: PictureSearch, items: Items, dialogs: int, seed: int, always_closest: bool = True
) -> Figures:
    """The figures of `dialogs` dialogs; without those of `.always_closest` in half the time."""
    visible = {item_id: properties(metadata) for item_id, metadata in items.items()}
    ways: dict[str, Weigh] = {"": weighted, ".last_turn_only": lambda ledger: weighted(ledger[-1:])}
    people = {"": Habits(), ".always_closest": _ALWAYS_CLOSEST} if always_closest else {"": Habits()}
    figures: Figures = {}
    for crowd, habits in people.items():
        for way, weigh in ways.items():
            replays = replay(searcher, visible, weigh, dialogs, seed, habits)
            figures |= summarize(replays, f"dialogs{crowd}{way}")
    return figures
