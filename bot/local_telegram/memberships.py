"""ChatMember objects, and what happens when a bot is blocked, kicked, added or promoted."""

from bot.local_telegram.account import Account
from bot.local_telegram.arrivals import Place, arrive
from bot.local_telegram.errors import Json
from bot.local_telegram.people import Chat, User
from bot.local_telegram.world import World

_RIGHTS = (
    "can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats",
    "can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories",
    "can_edit_stories", "can_delete_stories",
)  # fmt: skip
_GIVEN = frozenset({"can_manage_chat", "can_delete_messages", "can_invite_users", "can_change_info"})


def member_wire(account: Account, chat: Chat, user: User) -> Json:
    """Return the ChatMember of the Bot API that python-telegram-bot can parse."""
    if user.id == account.user.id:
        return status_wire(user, chat.bot_status)
    if user.id in chat.admins:
        return {"user": user.wire(), "status": "creator", "is_anonymous": False}
    return status_wire(user, "member" if user.id in chat.members else "left")


def status_wire(user: User, status: str) -> Json:
    """Return a ChatMember with this status: member, administrator, left or kicked."""
    member: Json = {"user": user.wire(), "status": status}
    if status == "administrator":
        member |= {right: right in _GIVEN for right in _RIGHTS}
    if status == "kicked":
        member["until_date"] = 0
    return member


def change_status(account: Account, chat: Chat, by: User, status: str, date: int) -> None:
    """Change what the bot is in a chat, and tell it with a my_chat_member update."""
    before, chat.bot_status = chat.bot_status, status
    if before == status:
        return
    payload = {
        "chat": chat.wire(account.everybody()),
        "from": by.wire(),
        "date": date,
        "old_chat_member": status_wire(account.user, before),
        "new_chat_member": status_wire(account.user, status),
    }
    account.updates.push("my_chat_member", payload, chat.lane())


def move_person(world: World, where: Place, person: User, *, joins: bool) -> None:
    """Let a person join or leave a group, with the note that the chat shows of it."""
    chat = where.chat
    if joins:
        chat.members.add(person.id)
        arrive(world, where, "", extra={"new_chat_members": [person.wire()]})
    else:
        arrive(world, where, "", extra={"left_chat_member": person.wire()})
        chat.members.discard(person.id)
        chat.admins.discard(person.id)
