"""sendMediaGroup: all or nothing, consecutive numbers, one media_group_id, no keyboard."""

import asyncio

from bot.local_telegram.account import random_id
from bot.local_telegram.errors import ApiError, Json, bad_request
from bot.local_telegram.file_store import StoredFile
from bot.local_telegram.methods.context import Context
from bot.local_telegram.methods.media_input import item_file
from bot.local_telegram.methods.outgoing import caption, new_message, put

MAX_ITEMS = 10
_TYPES = frozenset({"photo", "document"})
_ALBUM_TYPES = _TYPES | {"video", "audio"}
_OTHER_TYPES = frozenset({"animation"})
_REMOTE = ("IMAGE_PROCESS_FAILED", "PHOTO_INVALID_DIMENSIONS")
_PREFIX = "Bad Request: "


async def send_media_group(context: Context) -> list[Json]:
    """Send an album of 2 to 10 photos or of documents; one item is accepted, as on Telegram, and linted."""
    chat = context.writable_chat()
    if not context.text("media"):
        raise bad_request('parameter "media" is required')
    items = context.parameters.structure("media", "can't parse media JSON object")
    if not isinstance(items, list):
        raise bad_request("expected an Array of InputMedia")
    _check_types(items)
    if not items:
        raise bad_request("there are no messages to send")
    if len(items) > MAX_ITEMS:
        raise bad_request("too many messages to send as an album")
    if len(items) == 1:
        context.lint("album-of-one: an album has 2 to 10 items; send one picture with sendPhoto")
    if context.text("reply_markup"):
        context.lint("album-keyboard: an album cannot carry a keyboard; it was ignored")
    captions = [caption(item.get("caption"), item.get("parse_mode"), item.get("caption_entities")) for item in items]
    if sum(bool(text) for text, _ in captions) > 1:
        context.lint("album-captions: several captions in one album are shown only when an item is opened")
    if len({bool(item.get("show_caption_above_media")) for item in items if item["type"] == "photo"}) > 1:
        raise bad_request("parameter show_caption_above_media must be the same for all messages")
    template = new_message(context, chat, "", [])
    files = await _files(context, items)
    context.world.limiter.count(chat.id, len(items))
    group = random_id() if len(items) > 1 else None
    sent = []
    for item, file, (text, entities) in zip(items, files, captions, strict=True):
        extra = dict(template.extra)
        if item.get("has_spoiler"):
            extra["has_media_spoiler"] = True
        if item.get("show_caption_above_media"):
            extra["show_caption_above_media"] = True
        message = new_message(context, chat, text, entities, file)
        message.extra, message.media_group_id = extra, group
        sent.append(put(context, chat, message))
    return sent


def _check_types(items: list[Json]) -> None:
    prefix = "can't parse InputMedia: "
    for item in items:
        if not isinstance(item, dict):
            raise bad_request(f"{prefix}expected an Object")
        kind = item.get("type")
        if not isinstance(kind, str):
            raise bad_request(f'{prefix}Can\'t find field "type"')
        if kind not in _ALBUM_TYPES | _OTHER_TYPES:
            raise bad_request(f'{prefix}type "{kind}" is unsupported')
        if kind in _ALBUM_TYPES - _TYPES:
            # Telegram takes these; this server does not know them.
            raise bad_request(f'{prefix}type "{kind}" is not supported by local Telegram')
        if kind in _OTHER_TYPES:
            raise bad_request(f'{prefix}type "{kind}" can\'t be used in sendMediaGroup')
        if not isinstance(item.get("media"), str) or not item["media"]:
            raise bad_request(f"{prefix}media not found")
    if len({item["type"] for item in items}) > 1:
        raise bad_request("document can't be mixed with other media types")


async def _files(context: Context, items: list[Json]) -> list[StoredFile]:
    outcomes = await asyncio.gather(
        *(item_file(context, item["type"], item["media"]) for item in items), return_exceptions=True
    )
    files: list[StoredFile] = []
    for n, outcome in enumerate(outcomes, 1):
        if isinstance(outcome, StoredFile):
            files.append(outcome)
            continue
        reason = outcome.description.removeprefix(_PREFIX) if isinstance(outcome, ApiError) else ""
        if reason in _REMOTE and len(items) > 1:
            # These are found by Telegram's servers after the upload, hence the other wording.
            raise bad_request(f'failed to send message #{n} with the error message "{reason}"')
        raise outcome
    return files
