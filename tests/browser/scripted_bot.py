"""A small real bot for the tests of the chat page: albums, buttons, alerts, edits."""

import asyncio
import io

from PIL import Image
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto, Message, Update
from telegram.constants import ChatAction, ParseMode
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    filters,
)

from bot.local_telegram import LocalTelegram

COLOURS = ("firebrick", "royalblue", "seagreen", "goldenrod", "orchid", "slategray")


def picture(colour: str, size: tuple[int, int] = (300, 400)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, "JPEG")
    return buffer.getvalue()


def keyboard(*rows: list[str]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data=label) for label in row] for row in rows])


async def answer_text(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Sends an album and a message with buttons; where somebody replied to a picture, says which."""
    message = update.effective_message
    assert message is not None
    if message.reply_to_message is not None:
        await message.reply_text(f"A reply to message {message.reply_to_message.message_id}")
        return
    await message.reply_chat_action(ChatAction.UPLOAD_PHOTO)
    await asyncio.sleep(0.2)  # long enough for the page to say so
    await message.reply_media_group([InputMediaPhoto(picture(colour)) for colour in COLOURS], caption="Six of forty")
    await message.reply_text(
        f"<b>Query:</b> <code>{message.text}</code> <a href='https://example.org/'>about</a>",
        parse_mode=ParseMode.HTML,
        reply_markup=keyboard(["1", "2", "3"], ["Toast", "Alert", "Edit", "Delete"]),
    )


async def answer_start(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.effective_message is not None
    await update.effective_message.reply_text("Hello. <not a tag>")


async def answer_photo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    message = update.effective_message
    assert message is not None
    await message.reply_text(f"A photo of {message.photo[-1].width} by {message.photo[-1].height}: {message.caption}")


async def answer_tap(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    query = update.callback_query
    assert query is not None
    assert isinstance(query.message, Message)
    if query.data == "Alert":
        await asyncio.sleep(0.2)  # long enough for the page to show that it waits
        await query.answer("Read this first.", show_alert=True)
    elif query.data == "Toast":
        await query.answer("Noted")
    else:
        await query.answer()
    if query.data == "Edit":
        await query.message.edit_text("Something else", reply_markup=keyboard(["Once more"]))
    elif query.data == "Delete":
        await query.message.delete()
    elif query.data == "3":
        await query.message.reply_photo(picture("seagreen"), caption="The third", reply_markup=keyboard(["Back"]))


def scripted_bot(server: LocalTelegram) -> Application:
    builder = ApplicationBuilder().token(server.token).base_url(server.base_url).base_file_url(server.base_file_url)
    application = builder.build()
    application.add_handler(CommandHandler("start", answer_start))
    application.add_handler(CallbackQueryHandler(answer_tap))
    application.add_handler(MessageHandler(filters.PHOTO, answer_photo))
    application.add_handler(MessageHandler(filters.TEXT, answer_text))
    return application
