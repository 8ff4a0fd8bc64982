"""People, chats and who is in them."""

from dataclasses import dataclass, field

from bot.local_telegram.errors import Json
from bot.local_telegram.messages import Message

GROUP_BASE = -1_000_000_000_000


@dataclass(slots=True)
class User:
    """A person, or a bot."""

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None
    is_bot: bool = False
    deactivated: bool = False
    # shown on the page; what an administrator may do is up to the bot
    is_admin: bool = False

    @property
    def name(self) -> str:
        """Return the full name."""
        return f"{self.first_name} {self.last_name}" if self.last_name else self.first_name

    def wire(self) -> Json:
        """Return the User of the Bot API."""
        user: Json = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        for key in ("last_name", "username", "language_code"):
            if getattr(self, key):
                user[key] = getattr(self, key)
        return user


@dataclass(slots=True)
class Chat:
    """A chat as one bot knows it. In a private chat ``members`` is the one person, and ``id`` is that person's id."""

    id: int
    type: str
    title: str = ""
    username: str | None = None
    members: set[int] = field(default_factory=set)
    admins: set[int] = field(default_factory=set)
    # of the bot: member, administrator, left or kicked; in a private chat, kicked means blocked
    bot_status: str = "member"
    started: bool = False
    topics: set[int] | None = None
    migrated_to: int | None = None
    messages: dict[int, Message] = field(default_factory=dict)
    last_message_id: int = 0

    @property
    def is_private(self) -> bool:
        """Tell whether this is a chat with one person."""
        return self.type == "private"

    def wire(self, people: dict[int, User]) -> Json:
        """Return the Chat of the Bot API."""
        chat: Json = {"id": self.id, "type": self.type}
        if self.is_private:
            person = people[self.id]
            names = {"first_name": person.first_name, "last_name": person.last_name, "username": person.username}
        else:
            names = {"title": self.title, "username": self.username}
        chat |= {key: value for key, value in names.items() if value}
        if self.topics is not None:
            chat["is_forum"] = True
        return chat

    def lane(self) -> str:
        """Return the name of the order in which updates about this chat are delivered."""
        return f"chat:{self.id}"


def default_people() -> dict[int, User]:
    """Return the people of the demo: Ann (the admin), Ben and Chloé."""
    people = (
        User(1, "Ann", username="ann", language_code="en", is_admin=True),
        User(2, "Ben", username="ben", language_code="en"),
        User(3, "Chloé", username="chloe", language_code="de"),
    )
    return {user.id: user for user in people}


def default_chats(people: dict[int, User]) -> dict[int, Chat]:
    """Return a private chat with each of ``people`` and the group "Friends" with all of them."""
    chats = {user.id: Chat(user.id, "private", members={user.id}) for user in people.values() if not user.is_bot}
    chats[-1001] = Chat(-1001, "supergroup", "Friends", members=set(chats), admins={1} & set(chats), started=True)
    return chats
