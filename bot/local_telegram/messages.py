"""A message: the model, and its form in the Bot API."""

from dataclasses import asdict, dataclass, field

from bot.local_telegram.contents import SERVICE
from bot.local_telegram.errors import Json
from bot.local_telegram.file_store import StoredFile
from bot.local_telegram.keyboards import Rows


@dataclass(slots=True)
class Message:
    """A message of a chat. ``caption`` and its entities are in ``text`` and ``entities`` where ``media`` is set."""

    message_id: int
    chat_id: int
    sender_id: int
    date: int
    text: str = ""
    entities: list[Json] = field(default_factory=list)
    media: StoredFile | None = None
    media_group_id: str | None = None
    keyboard: Rows | None = None
    reply_to: int | None = None
    quote: str | None = None
    thread_id: int | None = None
    edit_date: int | None = None
    via_bot: int | None = None
    inline_message_id: str | None = None
    # What is shown as it came: location, has_media_spoiler, show_caption_above_media, link_preview_options, service
    extra: Json = field(default_factory=dict)
    reactions: dict[str, list[str]] = field(default_factory=dict)

    @property
    def is_service(self) -> bool:
        """Tell whether this is a note of the chat itself, such as a new member."""
        return not self.extra.keys().isdisjoint({*SERVICE, "migrate_to_chat_id", "migrate_from_chat_id"})

    def same_content(self, other: "Message") -> bool:
        """Tell whether an edit from this to ``other`` would change nothing."""
        return (self.text, self.entities, self.media, self.keyboard, self.extra) == (
            other.text,
            other.entities,
            other.media,
            other.keyboard,
            other.extra,
        )

    def stored(self) -> Json:
        """Return the message as it is kept on disk."""
        return asdict(self)

    @classmethod
    def restored(cls, stored: Json) -> "Message":
        """Return a message that was kept on disk."""
        media = stored.pop("media")
        return cls(**stored, media=None if media is None else StoredFile(**media))


def media_wire(media: StoredFile, token: str) -> Json:
    """Return the field of a message that its file is, ``photo`` or ``voice``, for the bot with ``token``."""
    if media.kind == "photo":
        return {"photo": photo_sizes(media, token)}
    reference = media.reference()
    file: Json = {
        "file_id": reference.file_id(token),
        "file_unique_id": reference.unique_id,
        "file_size": media.size_bytes,
    }
    if media.kind == "sticker":
        file |= {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False, "emoji": "👍"}
    else:
        file["mime_type"] = media.mime_type
    if media.kind not in {"document", "sticker"}:
        file["duration"] = 3
    if media.kind in {"animation", "video"}:
        file |= {"width": 320, "height": 240}
    if media.kind == "video_note":
        file["length"] = 240
    if media.kind == "document":
        file["file_name"] = media.name
    # For older bots an animation is a document as well (Bot API, Message).
    return {media.kind: file} | ({"document": file} if media.kind == "animation" else {})


def photo_sizes(media: StoredFile, token: str) -> list[Json]:
    """Return the PhotoSize list, the smallest first; only the last, which exists already, has a size in bytes."""
    ladder = []
    for tag, width, height in media.sizes():
        reference = media.reference(tag)
        ladder.append(
            {
                "file_id": reference.file_id(token),
                "file_unique_id": reference.unique_id,
                "width": width,
                "height": height,
            }
        )
    ladder[-1]["file_size"] = media.size_bytes
    return ladder
