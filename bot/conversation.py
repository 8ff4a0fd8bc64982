"""One event of one person, from the stored dialog to what they see and back into the store.

Knows neither Telegram nor Redis: what sends, searches and remembers arrives as Protocols. The dialog is saved after the
send, so that what is stored is what the person sees; a crash in between repeats the event, it never loses it.
"""

import asyncio
import logging
from dataclasses import replace
from functools import partial

from bot import album, kinds, texts
from bot.answers import Answer, answer_to
from bot.category_rule import kept_to_category
from bot.closeness import Selection, select, with_exact_first
from bot.dialog import step
from bot.events import Adopted, Event, PhotoSent, TextSent, WordsOpened
from bot.group_album import for_group
from bot.history import render_history, render_removals, render_started_over
from bot.languages import say
from bot.latest import Latest, Overtaken
from bot.notices import Notice
from bot.protocols import Acknowledge, Dialogs, Gallery, Messenger, Observe, Person, Shares
from bot.refinements import Refinements
from bot.requests import (
    AcceptItem,
    CloseCard,
    ExplainItem,
    NextPage,
    Refuse,
    Request,
    Search,
    SendOriginal,
    ShowCard,
    ShowHistory,
    ShowItems,
    ShowRemovals,
    ShowTurn,
    StartOver,
)
from bot.screens import Picture, PictureRefused, Sent
from bot.sharing import shareable
from bot.sought import sought
from bot.turns import Dialog, Page, Reason, Turn
from bot.why import explained
from retrieval.errors import ReferenceUnknown
from retrieval.item_table import Item
from retrieval.search_result import SearchResult

logger = logging.getLogger(__name__)

WORKING_AFTER_S = 0.5
"""From when on a chat is told that an answer is on its way, in seconds: most are there by then."""
WORKING_S = 4.5
"""How often it is told so, in seconds: Telegram shows it for 5 (sendChatAction)."""
MAX_EXAMPLES = 3
SPARE_HITS = 3
"""Hits asked for beyond the album, to take the place of pictures whose files turn out to be gone."""


async def _no_acknowledgement(answer: Answer) -> None:
    """For events that no button made."""


class Conversation:
    """Advances dialogs by events."""

    def __init__(
        self,
        dialogs: Dialogs,
        gallery: Gallery,
        messenger: Messenger,
        shares: Shares,
        album_size: int,
        observe: Observe,
        latest: Latest,
    ) -> None:
        self._latest = latest
        self._observe = observe
        self._dialogs = dialogs
        self._shares = shares
        self._gallery = gallery
        self._messenger = messenger
        self._album_size = album_size
        self._refinements = Refinements(gallery, album_size)

    async def advance(self, person: Person, event: Event, acknowledge: Acknowledge | None = None) -> None:
        """Do what the event asks for.

        `acknowledge` is given for taps: it is called once, before anything slow, with what is shown at the button.

        Raises:
            retrieval.errors.RetrievalError: nothing was shown; the stored dialog is unchanged.
            storage.errors.StorageError: the dialog could not be read or written.
        """
        dialog, version = await self._dialogs.load(person)
        after, request = step(dialog, event, self._gallery.vocabulary)
        request = self._in_known_words(event, request)
        if acknowledge is None and isinstance(request, Refuse):
            # The reason, never the words: they are the person's.
            logger.info("A %s was refused: %s", type(event).__name__, request.notice.name)
            await self._messenger.say(person, say(texts.NOTICES[request.notice]))
            return
        if isinstance(request, Refuse):
            logger.info("A button was refused: %s", request.notice.name)
        await (acknowledge or _no_acknowledgement)(answer_to(request))
        after = await self._do(person, after, request)
        self._observe(request, after)
        if after != dialog:
            await self._dialogs.save(person, after, version)

    def _in_known_words(self, event: Event, request: Request) -> Request:
        if isinstance(event, TextSent | PhotoSent | Adopted | WordsOpened) and isinstance(request, Search):
            words = request.turn.request.text
            if words and not self._gallery.understands(words):
                return Refuse(Notice.LANGUAGE_UNKNOWN)
        return request

    async def _do(self, person: Person, dialog: Dialog, request: Request) -> Dialog:
        match request:
            case Search(turn):
                return await self._search(person, dialog, kept_to_category(turn, self._gallery))
            case NextPage(turn):
                return await self._search(person, dialog, turn)
            case ShowItems():
                return await self._show_items(person, dialog, request)
            case ShowTurn(turn):
                return await self._show_again(person, dialog, turn)
            case ShowHistory(page, message):
                await self._messenger.show_offer(person, render_history(dialog, page), message)
            case ShowRemovals(turn):
                await self._messenger.show_offer(person, render_removals(turn))
            case ShowCard(turn, position, item_id, card, marks, again=again):
                if again and card is not None:
                    await self._messenger.remove(person, card)
                    card = None
                if not turn.offers(position):
                    turn = turn.offering(await self._refinements.of(dialog, turn, position), position)
                    dialog = dialog.with_offers(turn.number, turn.offers(position), position)
                rendered = album.render_card(turn, position, self._item(item_id), marks)
                return dialog.with_card(await self._messenger.show_card(person, rendered, card))
            case CloseCard(card):
                await self._messenger.remove(person, card)
            case ExplainItem(turn, item_id):
                explanation = await self._gallery.explain(turn, self._item(item_id))
                await self._messenger.show_drawing(person, explanation.drawing, explained(explanation), ())
            case SendOriginal(item_id):
                await self._messenger.send_original(person, self._item(item_id))
            case AcceptItem(item_id, card, turn):
                item = self._item(item_id)
                link = await self._shares.link(person.user, shareable(turn, item_id))
                await self._messenger.show_card(person, album.render_accepted(item, link), card)
            case StartOver():
                await self._messenger.show_offer(person, render_started_over())
            case Refuse():
                pass
        return dialog

    def _item(self, item_id: str) -> Item:
        items = self._gallery.items([item_id])
        if not items:
            raise ReferenceUnknown(f"Item {item_id!r} is not shown any more.")
        return items[0]

    async def _search(self, person: Person, dialog: Dialog, turn: Turn) -> Dialog:
        working = asyncio.create_task(self._show_working(person))
        if turn.drawn and not turn.within:
            turn = turn.offering(self._gallery.examples(MAX_EXAMPLES))
        try:
            result = await self._hits(person, turn)
            if result.repeated and turn.within != turn.within.said():
                # All of the category has been seen: what nobody asked for gives way, before pictures come again.
                turn = replace(turn, within=turn.within.said())
                result = await self._hits(person, turn)
            if not turn.pages:
                turn = replace(turn, kinds=kinds.offered(turn, result.kinds, self._gallery.vocabulary))
            weak_wanted = turn.weak_wanted or result.repeated
            found = select(turn.request.query, result.hits, self._album_size, weak_wanted, bool(turn.pages))
            if turn.within and not self._gallery.items([hit.item_id for hit in result.hits]):
                logger.info("Nothing fulfils the filter of turn %d", turn.number)
                await self._messenger.show_offer(person, album.render_none_fit(turn))
                return dialog.with_turn(turn)
            if result.hits and not found.shown:
                logger.info("Nothing close was found for turn %d", turn.number)
                await self._messenger.show_offer(person, album.render_offer(turn))
                return dialog.with_turn(turn)
            found = replace(found, similar=result.similar)
            items = self._gallery.items([hit.item_id for hit in found.shown])
            sent = await self._show(person, turn, items, result.repeated, found)
        except Overtaken:
            logger.info("Turn %d was overtaken by something newer", turn.number)
            return dialog.with_turn(turn)
        finally:
            working.cancel()
        if sent is None:
            await self._messenger.say(person, say(texts.NOTHING_LEFT if turn.pages else texts.NOTHING_FOUND))
            return dialog
        reasons = {hit.item_id: Reason.of(hit) for hit in result.hits}
        similar = tuple(result.similar.get(item, ()) for item in sent.items)
        page = Page(
            sent.items,
            sent.messages,
            sent.control,
            reasons=tuple(reasons[item] for item in sent.items),
            similar=similar if any(similar) else (),
        )
        return dialog.with_page(turn, page)

    async def _show_working(self, person: Person) -> None:
        await asyncio.sleep(WORKING_AFTER_S)
        while True:
            await self._messenger.show_working(person)
            await asyncio.sleep(WORKING_S)

    async def _hits(self, person: Person, turn: Turn) -> SearchResult:
        k, exclude = self._album_size + SPARE_HITS, {*turn.seen, *turn.covered}
        if turn.drawn:
            return await self._gallery.draw(k, turn.drawn, exclude, turn.within)
        result = await self._latest.result(
            person,
            self._gallery.search(sought(turn, self._gallery), k, exclude, turn.within),
            partial(self._messenger.say, person, say(texts.STILL_SEARCHING)),
        )
        return with_exact_first(result, turn.exact) if turn.exact is not None and not turn.pages else result

    async def _show_items(self, person: Person, dialog: Dialog, wanted: ShowItems) -> Dialog:
        turn, items = wanted.turn, self._gallery.items(wanted.item_ids)
        sent = await self._show(person, turn, items, repeated=False)
        if sent is None:
            await self._messenger.say(person, say(texts.NOTICES[Notice.ITEM_GONE]))
            return dialog
        return dialog.with_page(turn, Page(sent.items, sent.messages, sent.control))

    async def _show_again(self, person: Person, dialog: Dialog, turn: Turn) -> Dialog:
        if not turn.pages:  # nothing close had been found
            return await self._search(person, dialog, turn)
        wanted = turn.pages[-1].items
        items = self._gallery.items(wanted)
        pictures = await self._messenger.load(person, items, len(items)) if len(items) == len(wanted) else ()
        if len(pictures) < len(wanted):
            # Some went away with a reindexing: what their numbers meant is gone, so search anew.
            return await self._search(person, dialog, turn)
        last = turn.pages[-1]
        similar = dict(zip(last.items, last.similar, strict=True)) if last.similar else {}
        found = Selection((), similar=similar)
        sent = await self._show(person, turn, items, repeated=False, found=found, again=pictures)
        if sent is None:
            return await self._search(person, dialog, turn)
        return dialog.with_page_again(turn, Page(sent.items, sent.messages, sent.control))

    async def _show(
        self,
        person: Person,
        turn: Turn,
        items: tuple[Item, ...],
        repeated: bool,
        found: Selection = Selection(()),  # noqa: B008  a frozen value
        again: tuple[Picture, ...] = (),
    ) -> Sent | None:
        """Send the page; pictures that cannot be sent give their places to the next ones. None: none could be sent.

        `again` are the pictures of the last page, loaded already.
        """
        page = len(turn.pages) - 1 if again else len(turn.pages)
        pictures = again or await self._messenger.load(person, items, self._album_size)
        while pictures:
            shown = tuple(picture.item for picture in pictures)
            rendered = album.render(turn, shown, page, repeated, found.withheld, found.far, found.similar)
            rendered = kinds.asking(turn, rendered)
            if person.in_group:
                rendered = for_group(rendered, turn, person.name)
            try:
                return await self._messenger.show_album(person, rendered, pictures)
            except PictureRefused as refusal:
                logger.warning("Telegram refused the picture of item %r: %s", refusal.item_id, refusal)
                items = tuple(item for item in items if item.id != refusal.item_id)
                pictures = await self._messenger.load(person, items, self._album_size)
        return None
