"""The buttons of a group that are for everybody: going on from another's turn, and votes."""

import logging
from dataclasses import replace

from telegram import Message, Update
from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot import texts
from bot.answers import Answer
from bot.callback_data import Forked, Voted, unpack
from bot.conversation import Conversation
from bot.events import Adopted
from bot.forking import turn_to_adopt
from bot.group_album import ballot, with_tally
from bot.handlers.people import person_of
from bot.languages import say
from bot.notices import Notice
from bot.protocols import Acknowledge, Dialogs
from storage.votes import Votes

logger = logging.getLogger(__name__)


class GroupButtons:
    """What anybody may press, whoever's search it is."""

    def __init__(self, conversation: Conversation, dialogs: Dialogs, votes: Votes) -> None:
        self._conversation = conversation
        self._dialogs = dialogs
        self._votes = votes

    async def fork(self, update: Update, owner: int, press: Forked, acknowledge: Acknowledge) -> None:
        """Show another's turn again, as the first of whoever pressed the button."""
        person, message = person_of(update), update.callback_query.message if update.callback_query else None
        if owner == person.user:
            await acknowledge(Answer(say(texts.NOTICES[Notice.OWN_ALREADY]), alert=True))
            return
        shown_in = message.message_id if message is not None else 0
        turn = await turn_to_adopt(self._dialogs, person, owner, press.turn, shown_in)
        if turn is None:
            await acknowledge(Answer(say(texts.NOTICES[Notice.EXPIRED]), alert=True))
            return
        await acknowledge(Answer(say(texts.TOAST_FORKED)))
        await self._conversation.advance(replace(person, asked=shown_in), Adopted(turn), acknowledge)

    async def vote(self, update: Update, press: Voted, acknowledge: Acknowledge) -> None:
        """Count who wants which picture, and say so below the pictures."""
        person, message = person_of(update), update.callback_query.message if update.callback_query else None
        if not isinstance(message, Message) or not _offers(message, press):
            await acknowledge(Answer(say(texts.NOTICES[Notice.EXPIRED]), alert=True))
            return
        poll = f"{person.chat}:{message.message_id}"
        ballots = await self._votes.cast(poll, person.user, ballot(press.number, person.name))
        await acknowledge(Answer(say(texts.TOAST_VOTED, number=press.number)))
        caption = message.caption_html or ""
        if (tallied := with_tally(caption, ballots)) == caption:
            return
        try:
            await message.edit_caption(tallied, reply_markup=message.reply_markup, parse_mode=ParseMode.HTML)
        except BadRequest as error:
            if "not modified" not in error.message.lower():
                raise


def _offers(message: Message, press: Voted) -> bool:
    """Whether the message has that very button, as whatever a client of Telegram's own lets people press."""
    rows = message.reply_markup.inline_keyboard if message.reply_markup is not None else ()
    offered = (unpack(button.callback_data) for row in rows for button in row if isinstance(button.callback_data, str))
    return any(button is not None and button.press == press for button in offered)
