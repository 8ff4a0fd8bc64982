"""getFile."""

from pathlib import PurePath

from bot.local_telegram.errors import Json, bad_request
from bot.local_telegram.file_ids import resolve_file_id
from bot.local_telegram.methods.context import Context

MAX_DOWNLOAD_BYTES = 20 * 1024 * 1024


async def get_file(context: Context) -> Json:
    """Return the path of a file. It names the content, so it stays valid."""
    file_id = context.text("file_id")
    if not file_id:
        raise bad_request("file_id not specified")
    reference = resolve_file_id(file_id, context.account.token)
    stored = context.world.files.find(reference)
    if stored is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if stored.size_bytes > MAX_DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    suffix = ".jpg" if stored.kind == "photo" else PurePath(stored.name).suffix
    if not suffix.isascii() or not suffix.isprintable():
        suffix = ""
    file: Json = {"file_id": file_id, "file_unique_id": reference.unique_id}
    if stored.kind != "photo" or reference.size == stored.sizes()[-1][0]:
        file["file_size"] = stored.size_bytes
    return {**file, "file_path": f"{stored.kind}s/{file_id}{suffix}"}
