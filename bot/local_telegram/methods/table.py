"""All methods, with the parameters that Telegram knows for each; any other parameter becomes a lint entry."""

from collections.abc import Mapping
from types import MappingProxyType

from bot.local_telegram.methods import (
    albums,
    chats,
    commands,
    deleting,
    editing,
    files,
    queries,
    receiving,
    sending,
)
from bot.local_telegram.methods.context import Method, method

_SEND = (
    "business_connection_id chat_id message_thread_id direct_messages_topic_id disable_notification protect_content "
    "allow_paid_broadcast message_effect_id suggested_post_parameters reply_parameters reply_to_message_id "
    "allow_sending_without_reply reply_markup"
)
_CAPTION = "caption parse_mode caption_entities show_caption_above_media has_spoiler"
_EDIT = "business_connection_id chat_id message_id inline_message_id reply_markup"
_COMMANDS = "scope language_code"

_ALL = (
    method("getMe", chats.get_me),
    method("getUpdates", receiving.get_updates, "offset limit timeout allowed_updates"),
    method(
        "setWebhook",
        receiving.set_webhook,
        "url certificate ip_address max_connections allowed_updates drop_pending_updates secret_token",
    ),
    method("deleteWebhook", receiving.delete_webhook, "drop_pending_updates"),
    method("getWebhookInfo", receiving.get_webhook_info),
    method(
        "sendMessage",
        sending.send_message,
        f"{_SEND} text parse_mode entities link_preview_options disable_web_page_preview",
    ),
    method("sendPhoto", sending.send_photo, f"{_SEND} {_CAPTION} photo"),
    method(
        "sendDocument", sending.send_document, f"{_SEND} {_CAPTION} document thumbnail disable_content_type_detection"
    ),
    method("sendMediaGroup", albums.send_media_group, f"{_SEND} media"),
    method("sendChatAction", sending.send_chat_action, "business_connection_id chat_id message_thread_id action"),
    method(
        "editMessageText",
        editing.edit_message_text,
        f"{_EDIT} text parse_mode entities link_preview_options disable_web_page_preview",
    ),
    method("editMessageCaption", editing.edit_message_caption, f"{_EDIT} {_CAPTION}"),
    method("editMessageMedia", editing.edit_message_media, f"{_EDIT} media"),
    method("editMessageReplyMarkup", editing.edit_message_reply_markup, _EDIT),
    method("deleteMessage", deleting.delete_message, "chat_id message_id"),
    method("deleteMessages", deleting.delete_messages, "chat_id message_ids"),
    method("answerCallbackQuery", queries.answer_callback_query, "callback_query_id text show_alert url cache_time"),
    method(
        "answerInlineQuery",
        queries.answer_inline_query,
        "inline_query_id results cache_time is_personal next_offset button",
    ),
    method("setMessageReaction", chats.set_message_reaction, "chat_id message_id reaction is_big"),
    method("getFile", files.get_file, "file_id"),
    method("getChat", chats.get_chat, "chat_id"),
    method("getChatMember", chats.get_chat_member, "chat_id user_id"),
    method("getChatAdministrators", chats.get_chat_administrators, "chat_id"),
    method("setMyCommands", commands.set_my_commands, f"{_COMMANDS} commands"),
    method("getMyCommands", commands.get_my_commands, _COMMANDS),
    method("deleteMyCommands", commands.delete_my_commands, _COMMANDS),
    method("setChatMenuButton", chats.set_chat_menu_button, "chat_id menu_button"),
    method("getChatMenuButton", chats.get_chat_menu_button, "chat_id"),
)
# Names are case-insensitive, as in the server.
METHODS: Mapping[str, Method] = MappingProxyType({entry.name.lower(): entry for entry in _ALL})
