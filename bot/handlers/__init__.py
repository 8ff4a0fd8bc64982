"""The routing table. One handler takes an update: the first whose filter fits, so order matters."""

from typing import Any

from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from bot.handlers.access import Access
from bot.handlers.admin import Admin
from bot.handlers.buttons import Buttons
from bot.handlers.chats import Chats
from bot.handlers.commands import Commands
from bot.handlers.hiding import Hiding
from bot.handlers.inline import Inline
from bot.handlers.messages import Messages
from bot.handlers.preferences import SettingsMenu
from bot.handlers.reports import Reports
from bot.handlers.seeing import Seeing

_NEW = filters.UpdateType.MESSAGE

_NOTES = filters.StatusUpdate.ALL | filters.PASSPORT_DATA | filters.SUCCESSFUL_PAYMENT | filters.BOOST_ADDED
"""Pinned messages, members coming and going, a boost: what the chat says of itself, and nobody to the bot."""


def register(
    application: Application[Any, Any, Any, Any, Any, Any],
    commands: Commands,
    messages: Messages,
    buttons: Buttons,
    admin: Admin,
    access: Access,
    hiding: Hiding,
    chats: Chats,
    reports: Reports,
    seeing: Seeing,
    inline: Inline,
    settings: SettingsMenu,
) -> None:
    """Register every handler."""
    for name, callback in (
        ("start", commands.start),
        ("help", commands.help),
        ("find", messages.find),
        ("new", commands.new),
        ("undo", commands.undo),
        ("more", commands.more),
        ("history", commands.history),
        ("web", seeing.web),
        ("map", seeing.map),
        ("settings", settings.settings),
        ("forget", commands.forget),
        ("reindex", admin.reindex),
        ("status", reports.status),
        ("stats", reports.stats),
        ("failed", admin.failed),
        ("rollback", admin.rollback),
        ("users", access.users),
        ("hide", hiding.hide),
        ("unhide", hiding.unhide),
        ("hidden", hiding.hidden),
    ):
        application.add_handler(CommandHandler(name, callback, _NEW))
    # Before plain text: a command that nobody knows is not a description.
    application.add_handler(MessageHandler(_NEW & filters.COMMAND, commands.unknown))
    application.add_handler(MessageHandler(_NEW & filters.TEXT, messages.text))
    application.add_handler(MessageHandler(_NEW & (filters.PHOTO | filters.Document.ALL), messages.photo))
    application.add_handler(MessageHandler(_NEW & filters.StatusUpdate.MIGRATE, chats.migrated))
    application.add_handler(MessageHandler(_NEW & ~_NOTES, messages.other))
    application.add_handler(CallbackQueryHandler(buttons.press))
    application.add_handler(InlineQueryHandler(inline.query))
