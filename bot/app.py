"""The composition root: the one place where concrete classes are chosen, opened and closed."""

import asyncio
import logging
import os
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

from telegram import BotCommand, Update

from bot import texts
from bot.application import build_application
from bot.conversation import Conversation
from bot.delivery import Delivery, Handle
from bot.gallery import Gallery
from bot.handlers import register
from bot.handlers.admin import Admin
from bot.handlers.buttons import Buttons
from bot.handlers.commands import Commands
from bot.handlers.errors import Failures
from bot.handlers.messages import Messages
from bot.publishing import Recipe
from bot.reindex import LOCK_NAME, Reindexer, Where
from bot.sender import Sender
from bot.settings import Settings
from bot.stored_dialogs import ADAPTER, StoredDialogs
from retrieval.clip_encoder import load_encoder
from retrieval.composition import load_composition
from retrieval.prompts import choose_templates
from retrieval.worker import Worker
from storage.dialogs import DialogStore
from storage.errors import StorageUnavailable
from storage.file_ids import FileIds
from storage.keys import Keys
from storage.locks import Lock
from storage.redis_client import connect
from storage.snapshots import SnapshotStore
from storage.updates import UpdateLog

logger = logging.getLogger(__name__)


@asynccontextmanager
async def open_gallery(settings: Settings) -> AsyncIterator[Gallery]:
    """The collection with model, composition and worker, warmed up and serving the published snapshot, if there is one.

    Raises:
        retrieval.errors.RetrievalError: model, Combiner or snapshot cannot be used; one sentence says what to do.
    """
    encoder = await asyncio.to_thread(load_encoder, settings.clip_model, settings.clip_pretrained, settings.device)
    composition = await asyncio.to_thread(load_composition, settings.combiner, encoder)
    worker = Worker(None, queue_size=settings.search_queue, timeout_s=settings.search_timeout_s)
    store = SnapshotStore(settings.data_dir / "snapshots")
    gallery = Gallery(worker, encoder, composition, store)
    await worker.start()
    try:
        await gallery.refresh()
        yield gallery
    finally:
        await worker.stop()
        gallery.close()


async def run(settings: Settings, stopping: asyncio.Event, listening: asyncio.Event | None = None) -> None:
    """Run the bot until `stopping` is set, then finish what is open; `listening` is set when it takes updates.

    Raises:
        retrieval.errors.RetrievalError, storage.errors.StorageError: it cannot start; one sentence says what to do.
        telegram.error.InvalidToken: Telegram does not know the token.
    """
    token = settings.telegram_bot_token.get_secret_value()
    async with AsyncExitStack() as stack:
        gallery = await stack.enter_async_context(open_gallery(settings))
        url = settings.redis_url.get_secret_value() if settings.redis_url else None
        redis = await stack.enter_async_context(await connect(url, settings.data_dir / "redis"))
        application = build_application(token, settings.telegram_api_url)
        await stack.enter_async_context(application)
        bot = application.bot
        keys = Keys(settings.redis_prefix, bot.id)

        sender = Sender(bot, FileIds(redis, keys))
        dialogs = StoredDialogs(DialogStore(redis, keys, ADAPTER))
        conversation = Conversation(dialogs, gallery, sender, settings.album_size)
        reindexer = Reindexer(
            gallery,
            lambda owner: Lock(redis, keys, LOCK_NAME, f"{owner}, on {socket.gethostname()}, process {os.getpid()}"),
            Where(images=settings.images, catalog=settings.catalog),
            Recipe(
                gallery.encoder,
                gallery.composition,
                settings.clip_model,
                settings.clip_pretrained,
                settings.index,
                choose_templates(settings.clip_templates, gallery.encoder.model),
                exact_matches=settings.exact_matches,
            ),
        )
        admin = Admin(bot, sender, gallery, reindexer, redis, settings.admin_ids)
        stack.push_async_callback(admin.close)
        register(
            application,
            Commands(conversation, sender, gallery, admin),
            Messages(conversation, sender, gallery),
            Buttons(conversation, sender, admin),
            admin,
        )
        failures = Failures(sender)
        handle = partial(_handle, application.process_update, failures)
        delivery = Delivery(bot, UpdateLog(redis, keys), handle, failures.tell_outage)

        # A webhook that an earlier set-up left behind would keep every update away from getUpdates.
        await bot.delete_webhook(drop_pending_updates=False)
        await bot.set_my_commands([BotCommand(name, text) for name, text in texts.COMMANDS.items()])
        watching = asyncio.create_task(gallery.watch())
        stack.callback(watching.cancel)
        delivering = asyncio.create_task(delivery.run())
        stopped = asyncio.create_task(stopping.wait())
        logger.info("@%s is listening", bot.username)
        if listening is not None:
            listening.set()
        try:
            await asyncio.wait({delivering, stopped}, return_when=asyncio.FIRST_COMPLETED)
            delivery.stop()
            await delivering
        finally:
            stopped.cancel()


async def _handle(process_update: Handle, failures: Failures, update: Update) -> None:
    """Handle one update; failures end here, except those that `delivery` answers by trying again."""
    try:
        await process_update(update)
    except StorageUnavailable:
        raise
    except Exception as error:
        await failures.report(update, error)
