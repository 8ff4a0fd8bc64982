"""/reindex, /failed and /rollback."""

import asyncio
import io
import logging
import time
import zlib
from contextlib import aclosing
from typing import Any

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputFile, Update
from telegram.error import BadRequest, TelegramError

from bot import admin_texts, callback_data, texts
from bot.answers import Answer
from bot.callback_data import ReindexCancelled, ReindexConfirmed
from bot.gallery import Gallery
from bot.handlers.administrators import Administrators
from bot.handlers.people import person_of
from bot.languages import listed, say, say_plural
from bot.notices import Notice
from bot.protocols import Acknowledge, Messenger, Person
from bot.publishing import FAILURES_FILE, listing_of
from bot.reindex import ReindexCancelledError, Reindexer
from retrieval.errors import RetrievalError
from retrieval.indexing import Progress, Report
from storage.errors import LockHeld, SnapshotMissing, StorageError

logger = logging.getLogger(__name__)

EDIT_EVERY_S = 3.0
_MAX_ASKED = 10**9


class Admin:
    """What administrators may command."""

    def __init__(
        self,
        bot: Bot,
        messenger: Messenger,
        gallery: Gallery,
        reindexer: Reindexer,
        admins: Administrators,
    ) -> None:
        self._bot = bot
        self._messenger = messenger
        self._gallery = gallery
        self._reindexer = reindexer
        self._admins = admins
        self._asked = {0: ""}
        self._job: asyncio.Task[None] | None = None

    async def reindex(self, update: Update, _: Any) -> None:
        """Ask before reindexing."""
        person = person_of(update)
        if not await self._admins.admit(person):
            return
        message = update.effective_message
        written = " ".join((message.text or "").split()[1:]) if message else ""
        try:
            source = await asyncio.to_thread(self._reindexer.source, written)
        except RetrievalError as error:
            logger.warning("The catalogue cannot be read: %s", error)
            await self._messenger.say(person, f"{error} {say(admin_texts.REINDEX_DROPPED)}")
            return
        if source is None:
            await self._messenger.say(person, say(admin_texts.REINDEX_NO_SOURCE))
            return
        asked = zlib.crc32(written.encode("utf-8", "surrogatepass")) % _MAX_ASKED if written else 0
        self._asked[asked] = written
        name = next(iter(source.description.values()))
        await self._bot.send_message(
            person.chat,
            say(admin_texts.REINDEX_ASK, source=name.encode("utf-8", "replace").decode()),
            reply_markup=_keyboard(
                person,
                (say(admin_texts.BUTTON_REINDEX), ReindexConfirmed(asked)),
                (say(admin_texts.BUTTON_CANCEL), ReindexCancelled()),
            ),
            message_thread_id=person.thread,
        )

    async def press(self, update: Update, press: ReindexConfirmed | ReindexCancelled, acknowledge: Acknowledge) -> None:
        """A button of the reindexing."""
        person = person_of(update)
        if person.user not in self._admins:
            await acknowledge(Answer(say(texts.NOTICES[Notice.ADMINS_ONLY]), alert=True))
            return
        message = update.callback_query.message if update.callback_query else None
        message_id = message.message_id if message else None
        running = self._job is not None and not self._job.done()
        if isinstance(press, ReindexCancelled):
            await acknowledge(Answer())
            if running:
                self._reindexer.cancel()
            elif message_id is not None:
                await ProgressLine(self._bot, person, message_id).end(say(admin_texts.REINDEX_DROPPED))
            return
        if press.asked not in self._asked:
            # Asked before a restart: what path that was, nobody knows any more.
            await acknowledge(Answer(say(texts.NOTICES[Notice.EXPIRED]), alert=True))
            return
        if running or message_id is None:
            await acknowledge(
                Answer(say(admin_texts.REINDEX_HELD, owner=say(admin_texts.REINDEX_THIS_BOT)), alert=True)
            )
            return
        await acknowledge(Answer())
        name = update.effective_user.full_name if update.effective_user else str(person.user)
        self._job = asyncio.create_task(self._run(person, message_id, f"/reindex by {name}", self._asked[press.asked]))

    async def _run(self, person: Person, message: int, owner: str, written: str) -> None:
        """One reindexing, from the pressed button to the report; the message with the button becomes the progress."""
        line = ProgressLine(self._bot, person, message)
        try:
            await line.show(say(admin_texts.REINDEX_STARTED))
            async with aclosing(self._reindexer.run(owner, written)) as steps:
                async for progress in steps:
                    if progress.report is None:
                        await line.show(_progress_line(progress))
                    else:
                        await self._report(person, line, progress.report)
        except ReindexCancelledError:
            await line.end(say(admin_texts.REINDEX_CANCELLED))
        except LockHeld as error:
            logger.warning("Reindexing was refused: %s", error)
            await line.end(say(admin_texts.REINDEX_HELD, owner=error.owner))
        except (RetrievalError, StorageError) as error:
            logger.exception("Reindexing failed")
            await line.end(say(admin_texts.REINDEX_FAILED, reason=error))
        except Exception as error:  # the task's outermost: nobody else would hear of it
            logger.exception("Reindexing failed")
            known = error.strerror if isinstance(error, OSError) else None
            reason = f"{known}." if known else say(admin_texts.REINDEX_SEE_LOG)
            await line.end(say(admin_texts.REINDEX_FAILED, reason=reason))

    async def _report(self, person: Person, line: "ProgressLine", report: Report) -> None:
        await line.end(
            say_plural(
                admin_texts.REINDEX_DONE,
                report.manifest.count,
                seconds=report.seconds,
                added=report.added,
                changed=report.changed,
                removed=report.removed,
                unchanged=report.unchanged,
                failed=len(report.failed),
            )
        )
        if report.failed:
            await self._send_listing(person, listing_of(report.failed))

    async def failed(self, update: Update, _: Any) -> None:
        """What was skipped when the live snapshot was made."""
        person = person_of(update)
        if not await self._admins.admit(person):
            return
        try:
            listing = await asyncio.to_thread((self._gallery.snapshot.directory / FAILURES_FILE).read_bytes)
        except SnapshotMissing:
            await self._messenger.say(person, say(admin_texts.NO_SNAPSHOT))
        except FileNotFoundError:  # made by a version that kept no list
            await self._messenger.say(person, say(admin_texts.FAILURES_UNKNOWN))
        else:
            if listing:
                await self._send_listing(person, listing)
            else:
                await self._messenger.say(person, say(admin_texts.NOTHING_FAILED))

    async def _send_listing(self, person: Person, listing: bytes) -> None:
        file = InputFile(io.BytesIO(listing), filename=admin_texts.REINDEX_FAILURES_NAME)
        await self._bot.send_document(person.chat, file, message_thread_id=person.thread)

    async def rollback(self, update: Update, _: Any) -> None:
        """Serve the snapshot before the current one again."""
        person = person_of(update)
        if not await self._admins.admit(person):
            return
        try:
            await self._gallery.rollback()
        except SnapshotMissing:
            await self._messenger.say(person, say(admin_texts.NO_EARLIER_SNAPSHOT))
            return
        except RetrievalError as error:
            await self._messenger.say(person, str(error))
            return
        snapshot = self._gallery.snapshot
        await self._messenger.say(
            person, say_plural(admin_texts.ROLLED_BACK, len(snapshot), snapshot=snapshot.directory.name)
        )

    async def close(self) -> None:
        """Stop a running reindexing; the live snapshot is untouched."""
        if self._job is not None and not self._job.done():
            self._reindexer.cancel()
            await asyncio.gather(self._job, return_exceptions=True)


class ProgressLine:
    """One message that is edited at most every three seconds, the end included."""

    def __init__(self, bot: Bot, person: Person, message: int) -> None:
        self._bot = bot
        self._person = person
        self._message = message
        self._edited = -EDIT_EVERY_S

    async def show(self, text: str) -> None:
        """Show how far it is, with a button to cancel; left out when the last edit is too young."""
        if time.monotonic() - self._edited >= EDIT_EVERY_S:
            await self._edit(text, _keyboard(self._person, (say(admin_texts.BUTTON_CANCEL), ReindexCancelled())))

    async def end(self, text: str) -> None:
        """Show how it ended, as soon as the message may be edited again."""
        await asyncio.sleep(max(0.0, self._edited + EDIT_EVERY_S - time.monotonic()))
        await self._edit(text, None)

    async def _edit(self, text: str, markup: InlineKeyboardMarkup | None) -> None:
        self._edited = time.monotonic()
        try:
            await self._bot.edit_message_text(text, self._person.chat, self._message, reply_markup=markup)
        except BadRequest as error:
            if "not modified" not in error.message.lower():
                logger.warning("The reindexing's message could not be edited: %s", error)
        except TelegramError as error:
            logger.warning("The reindexing's message could not be edited: %s", error)


def _keyboard(person: Person, *buttons: tuple[str, callback_data.ButtonPress]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        [
            [
                InlineKeyboardButton(label, callback_data=callback_data.pack(person.user, press))
                for label, press in buttons
            ]
        ]
    )


def _progress_line(progress: Progress) -> str:
    if progress.map_share is not None:
        return say(admin_texts.REINDEX_MAP, percent=round(100 * progress.map_share))
    done = say(
        admin_texts.REINDEX_PROGRESS if progress.total is None else admin_texts.REINDEX_PROGRESS_OF,
        done=progress.done,
        total=progress.total,
        rate=progress.rate_per_s,
    )
    parts = [done]
    if progress.eta_s is not None:
        minutes, seconds = divmod(round(progress.eta_s), 60)
        parts.append(say(admin_texts.REINDEX_LEFT, time=f"{minutes}:{seconds:02d}"))
    if progress.failed:
        parts.append(say(admin_texts.REINDEX_FAILING, count=progress.failed))
    return listed(parts)
