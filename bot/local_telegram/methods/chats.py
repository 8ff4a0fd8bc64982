"""getMe, getChat, getChatMember, getChatAdministrators, setChatMenuButton, setMessageReaction."""

from typing import Any

from bot.local_telegram.errors import Json, bad_request
from bot.local_telegram.memberships import member_wire
from bot.local_telegram.methods.context import Context

REACTIONS = frozenset({
    "👍", "👎", "❤", "🔥", "🥰", "👏", "😁", "🤔", "🤯", "😱", "🤬", "😢", "🎉", "🤩", "🤮", "💩",
    "🙏", "👌", "🕊", "🤡", "🥱", "🥴", "😍", "🐳", "❤‍🔥", "🌚", "🌭", "💯", "🤣", "⚡", "🍌", "🏆",
    "💔", "🤨", "😐", "🍓", "🍾", "💋", "🖕", "😈", "😴", "😭", "🤓", "👻", "👨‍💻", "👀", "🎃", "🙈",
    "😇", "😨", "🤝", "✍", "🤗", "🫡", "🎅", "🎄", "☃", "💅", "🤪", "🗿", "🆒", "💘", "🙉", "🦄",
    "😘", "💊", "🙊", "😎", "👾", "🤷‍♂", "🤷", "🤷‍♀", "😡",
})  # fmt: skip


async def get_me(context: Context) -> Json:
    """Return the bot."""
    return context.account.user.wire() | {
        "can_join_groups": True,
        "can_read_all_group_messages": not context.account.privacy,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


async def get_chat(context: Context) -> Json:
    """Return a ChatFullInfo."""
    chat = context.chat()
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    return chat.wire(context.account.everybody()) | {
        "accent_color_id": abs(chat.id) % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, False),
    }


async def get_chat_member(context: Context) -> Json:
    """Return what a user is in a chat."""
    chat = context.chat()
    user = context.account.everybody().get(context.parameters.integer("user_id"))
    if user is None:
        raise bad_request("user not found")
    return member_wire(context.account, chat, user)


async def get_chat_administrators(context: Context) -> list[Json]:
    """Return the administrators of a group."""
    chat = context.chat()
    if chat.is_private:
        raise bad_request("there are no administrators in the private chat")
    admins = [context.account.people[user_id] for user_id in sorted(chat.admins)]
    if chat.bot_status == "administrator":
        admins.append(context.account.user)
    return [member_wire(context.account, chat, user) for user in admins]


async def set_chat_menu_button(context: Context) -> bool:
    """Keep the menu button of a private chat, or of all."""
    button = context.parameters.structure("menu_button", "can't parse menu button JSON object") or {"type": "default"}
    if not isinstance(button, dict) or button.get("type") not in ("default", "commands", "web_app"):
        raise bad_request("can't parse menu button: MenuButton has unsupported type")
    chat_id = context.chat().id if context.text("chat_id") else 0
    context.account.menu_buttons[chat_id] = button
    return True


async def get_chat_menu_button(context: Context) -> Any:
    """Return the menu button of a private chat, or of all."""
    chat_id = context.chat().id if context.text("chat_id") else 0
    return context.account.menu_buttons.get(chat_id, {"type": "default"})


async def set_message_reaction(context: Context) -> bool:
    """Set the bot's reaction to a message; none removes it."""
    chat = context.writable_chat()
    message = context.message(chat, "message to react not found")
    reactions = context.parameters.objects("reaction", "can't parse reaction types JSON object") or []
    emoji = [str(reaction.get("emoji")) for reaction in reactions]
    if len(emoji) > 1 or any(sign not in REACTIONS for sign in emoji):
        raise bad_request("REACTION_INVALID")
    if message.media_group_id is not None:
        message = next(other for other in chat.messages.values() if other.media_group_id == message.media_group_id)
    message.reactions.pop(str(context.account.user.id), None)
    if emoji:
        message.reactions[str(context.account.user.id)] = emoji
    context.world.edited(context.account, chat, message)
    return True
