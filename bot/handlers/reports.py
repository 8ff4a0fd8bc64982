"""/status and /stats: how the bot is, and how it is used."""

import asyncio
import shutil
from typing import Any, cast

from telegram import Update

from bot import admin_texts
from bot.gallery import Gallery
from bot.handlers.administrators import Administrators
from bot.handlers.people import person_of
from bot.languages import say, say_plural
from bot.protocols import Messenger
from bot.recent_errors import RecentErrors
from bot.reindex import Reindexer
from bot.statistics import Statistics, Use
from retrieval.survey import survey
from storage.errors import SnapshotMissing
from storage.hidden import HiddenItems
from storage.redis_client import RedisConnection

_GIB = 1024**3
_MB = 1000**2


class Reports:
    """What administrators may read."""

    def __init__(
        self,
        messenger: Messenger,
        gallery: Gallery,
        reindexer: Reindexer,
        redis: RedisConnection,
        hidden: HiddenItems,
        statistics: Statistics,
        errors: RecentErrors,
        admins: Administrators,
    ) -> None:
        self._messenger = messenger
        self._gallery = gallery
        self._reindexer = reindexer
        self._redis = redis
        self._hidden = hidden
        self._statistics = statistics
        self._errors = errors
        self._admins = admins

    async def status(self, update: Update, _: Any) -> None:
        """Snapshot, model, counts, the files, disk, Redis, and what failed last."""
        person = person_of(update)
        if not await self._admins.admit(person):
            return
        try:
            collection = await self._collection()
        except SnapshotMissing:
            collection = say(admin_texts.NO_SNAPSHOT)
        lines = self._errors.lines()
        errors = say(admin_texts.STATUS_ERRORS, errors="\n".join(lines)) if lines else say(admin_texts.STATUS_NO_ERRORS)
        await self._messenger.say(person, f"{collection}\n{errors}")

    async def _collection(self) -> str:
        snapshot = self._gallery.snapshot
        manifest = snapshot.manifest
        found = await asyncio.to_thread(survey, snapshot)
        free = await asyncio.to_thread(shutil.disk_usage, snapshot.directory)
        memory = cast(dict[str, Any], await self._redis.run(self._redis.redis.info("memory")))
        return say_plural(
            admin_texts.STATUS,
            manifest.count,
            snapshot=snapshot.directory.name,
            failed=manifest.failed,
            created=manifest.created_at,
            missing=found.missing,
            stale=found.stale,
            duplicates=found.duplicates,
            hidden=len(await self._hidden.all()),
            model=manifest.model,
            composition=manifest.composition,
            index=manifest.index,
            waiting=self._gallery.worker.waiting,
            reindexing=say(admin_texts.RUNNING) if self._reindexer.running else say(admin_texts.NOT_RUNNING),
            kept=len(self._gallery.store.list()),
            disk=f"{free.free / _GIB:.1f}",
            redis=f"{memory['used_memory'] / _MB:.1f}",
        )

    async def stats(self, update: Update, _: Any) -> None:
        """Searches, successes and turns to success, today and lately."""
        person = person_of(update)
        if await self._admins.admit(person):
            await self._messenger.say(person, "\n\n".join(map(_said, await self._statistics.report())))


def _said(use: Use) -> str:
    turns = use.turns_to_success
    return say(
        admin_texts.STATS if turns is None else admin_texts.STATS_TURNS,
        period=say(admin_texts.STATS_TODAY) if use.days == 1 else say_plural(admin_texts.STATS_DAYS, use.days),
        searches=use.searches,
        pages=use.pages,
        without_result=use.without_result,
        found=use.successes,
        **({} if turns is None else {"turns": turns}),
    )
