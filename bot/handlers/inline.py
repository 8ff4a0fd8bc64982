"""Inline mode: `@bot words` in any chat finds pictures to post there, and leads to the chat with the bot."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQuery,
    InlineQueryResult,
    InlineQueryResultArticle,
    InlineQueryResultCachedPhoto,
    InputTextMessageContent,
    LinkPreviewOptions,
    Update,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot import texts
from bot.album import plain_title, render_posted
from bot.deep_links import ItemLinked, WordsLinked, payload_of
from bot.gallery import Gallery
from bot.handlers.inline_answers import answer
from bot.inline_search import Found, find
from bot.languages import say
from bot.photo_sender import markup_of, names_file_id
from bot.picture_cache import PictureCache
from bot.protocols import Person
from bot.sharing import SharedSearch, SharedSearches
from retrieval.errors import RetrievalError
from retrieval.item_table import Item
from storage.errors import StorageError

logger = logging.getLogger(__name__)

DEBOUNCE_S = 0.3
"""Clients ask at every letter; only who pauses is searched for."""
CACHE_S = 30
"""How long Telegram may show the same results again: as long may an item that was hidden be seen here."""
_EXAMPLES = 4
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class Inline:
    """Answers inline queries."""

    def __init__(self, gallery: Gallery, cache: PictureCache, shares: SharedSearches) -> None:
        self._gallery = gallery
        self._cache = cache
        self._shares = shares
        self._newest: dict[int, int] = {}  # the update with the query that each person is waiting for

    async def query(self, update: Update, _: Any) -> None:
        """Answer one, whatever happens."""
        query = update.inline_query
        if query is None:
            raise ValueError(f"update {update.update_id} has no inline query")
        if not await self._waited_for(query.from_user.id, update.update_id):
            await answer(query)
            return
        try:
            text = " ".join(query.query.split())
            if not text:
                await self._show_examples(query)
                return
            offset = int(query.offset) if query.offset.isascii() and query.offset.isdecimal() else 0
            found = await find(self._gallery, text, offset)
            await self._show(query, text, found)
        except (RetrievalError, StorageError) as error:
            # It will be typed again: nobody waits for an answer that comes when all is well.
            logger.warning("An inline query was not answered with pictures: %s", error)
            await answer(query, button=say(texts.INLINE_TROUBLE))
        except Exception:
            await answer(query, button=say(texts.INLINE_TROUBLE))
            raise

    async def _waited_for(self, user: int, number: int) -> bool:
        """Whether the person still wants this one after a moment."""
        # By number: what Redis was asked before may have been answered out of order.
        self._newest[user] = max(number, self._newest.get(user, number))
        await asyncio.sleep(DEBOUNCE_S)
        if self._newest.get(user) != number:
            return False
        del self._newest[user]
        return True

    async def _show_examples(self, query: InlineQuery) -> None:
        results = [_example(number, words) for number, words in enumerate(self._gallery.examples(_EXAMPLES))]
        await answer(query, results, button=say(texts.INLINE_HELLO), cache_s=CACHE_S)

    async def _show(self, query: InlineQuery, text: str, found: Found) -> None:
        if found.turn is None:
            await answer(query, button=say(texts.INLINE_UNCLEAR))
            return
        payload = payload_of(WordsLinked(text))
        if payload is None:
            payload = await self._shares.put(query.from_user.id, SharedSearch(found.turn, None))
        media = await self._cache.file_ids(found.items)
        try:
            await self._answer(query, found, media, payload)
        except BadRequest as error:
            if not names_file_id(error):
                raise
            logger.info(
                "An inline query is answered in words, since a picture is not with Telegram any more: %s", error
            )
            await self._cache.forget(found.items)
            await self._answer(query, found, {}, payload)

    async def _answer(self, query: InlineQuery, found: Found, media: Mapping[str, str], payload: str) -> None:
        first = query.offset or "0"
        results = [
            self._result(f"{first}-{number}", item, media.get(item.content_hash), payload)
            for number, item in enumerate(found.items)
        ]
        complete = all(item.content_hash in media for item in found.items)
        await answer(
            query,
            results,
            button=say(texts.INLINE_CHAT) if results or query.offset else say(texts.INLINE_NOTHING),
            payload=payload,
            next_offset=found.next_offset,
            cache_s=CACHE_S if complete else 0,
        )

    def _result(self, name: str, item: Item, media: str | None, searched: str) -> InlineQueryResult:
        """A photo where Telegram has it, else the item in words."""
        posted = render_posted(item, self._shares.address(payload_of(ItemLinked(item.id)) or searched))
        markup = InlineKeyboardMarkup.de_json(markup_of(Person(0, 0), posted.keyboard), None)
        title = plain_title(item)
        if media is not None:
            return InlineQueryResultCachedPhoto(
                name, media, title=title, caption=posted.caption, parse_mode=ParseMode.HTML, reply_markup=markup
            )
        content = InputTextMessageContent(posted.caption, ParseMode.HTML, link_preview_options=_NO_PREVIEW)
        return InlineQueryResultArticle(name, title, content, markup, description=item.category)


def _example(number: int, words: str) -> InlineQueryResult:
    """A search to begin with: posted, it offers to be made by whoever taps it."""
    button = InlineKeyboardButton(say(texts.BUTTON_INLINE), switch_inline_query_current_chat=words)
    content = InputTextMessageContent(say(texts.INLINE_EXAMPLE, example=words))
    markup = InlineKeyboardMarkup([[button]])
    return InlineQueryResultArticle(
        f"example-{number}", words, content, markup, description=say(texts.INLINE_EXAMPLE_HINT)
    )
