"""The two shares by which a search is judged: right pictures among the first six, for words and for requests."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from retrieval.query import ComposedQuery, ImageQuery, ItemReference, Query, TextQuery, WeightedQuery
from retrieval.searcher import Searcher
from scripts.training.held_out import Request, Wording, has

FIRST = 6
Items = Mapping[str, Mapping[str, object]]
"""Item id -> metadata."""


def score_words(searcher: Searcher, wordings: Sequence[Wording], items: Items) -> dict[str, float]:
    """`words.kind_colour.p6` and the same for each kind."""
    shares: dict[str, list[float]] = defaultdict(list)
    for wording in wordings:
        share = _share(searcher, TextQuery(wording.text), wording.wanted, items)
        shares["words.kind_colour.p6"].append(share)
        shares[f"words.kind_colour.p6.{wording.wanted['category']}"].append(share)
    return _means(shares)


def score_requests(
    searchers: Mapping[str, Searcher], requests: Sequence[Request], references: Sequence[str | None], items: Items
) -> dict[str, float]:
    """`composed.wanted_kind.p6`, the same for each kind of change, and what else could have been done.

    Args:
        searchers: one for each composition, `combiner` among them; the others are baselines.
        requests: what is asked.
        references: an item id for each request; requests without are left out.
        items: the metadata to judge by.
    """
    shares: dict[str, list[float]] = defaultdict(list)
    name = "composed.wanted_kind.p6"
    for request, reference in zip(requests, references, strict=True):
        if reference is None:
            continue
        wanted = {"category": str(items[reference]["category"]), **request.wanted}
        picture = ItemReference(reference)
        for composition, searcher in searchers.items():
            share = _share(searcher, ComposedQuery(picture, request.text), wanted, items)
            if composition != "combiner":
                shares[f"{name}.baseline.{composition}"].append(share)
                continue
            shares[name].append(share)
            shares[f"{name}.{request.changed}"].append(share)
        plain = searchers["combiner"]
        shares[f"{name}.baseline.text_only"].append(_share(plain, TextQuery(request.text), wanted, items))
        shares[f"{name}.baseline.image_only"].append(_share(plain, ImageQuery(picture), wanted, items))
    return _means(shares)


def worst(
    searcher: Searcher,
    queries: Sequence[tuple[str, Query, Mapping[str, str]]],
    items: Items,
    show: Callable[[str], None],
    count: int = 10,
) -> None:
    """Show the queries that found the fewest right pictures, and what they found."""
    found = []
    for text, query, wanted in queries:
        hits = searcher.search([WeightedQuery(query)], FIRST).hits
        right = sum(has(items[hit.item_id], wanted) for hit in hits)
        found.append((right, text, wanted, [str(items[hit.item_id].get("title", hit.item_id)) for hit in hits]))
    for right, text, wanted, titles in sorted(found, key=lambda entry: entry[0])[:count]:
        show(f"{right}/{FIRST}  {text!r} wants {dict(wanted)}: {'; '.join(titles)}")


def _share(searcher: Searcher, query: Query, wanted: Mapping[str, str], items: Items) -> float:
    hits = searcher.search([WeightedQuery(query)], FIRST).hits
    return sum(has(items[hit.item_id], wanted) for hit in hits) / FIRST


def _means(shares: Mapping[str, Sequence[float]]) -> dict[str, float]:
    return {name: round(sum(values) / len(values), 4) for name, values in sorted(shares.items())}
