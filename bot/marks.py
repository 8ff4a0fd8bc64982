"""What a person likes and dislikes of the pictures shown, as a value, and what it adds to a search.

Rocchio's relevance feedback (in Salton, "The SMART Retrieval System", 1971): the query moves towards the mean of what
is liked and away from the mean of what is disliked. The weights stand next to 1 for the newest request;
`docs/quality.md` has what others give.
"""

from dataclasses import dataclass

from retrieval.query import ComposedQuery, ImageQuery, ItemReference, Query, Reference, WeightedQuery

ALONE = (1.0, 1.0)
"""Of all liked and of all disliked pictures together, where the newest request has no picture of its own."""
BESIDE_REFERENCE = (0.5, 0.25)
"""The same beside a picture that is refined: it is what is liked best, and counts already."""
MAX_MARKS = 10
"""Of either kind; the oldest give way."""


@dataclass(frozen=True, slots=True)
class Marks:
    """Item ids, in the order in which they were marked; none is in both."""

    liked: tuple[str, ...] = ()
    disliked: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is marked."""
        return bool(self.liked or self.disliked)

    def and_then(self, later: "Marks") -> "Marks":
        """These marks after `later` was said as well; of two that contradict each other the later one counts."""
        return Marks(
            _joined(self.liked, later.liked, later.disliked), _joined(self.disliked, later.disliked, later.liked)
        )

    def toggled(self, item_id: str, liked: bool) -> "Marks":
        """These marks after a tap on 👍 or 👎: the second tap takes it back."""
        if item_id in (self.liked if liked else self.disliked):
            return Marks(_without(self.liked, item_id), _without(self.disliked, item_id))
        return self.and_then(Marks((item_id,)) if liked else Marks((), (item_id,)))

    def among(self, known: frozenset[str]) -> "Marks":
        """Those of items that there still are."""
        return Marks(tuple(i for i in self.liked if i in known), tuple(i for i in self.disliked if i in known))

    def dislikes(self, reference: Reference) -> bool:
        """Whether a picture is disliked; photos from outside the collection are not marked."""
        return isinstance(reference, ItemReference) and reference.item_id in self.disliked

    def queries(self, newest: Query) -> tuple[WeightedQuery, ...]:
        """What a search takes for them beside the newest request, disliked ones with negative weights."""
        liked, disliked = BESIDE_REFERENCE if isinstance(newest, ComposedQuery) else ALONE
        return (*_weighted(self.liked, liked), *_weighted(self.disliked, -disliked))


NO_MARKS = Marks()


def _joined(before: tuple[str, ...], more: tuple[str, ...], taken_back: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(i for i in (*before, *more) if i not in taken_back))[-MAX_MARKS:]


def _without(marked: tuple[str, ...], item_id: str) -> tuple[str, ...]:
    return tuple(other for other in marked if other != item_id)


def _weighted(item_ids: tuple[str, ...], weight: float) -> tuple[WeightedQuery, ...]:
    return tuple(WeightedQuery(ImageQuery(ItemReference(item_id)), weight / len(item_ids)) for item_id in item_ids)
