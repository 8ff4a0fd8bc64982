"""Photos and documents in calls: a part of the request, an ``attach://`` name, a ``file_id``; addresses are refused."""

import asyncio
import mimetypes
from pathlib import PurePath

from bot.local_telegram.errors import bad_request
from bot.local_telegram.file_ids import resolve_file_id
from bot.local_telegram.file_store import StoredFile
from bot.local_telegram.methods.context import Context
from bot.local_telegram.wire import Upload

_ATTACH = "attach://"


async def parameter_file(context: Context, kind: str) -> StoredFile:
    """Return the file that the parameter or part named like its ``kind`` gives. Raises ApiError as the server does."""
    value = context.text(kind)
    upload = context.parameters.files.get(kind)
    if upload is None and value is not None and value.startswith(_ATTACH):
        upload = context.parameters.files.get(value.removeprefix(_ATTACH))
    if upload is not None:
        return await store_upload(context, kind, upload)
    if not value or value.startswith(_ATTACH):
        raise bad_request(f"there is no {kind} in the request")
    return referenced(context, kind, value)


async def item_file(context: Context, kind: str, media: str) -> StoredFile:
    """Return the file of one InputMedia. Raises ApiError as the server does."""
    if not media.startswith(_ATTACH):
        return referenced(context, kind, media)
    upload = context.parameters.files.get(media.removeprefix(_ATTACH))
    if upload is None:
        raise bad_request("can't parse InputMedia: media not found")
    return await store_upload(context, kind, upload)


async def store_upload(context: Context, kind: str, upload: Upload) -> StoredFile:
    """Keep an uploaded file. Raises ApiError where Telegram would refuse it."""
    delay_s = context.world.limiter.upload_delay_s(len(upload.data))
    if delay_s:
        await asyncio.sleep(delay_s)
    if kind == "photo":
        return await context.world.files.add_upload(upload.data, upload.filename)
    if not upload.data:
        raise bad_request("file must be non-empty")
    name = PurePath(upload.filename).name or "file"
    mime_type = mimetypes.guess_type(name)[0] or upload.content_type
    return await context.world.files.add_file(kind, upload.data, name, mime_type)


def referenced(context: Context, kind: str, value: str) -> StoredFile:
    """Return the file of a ``file_id``. Raises ApiError for unknown ones and, as nothing is fetched, for addresses."""
    if value.startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content")
    stored = context.world.files.find(resolve_file_id(value, context.account.token, kind))
    if stored is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    return stored
