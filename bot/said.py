"""What readers of filters give: stretches of a text with what they ask for."""

from dataclasses import dataclass

from bot.notices import Notice
from retrieval.filter import Condition


@dataclass(frozen=True, slots=True)
class Cut:
    """A stretch of a text that is no part of the request.

    Attributes:
        conditions: what it asks for.
        name: what of it names something that can be searched for as well.
    """

    start: int
    end: int
    conditions: tuple[Condition, ...] = ()
    name: str = ""


class Nonsense(Exception):
    """A filter that nobody can mean; `notice` says why."""

    def __init__(self, notice: Notice) -> None:
        super().__init__(notice.name)
        self.notice = notice
