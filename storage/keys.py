"""Every key that Pictalk writes to Redis, spelled in this one place.

    <prefix>:{<bot id>}:dialog:<person>           hash    version, value, writer    7 days
    <prefix>:{<bot id>}:update:<update id>      string  "1"                       25 hours
    <prefix>:{<bot id>}:file_id:<content hash>  string  Telegram's file_id        90 days since it was last put
    <prefix>:{<bot id>}:shared:<user's><token>  string  a shared search as JSON   7 days
    <prefix>:{<bot id>}:pace:<user>             string  messages                  1 minute
    <prefix>:{<bot id>}:votes:<poll>            hash    user id -> vote           7 days
    <prefix>:{<bot id>}:sent:<update id>        hash    number of the send -> what the caller wrote    25 hours
    <prefix>:{<bot id>}:cached:<name>           string  what can be computed again    7 days
    <prefix>:{<bot id>}:lock:<name>             hash    token, owner              30 s, renewed by a heartbeat
    <prefix>:{<bot id>}:settings:<user>         hash    setting -> value          until /forget
    <prefix>:{<bot id>}:users:decided           hash    user id -> standing       for ever
    <prefix>:{<bot id>}:statistics:<day>        hash    what -> how often         100 days
    <prefix>:{<bot id>}:hidden:items            set     ids of hidden items       for ever

The bot id keeps two bots apart on one server: a `file_id` is valid for the bot that got it, and no other. The braces
are a hash tag, so that on a Redis Cluster all keys of one bot live together and may be named in one command.
"""

import base64
import hashlib
import re
from dataclasses import dataclass

_PREFIX = re.compile(r"[A-Za-z0-9_.:-]+")


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one bot.

    Attributes:
        prefix: what every key begins with; letters, digits and `_.:-`.
        bot_id: Telegram's id of the bot, the number before the colon in its token.

    Raises:
        ValueError: the prefix is empty or holds another character.
    """

    prefix: str
    bot_id: int

    def __post_init__(self) -> None:
        if not _PREFIX.fullmatch(self.prefix):
            raise ValueError(f"The Redis key prefix may hold letters, digits and _.:- only, not {self.prefix!r}.")

    def dialog(self, chat: int | str) -> str:
        """Where the dialog of a chat is kept."""
        return self._key("dialog", chat)

    def update(self, update_id: int) -> str:
        """What exists while an update is remembered as handled."""
        return self._key("update", update_id)

    def file_id(self, content_hash: str) -> str:
        """Where Telegram's file_id of a picture is kept."""
        return self._key("file_id", content_hash)

    def shared(self, token: str) -> str:
        """Where a shared search is kept; its token begins with the `pseudonym` of whoever shared it."""
        return self._key("shared", token)

    def pseudonym(self, user: int) -> str:
        """8 characters of A-Z, a-z, 0-9, - and _ that stand for a user where others see them."""
        digest = hashlib.blake2b(f"{self.bot_id}:{user}".encode(), digest_size=6).digest()
        return base64.urlsafe_b64encode(digest).decode()

    def personal(self, user: int) -> tuple[str, ...]:
        """Patterns that every key about a user matches, in all chats, and no other key."""
        return (
            self.dialog(f"*:{user}"),
            self.pace(user),
            self.shared(f"{self.pseudonym(user)}*"),
            self.settings(user),
        )

    def pace(self, user: int) -> str:
        """Where the messages of a user are counted."""
        return self._key("pace", user)

    def votes(self, poll: str) -> str:
        """Where the votes of a poll are kept, each under its user's id."""
        return self._key("votes", poll)

    def settings(self, user: int) -> str:
        """Where it is kept how a user wants the bot."""
        return self._key("settings", user)

    def users(self) -> str:
        """Where it is kept who may use the bot."""
        return self._key("users", "decided")

    def hidden(self) -> str:
        """Where the ids of hidden items are kept."""
        return self._key("hidden", "items")

    def statistics(self, day: str) -> str:
        """Where it is counted what happened on a day."""
        return self._key("statistics", day)

    def sent(self, update_id: int) -> str:
        """What went out in answer to an update."""
        return self._key("sent", update_id)

    def cached(self, name: str) -> str:
        """Where something is kept that could be computed again."""
        return self._key("cached", name)

    def lock(self, name: str) -> str:
        """What exists while a lock is held."""
        return self._key("lock", name)

    def _key(self, kind: str, name: int | str) -> str:
        return f"{self.prefix}:{{{self.bot_id}}}:{kind}:{name}"
