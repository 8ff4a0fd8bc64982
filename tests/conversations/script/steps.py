"""What a conversation is made of: what somebody does, and what is expected of the answer.

Buttons are named by what they mean, not by their labels, so that a conversation is the same in every language.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

Place = Literal["private", "group", "topic", "channel"]


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing that somebody does.

    Attributes:
        by: who: "ann", whose conversation it is, or "ben".
        says: texts of `bot.texts` that the answer contains, whatever stands in their placeholders.
        pictures: how many pictures are shown.
        silent: nothing is answered, as it was not said to the bot.
    """

    by: Literal["ann", "ben"] = "ann"
    says: tuple[Any, ...] = ()
    pictures: int | None = None
    silent: bool = False


@dataclass(frozen=True)
class Say(Step):
    """Words; `reply` to the last picture or buttons of the bot, to the first ones, or to the last photo of a person."""

    text: str
    reply: Literal["picture", "buttons", "first picture", "first buttons", "photo"] | None = field(
        default=None, kw_only=True
    )


@dataclass(frozen=True)
class Tap(Step):
    """A button, by the class of what it means and by its fields; of the latest message that has one.

    Attributes:
        alert: the answer is a sentence that has to be closed, as that cannot be done any more.
        first: of the first message that has one.
    """

    press: type
    alert: bool = field(default=False, kw_only=True)
    first: bool = field(default=False, kw_only=True)
    where: dict[str, Any] = field(default_factory=dict, kw_only=True)


@dataclass(frozen=True)
class Photo(Step):
    """A picture of the collection: as a photo, as a file, or several as an album."""

    caption: str = ""
    kind: Literal["photo", "document", "album"] = field(default="photo", kw_only=True)
    reply: Literal["buttons"] | None = field(default=None, kw_only=True)
    content: dict[str, Any] | None = field(default=None, kw_only=True)


@dataclass(frozen=True)
class Bytes(Step):
    """A file that is no picture, with its name; `kind` says how it is sent."""

    data: bytes
    name: str
    kind: Literal["photo", "document"] = "document"


@dataclass(frozen=True)
class Send(Step):
    """A message of another kind, by its field in the Bot API's Message; with a text where it accompanies one."""

    kind: str
    text: str = ""
    content: dict[str, Any] | None = field(default=None, kw_only=True)


@dataclass(frozen=True)
class Edit(Step):
    """The person's last message, changed."""

    text: str


@dataclass(frozen=True)
class Follow(Step):
    """A button that leads elsewhere, by its label in `bot.texts`; a link to the bot is followed by whoever does it."""

    label: str


@dataclass(frozen=True)
class Inline(Step):
    """`@bot words` in the message field; then perhaps a result is chosen, or the button above them pressed."""

    query: str
    offset: str = ""
    then: Literal["choose", "open", "page", None] = None


@dataclass(frozen=True)
class React(Step):
    """An emoji on the bot's last message."""

    emoji: str


@dataclass(frozen=True)
class Wait(Step):
    """Until the chat shows a text of `bot.texts`; what happens behind the conversation takes its time."""

    text: Any


@dataclass(frozen=True)
class Conversation:
    """Steps under a title.

    Attributes:
        language: of the people's Telegram, by its code.
        admin: whether Ann is an administrator.
        bot: which of the bots of `stages`.
    """

    title: str
    language: str
    steps: tuple[Step, ...]
    place: Place = "private"
    admin: bool = False
    bot: Literal["shop", "folder", "doubtful", "desk"] = "shop"


def conversation(title: str, language: str, *steps: Step, **particulars: Any) -> Conversation:
    """A conversation, its steps one after the other."""
    return Conversation(title, language, steps, **particulars)
