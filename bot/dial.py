"""The dial under a refinement: more like the picture, or more like the words.

What is searched for is composed of a picture and of words; each step of the dial adds more of one side alone. The steps
are chosen so that the picture's share of the score, 43 % with the bundled Combiner, becomes 84, 63, 32 and 21 %
(`docs/quality.md`).
"""

from dataclasses import replace

from retrieval.query import ComposedQuery, Query

LEANS = {-2: -0.75, -1: -0.25, 0: 0.0, 1: 0.35, 2: 1.0}
"""Position of the dial, negative towards the picture -> `ComposedQuery.lean`."""
MOST = max(LEANS)


def dialled(query: Query, position: int) -> Query:
    """The query as the dial stands; one that is not composed has no dial."""
    return replace(query, lean=LEANS[position]) if isinstance(query, ComposedQuery) and position in LEANS else query


def positions(query: Query, position: int) -> tuple[int | None, int | None]:
    """Where one step towards the picture and one towards the words lead; None where there is no such step."""
    if not isinstance(query, ComposedQuery):
        return None, None
    return (position - 1 if position > -MOST else None, position + 1 if position < MOST else None)
