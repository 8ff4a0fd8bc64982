"""Every key that Pictalk writes to Redis, spelled in this one place.

    <prefix>:{<bot id>}:dialog:<person>           hash    version, value, writer    7 days
    <prefix>:{<bot id>}:update:<update id>      string  "1"                       25 hours
    <prefix>:{<bot id>}:file_id:<content hash>  string  Telegram's file_id        90 days since it was last put
    <prefix>:{<bot id>}:sent:<name>             string  what the caller wrote     25 hours
    <prefix>:{<bot id>}:lock:<name>             hash    token, owner              30 s, renewed by a heartbeat

The bot id keeps two bots apart on one server: a `file_id` is valid for the bot that got it, and no other. The braces
are a hash tag, so that on a Redis Cluster all keys of one bot live together and may be named in one command.
"""

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

    def sent(self, name: str) -> str:
        """What went out in answer to an update."""
        return self._key("sent", name)

    def lock(self, name: str) -> str:
        """What exists while a lock is held."""
        return self._key("lock", name)

    def _key(self, kind: str, name: int | str) -> str:
        return f"{self.prefix}:{{{self.bot_id}}}:{kind}:{name}"
