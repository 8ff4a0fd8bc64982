"""/start, /help, /new, /undo, /more, /history, /forget, and commands that do not exist."""

from typing import Any

from telegram import Update

from bot import admin_texts, texts
from bot.album import plain_title
from bot.conversation import Conversation
from bot.deep_links import HELLO, ItemLinked, WordsLinked, read_payload
from bot.events import HistoryAsked, MoreAsked, Restarted, SharedOpened, StartAsked, Undone, WordsOpened
from bot.gallery import Gallery
from bot.handlers.administrators import Administrators
from bot.handlers.menus import Menus
from bot.handlers.people import person_of
from bot.languages import quoted, say
from bot.notices import Notice
from bot.protocols import Messenger, Person
from bot.sharing import SharedSearches, shareable
from storage.personal import PersonalData


class Commands:
    """What everybody may command."""

    def __init__(
        self,
        conversation: Conversation,
        messenger: Messenger,
        gallery: Gallery,
        shares: SharedSearches,
        menus: Menus,
        admins: Administrators,
        personal: PersonalData,
    ) -> None:
        self._shares = shares
        self._conversation = conversation
        self._messenger = messenger
        self._gallery = gallery
        self._menus = menus
        self._admins = admins
        self._personal = personal

    async def start(self, update: Update, _: Any) -> None:
        """Say what this is, with pictures of this collection to begin with; or open the search that a link names."""
        said = update.message.text if update.message is not None else None
        payload = (said or "").partition(" ")[2].strip()
        if payload and payload != HELLO:
            await self._open(person_of(update), payload)
            return
        person = person_of(update)
        if person.in_group:
            await self._messenger.say(person, self._group_help(update))
            return
        if self._gallery.size:
            await self._messenger.say(person, say(texts.START))
            await self._conversation.advance(person, StartAsked())
        else:
            empty = say(admin_texts.START_EMPTY) if person.user in self._admins else say(texts.START_EMPTY)
            await self._messenger.say(person, say(empty))
        await self._menus.show(person)

    async def _open(self, person: Person, payload: str) -> None:
        match read_payload(payload):
            case WordsLinked(text):
                await self._conversation.advance(person, WordsOpened(text))
                return
            case ItemLinked(item_id):
                items = self._gallery.items([item_id])
                said = say(texts.LINKED_ITEM, title=plain_title(items[0])) if items else None
                await self._messenger.say(person, said or say(texts.NOTICES[Notice.ITEM_GONE]))
                if items:
                    await self._conversation.advance(person, SharedOpened(shareable(None, item_id).turn))
                return
        shared = await self._shares.open(payload)
        if shared is None:
            await self._messenger.say(person, say(texts.NOTICES[Notice.LINK_UNKNOWN]))
            return
        if shared.item_id is not None:
            items = self._gallery.items([shared.item_id])
            opened = say(texts.SHARED_OPENED, title=plain_title(items[0])) if items else say(texts.SHARED_OPENED_GONE)
            await self._messenger.say(person, opened)
        await self._conversation.advance(person, SharedOpened(shared.turn))

    async def help(self, update: Update, _: Any) -> None:
        """Say what can be said."""
        changes = quoted(map(self._in_words_it_knows, texts.EXAMPLE_CHANGES))
        said = self._gallery.filter_examples()
        filters = say(texts.FILTER_HELP, examples=quoted(said)) if said else ""
        text = say(texts.HELP, example=self._example(), changes=changes, filters=filters)
        if person_of(update).in_group:
            text = f"{text}\n\n{self._group_help(update)}"
        await self._messenger.say(person_of(update), text)

    def _group_help(self, update: Update) -> str:
        return say(texts.GROUP_HELP, example=self._example(), bot=update.get_bot().username)

    def _example(self) -> str:
        return next(iter(self._gallery.examples(1)), None) or self._in_words_it_knows(texts.EXAMPLE)

    def _in_words_it_knows(self, example: str) -> str:
        """Something to say, in the person's language if the model understands that, else in English."""
        said = say(example)
        return said if self._gallery.understands(said) else example

    async def new(self, update: Update, _: Any) -> None:
        """Start over."""
        await self._conversation.advance(person_of(update), Restarted())

    async def undo(self, update: Update, _: Any) -> None:
        """One step back."""
        await self._conversation.advance(person_of(update), Undone())

    async def more(self, update: Update, _: Any) -> None:
        """The next page."""
        await self._conversation.advance(person_of(update), MoreAsked())

    async def history(self, update: Update, _: Any) -> None:
        """The searches so far, to go on from."""
        await self._conversation.advance(person_of(update), HistoryAsked())

    async def forget(self, update: Update, _: Any) -> None:
        """Delete everything about the person, in every chat."""
        person = person_of(update)
        await self._personal.delete(person.user)
        await self._messenger.say(person, say(texts.FORGOTTEN))
        await self._menus.show(person, changed=True)

    async def unknown(self, update: Update, _: Any) -> None:
        """A slip; in a group one that does not name this bot may well be another's command."""
        message = update.message
        if message is not None:
            named = (message.text or "").split()[0].partition("@")[2]
            if named.lower() != (message.get_bot().username or "").lower() and (named or message.chat.id < 0):
                return
        await self._messenger.say(person_of(update), say(texts.UNKNOWN_COMMAND))
