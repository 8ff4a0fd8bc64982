"""What a conversation needs of the world: Protocols, so that it knows neither Telegram, Redis nor the model."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.answers import Answer
from bot.changes import Change
from bot.explaining import Explanation
from bot.requests import Request
from bot.screens import Album, Card, Keyboard, Offer, Picture, Sent
from bot.sharing import SharedSearch
from bot.turns import Dialog, Turn
from bot.vocabulary import Vocabulary
from retrieval.filter import Filter
from retrieval.item_table import Item
from retrieval.query import WeightedQuery
from retrieval.search_result import SearchResult


@dataclass(frozen=True, slots=True)
class Person:
    """Whose dialog it is: a Telegram user in a chat, in a forum in one of its topics.

    Attributes:
        thread: the topic that answers go to.
        name: what others in a group call the person; like `asked`, no part of whose dialog it is.
        asked: id of the message in a group that is being answered.
    """

    chat: int
    user: int
    thread: int | None = None
    name: str = field(default="", compare=False)
    asked: int | None = field(default=None, compare=False)

    @property
    def in_group(self) -> bool:
        """Whether others see what is shown; Telegram's ids of groups are negative."""
        return self.chat < 0


Acknowledge = Callable[[Answer], Awaitable[None]]
Observe = Callable[[Request, Dialog], None]
"""Is told what was done, and the dialog after it."""


class Dialogs(Protocol):
    """Where dialogs are kept; see `storage.dialogs`."""

    async def load(self, person: Person) -> tuple[Dialog, int]:
        """The dialog (a fresh one when there is none that can be read) and its version."""
        ...

    async def save(self, person: Person, dialog: Dialog, expected_version: int) -> None:
        """Store what the person sees now; raises WriteConflict if it was changed since it was loaded."""
        ...


class Gallery(Protocol):
    """The collection being searched."""

    @property
    def vocabulary(self) -> Vocabulary:
        """What words can name in the live catalogue."""
        ...

    async def search(
        self, queries: Sequence[WeightedQuery], k: int, exclude: Collection[str], within: Filter
    ) -> SearchResult:
        """The k best items for the weighted mean of the queries, of those that the filter lets through.

        Near-duplicates of a better hit are no hits; the result names them.
        """
        ...

    async def draw(self, count: int, seed: int, exclude: Collection[str], within: Filter) -> SearchResult:
        """Pictures as different as may be, without a query; the same ones for the same seed."""
        ...

    async def changes(self, item_id: str) -> tuple[Change, ...]:
        """Changes in words that pictures near the item speak for, the most promising first."""
        ...

    async def explain(self, turn: Turn, item: Item) -> Explanation:
        """Why the turn has shown the item; raises PictureUnreadable where its file is gone."""
        ...

    def examples(self, count: int) -> tuple[str, ...]:
        """Searches in words that were tried and find something."""
        ...

    def items(self, item_ids: Sequence[str]) -> tuple[Item, ...]:
        """The items of these ids, in order, without those that are no longer there."""
        ...

    def understands(self, text: str) -> bool:
        """Whether the model was trained on the language that the text is written in, as far as words tell it."""
        ...


class Messenger(Protocol):
    """What a chat shows; see `bot.sender`."""

    async def load(self, person: Person, items: Sequence[Item], limit: int) -> tuple[Picture, ...]:
        """The first `limit` items whose pictures can be sent, in the form in which they are shown there."""
        ...

    async def show_album(self, person: Person, album: Album, pictures: Sequence[Picture]) -> Sent:
        """Send the pictures and the buttons; raises PictureRefused before anything is sent."""
        ...

    async def show_card(self, person: Person, card: Card, replaces: int | None) -> int | None:
        """Send the card, or put it into the message `replaces`; its message id, None if it cannot be shown."""
        ...

    async def show_offer(self, person: Person, offer: Offer, replaces: int | None = None) -> None:
        """Send a message with buttons and no pictures, or put it into the message `replaces`."""
        ...

    async def show_drawing(self, person: Person, jpeg: bytes, caption: str, keyboard: Keyboard) -> None:
        """Send a picture that was drawn for the person; caption in plain text."""
        ...

    async def remove(self, person: Person, message: int) -> None:
        """Delete a message of ours."""
        ...

    async def send_original(self, person: Person, item: Item) -> None:
        """Send a picture's file as it is, or say why not."""
        ...

    async def say(self, person: Person, text: str) -> None:
        """Send plain text."""
        ...

    async def show_working(self, person: Person) -> None:
        """Let the chat show that an answer is on its way."""
        ...


class Shares(Protocol):
    """Where searches are kept that others may open; see `bot.sharing`."""

    async def link(self, user: int, shared: SharedSearch) -> str:
        """The link that opens what a user shares."""
        ...
