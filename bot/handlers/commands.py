"""/start, /help, /new, /undo, /more, /forget, and commands that do not exist."""

from typing import Any

from telegram import Update

from bot import texts
from bot.album import plain_title
from bot.conversation import Conversation
from bot.events import MoreAsked, Restarted, SharedOpened, Undone
from bot.gallery import Gallery
from bot.handlers.menus import Menus
from bot.handlers.people import person_of
from bot.languages import quoted, say
from bot.notices import Notice
from bot.protocols import Messenger, Person
from bot.sharing import SharedSearches
from storage.personal import PersonalData

_EXAMPLES = 3


class Commands:
    """What everybody may command."""

    def __init__(
        self,
        conversation: Conversation,
        messenger: Messenger,
        gallery: Gallery,
        shares: SharedSearches,
        menus: Menus,
        personal: PersonalData,
    ) -> None:
        self._shares = shares
        self._conversation = conversation
        self._messenger = messenger
        self._gallery = gallery
        self._menus = menus
        self._personal = personal

    async def start(self, update: Update, _: Any) -> None:
        """Say what this is, with examples from this very collection; or open the search that a deep link names."""
        said = update.message.text if update.message is not None else None
        if payload := (said or "").partition(" ")[2].strip():
            await self._open(person_of(update), payload)
            return
        examples = self._gallery.examples(_EXAMPLES)
        said = say(texts.EXAMPLES, examples=quoted(examples)) if examples else ""
        await self._messenger.say(person_of(update), say(texts.START, examples=said).strip())
        await self._menus.show(person_of(update))

    async def _open(self, person: Person, payload: str) -> None:
        shared = await self._shares.open(payload)
        if shared is None:
            await self._messenger.say(person, say(texts.NOTICES[Notice.LINK_UNKNOWN]))
            return
        items = self._gallery.items([shared.item_id])
        opened = say(texts.SHARED_OPENED, title=plain_title(items[0])) if items else say(texts.SHARED_OPENED_GONE)
        await self._messenger.say(person, opened)
        await self._conversation.advance(person, SharedOpened(shared.turn))

    async def help(self, update: Update, _: Any) -> None:
        """Say what can be said."""
        example = next(iter(self._gallery.examples(1)), None) or self._in_words_it_knows(texts.EXAMPLE)
        changes = quoted(map(self._in_words_it_knows, texts.EXAMPLE_CHANGES))
        said = self._gallery.filter_examples()
        filters = say(texts.FILTER_HELP, examples=quoted(said)) if said else ""
        await self._messenger.say(person_of(update), say(texts.HELP, example=example, changes=changes, filters=filters))

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

    async def forget(self, update: Update, _: Any) -> None:
        """Delete everything about the person, in every chat."""
        person = person_of(update)
        await self._personal.delete(person.user)
        await self._messenger.say(person, say(texts.FORGOTTEN))
        await self._menus.show(person, changed=True)

    async def unknown(self, update: Update, _: Any) -> None:
        """A slip; a command that names another bot of the group is not for this one."""
        if update.message is not None:
            named = (update.message.text or "").split()[0].partition("@")[2]
            if named and named.lower() != (update.message.get_bot().username or "").lower():
                return
        await self._messenger.say(person_of(update), say(texts.UNKNOWN_COMMAND))
