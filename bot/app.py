"""The composition root: the one place where concrete classes are chosen, opened and closed."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

from telegram import Update

from bot.application import build_application
from bot.conversation import Conversation
from bot.gallery import Gallery
from bot.handlers import register
from bot.handlers.access import Access
from bot.handlers.admin import Admin
from bot.handlers.administrators import Administrators
from bot.handlers.arrivals import Arrivals
from bot.handlers.buttons import Buttons
from bot.handlers.chats import Chats
from bot.handlers.clicks import Clicks
from bot.handlers.commands import Commands
from bot.handlers.errors import Failures, sentence_for
from bot.handlers.group_buttons import GroupButtons
from bot.handlers.hiding import Hiding
from bot.handlers.inline import Inline
from bot.handlers.menus import Menus
from bot.handlers.messages import Messages
from bot.handlers.pacing import Pacing
from bot.handlers.preferences import SettingsMenu
from bot.handlers.reception import Reception
from bot.handlers.reports import Reports
from bot.handlers.seeing import Seeing
from bot.handlers.spoken_language import SpokenLanguage
from bot.kept_texts import WORTH_KEEPING_MS, KeptTexts
from bot.latest import Latest
from bot.maps import Maps
from bot.metrics import Metrics
from bot.models import Models, load_models, recipe_of
from bot.operations import Operations
from bot.outbox import Outbox
from bot.pages.answers import Answers
from bot.pages.links import Links
from bot.pages.server import Pages
from bot.pages.visits import Visits
from bot.photo_sender import PhotoSender
from bot.picture_cache import PictureCache
from bot.publishing import Catalogue
from bot.rate_limiter import RateLimiter
from bot.receiving import Receiver, open_receiver, process_name
from bot.recent_errors import keeping_errors
from bot.reindex import LOCK_NAME, Reindexer
from bot.requests import Request
from bot.sender import Sender
from bot.settings import Settings
from bot.sharing import ADAPTER as SHARED
from bot.sharing import SharedSearches
from bot.statistics import Statistics, counting
from bot.stored_dialogs import ADAPTER, StoredDialogs
from bot.telegram_calls import Calls
from bot.translations import load_languages
from bot.turns import Dialog
from bot.webs import Webs
from retrieval.worker import Worker
from storage.access import AccessList
from storage.cached_bytes import CachedBytes
from storage.dialogs import DialogStore
from storage.file_ids import FileIds
from storage.hidden import HiddenItems
from storage.keys import Keys
from storage.locks import Lock
from storage.outbox import OutboxStore
from storage.pace import Pace
from storage.personal import PersonalData
from storage.preferences import Preferences
from storage.redis_client import RedisConnection, connect
from storage.shared import SharedValues
from storage.snapshots import SnapshotStore
from storage.statistics import StatisticsStore
from storage.votes import Votes

logger = logging.getLogger(__name__)


@asynccontextmanager
async def open_gallery(settings: Settings) -> AsyncIterator[Gallery]:
    """The collection with model, composition and worker, warmed up and serving the published snapshot, if there is one.

    Raises:
        retrieval.errors.RetrievalError: model, Combiner or snapshot cannot be used; one sentence says what to do.
    """
    models = await asyncio.to_thread(load_models, settings)
    worker = Worker(None, queue_size=settings.search_queue, timeout_s=settings.search_timeout_s)
    store = SnapshotStore(settings.data_dir / "snapshots")
    gallery = Gallery(worker, models.encoder, models.composition, store, models.words)
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
        bot.http_server.PortTaken: a port of the settings is not free.
    """
    token = settings.telegram_bot_token.get_secret_value()
    metrics = Metrics()
    operations = Operations(metrics)
    async with AsyncExitStack() as stack:
        errors = stack.enter_context(keeping_errors())
        if settings.operations_port is not None:
            await stack.enter_async_context(operations.serve(settings.operations_host, settings.operations_port))
        gallery = await stack.enter_async_context(open_gallery(settings))
        gallery.observe = metrics.searched
        url = settings.redis_url.get_secret_value() if settings.redis_url else None
        redis = await stack.enter_async_context(await connect(url, settings.data_dir / "redis"))
        application = build_application(
            token,
            settings.telegram_api_url,
            RateLimiter(metrics, settings.messages_per_second, limited=settings.send_limits),
        )
        await stack.enter_async_context(application)
        bot = application.bot
        keys = Keys(settings.redis_prefix, bot.id)

        if gallery.encoder.query_ms > WORTH_KEEPING_MS:
            gallery.encoder.text_memory = KeptTexts(CachedBytes(redis, keys), asyncio.get_running_loop())
        languages, preferences = load_languages(), Preferences(redis, keys)
        language = SpokenLanguage(languages, preferences)
        hidden = HiddenItems(redis, keys)
        await gallery.leave_out(hidden)
        outbox = Outbox(OutboxStore(redis, keys))
        calls = Calls(bot)
        photos = PhotoSender(calls, FileIds(redis, keys), metrics)
        sender = Sender(calls, photos, outbox, metrics)
        cache = PictureCache(photos, settings.cache_chat)
        stack.push_async_callback(cache.close)
        dialogs = StoredDialogs(DialogStore(redis, keys, ADAPTER))
        shares = SharedSearches(SharedValues(redis, keys, SHARED), bot.username)
        latest = Latest()
        statistics = await stack.enter_async_context(counting(Statistics(StatisticsStore(redis, keys))))
        observe = partial(_observe, metrics, statistics)
        conversation = Conversation(dialogs, gallery, sender, shares, settings.album_size, observe, latest)
        reindexer = Reindexer(
            gallery,
            lambda owner: Lock(redis, keys, LOCK_NAME, f"{owner}, {process_name()}"),
            Catalogue(settings.images, settings.catalog, settings.data_dir / "downloads"),
            recipe_of(settings, Models(gallery.encoder, gallery.composition, gallery.words)),
        )
        admins = Administrators(sender, settings.admin_ids)
        menus = Menus(bot, languages, preferences, admins)
        settings_menu = SettingsMenu(calls, preferences, language, menus)
        admin = Admin(bot, sender, gallery, reindexer, admins)
        stack.push_async_callback(admin.close)
        access = Access(sender, AccessList(redis, keys), admins, settings.access)
        pace, webs, maps = Pace(redis, keys), Webs(gallery), Maps(gallery)
        links = Links(token, settings.pages_url) if settings.pages_url else None
        register(
            application,
            Commands(conversation, sender, gallery, shares, menus, admins, PersonalData(redis, keys)),
            Messages(conversation, sender, gallery, dialogs),
            Buttons(
                conversation, sender, admin, GroupButtons(conversation, dialogs, Votes(redis, keys)), settings_menu
            ),
            admin,
            access,
            Hiding(sender, gallery, hidden, dialogs, admins),
            Chats(dialogs),
            Reports(sender, gallery, reindexer, redis, hidden, statistics, errors, admins),
            Seeing(sender, dialogs, webs, maps, links),
            Inline(gallery, cache, shares),
            settings_menu,
        )
        failures = Failures(sender)
        pacing = Pacing(sender, pace, settings.messages_per_minute)
        reception = Reception(language, outbox, dialogs, access, pacing, application.process_update, failures, metrics)
        await menus.publish()
        watching = asyncio.create_task(gallery.watch())
        stack.callback(watching.cancel)
        receiver = await open_receiver(
            settings,
            bot,
            redis,
            keys,
            reception.prepare,
            partial(_tell_outage, failures, language),
            metrics,
            Arrivals(latest),
        )
        metrics.watch("queue_length", "Requests that wait for model and index.", lambda: gallery.worker.waiting)
        metrics.watch("updates_open", "Updates being answered or waiting.", lambda: receiver.delivery.open)
        metrics.watch("collection_pictures", "Pictures of the live snapshot; 0 without one.", lambda: gallery.size)
        if settings.pages_url and links:
            clicks = Clicks(receiver.delivery, conversation, metrics)
            answers = Answers(gallery, dialogs, webs, maps, clicks, pace, settings.messages_per_minute)
            pages = Pages(Visits(links, access.admits), answers, sentence_for, language.browsing)
            await stack.enter_async_context(pages.serve(settings.pages_url, settings.pages_host, settings.pages_port))
        operations.check("redis", partial(_answers, redis))
        operations.check("telegram", partial(_trouble_of, receiver))

        delivering = asyncio.create_task(receiver.run())
        stopped = asyncio.create_task(stopping.wait())
        logger.info("@%s is listening", bot.username)
        operations.started()
        if listening is not None:
            listening.set()
        try:
            await asyncio.wait({delivering, stopped}, return_when=asyncio.FIRST_COMPLETED)
            operations.stopping()
            receiver.stop()
            await delivering
        finally:
            stopped.cancel()


def _observe(metrics: Metrics, statistics: Statistics, request: Request, dialog: Dialog) -> None:
    metrics.advanced(request, dialog)
    statistics.advanced(request, dialog)


async def _tell_outage(failures: Failures, language: SpokenLanguage, update: Update) -> None:
    with language.guessing(update):
        await failures.tell_outage(update)


async def _answers(redis: RedisConnection) -> str | None:
    await redis.ping()
    return None


async def _trouble_of(receiver: Receiver) -> str | None:
    return receiver.trouble
