"""setMyCommands, getMyCommands, deleteMyCommands: by scope and language."""

import re
from typing import Any

from bot.local_telegram.errors import Json, bad_request
from bot.local_telegram.methods.context import Context

MAX_COMMANDS = 100
_NAME = re.compile(r"[a-z0-9_]{1,32}")
_PLAIN_SCOPES = frozenset({"default", "all_private_chats", "all_group_chats", "all_chat_administrators"})
_CHAT_SCOPES = frozenset({"chat", "chat_administrators", "chat_member"})


async def set_my_commands(context: Context) -> bool:
    """Set the commands of a scope and language."""
    commands = context.parameters.objects("commands", "can't parse commands JSON object")
    if commands is None:
        raise bad_request('parameter "commands" is required')
    if len(commands) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    checked = [_command(command) for command in commands]
    context.account.commands[_key(context)] = checked
    context.world.hub.emit({"type": "commands", "chat": None})
    return True


async def get_my_commands(context: Context) -> list[Json]:
    """Return the commands of exactly this scope and language."""
    return context.account.commands.get(_key(context), [])


async def delete_my_commands(context: Context) -> bool:
    """Forget the commands of a scope and language."""
    context.account.commands.pop(_key(context), None)
    context.world.hub.emit({"type": "commands", "chat": None})
    return True


def _command(command: Json) -> Json:
    name = str(command.get("command", "")).removeprefix("/")
    description = command.get("description")
    if not _NAME.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not isinstance(description, str) or not 1 <= len(description) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": description}


def _key(context: Context) -> tuple[str, str]:
    language = context.text("language_code") or ""
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise bad_request("invalid language code specified")
    scope = context.parameters.structure("scope", "can't parse BotCommandScope JSON object")
    if scope is None:
        return "default", language
    if not isinstance(scope, dict):
        raise bad_request("can't parse BotCommandScope: expected an Object")
    return _scope(context, scope), language


def _scope(context: Context, scope: Json) -> str:
    kind: Any = scope.get("type")
    if not isinstance(kind, str):
        raise bad_request("can't parse BotCommandScope: Can't find field \"type\"")
    if kind in _PLAIN_SCOPES:
        return kind
    if kind not in _CHAT_SCOPES:
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    if "chat_id" not in scope:
        raise bad_request("can't parse BotCommandScope: Can't find field \"chat_id\"")
    chat = context.account.chat(str(scope.get("chat_id", "")))
    if chat.is_private and not chat.started:
        raise bad_request("chat not found")  # as long as that person has not written to the bot
    if kind == "chat_member":
        return f"{kind}:{chat.id}:{scope.get('user_id')}"
    return f"{kind}:{chat.id}"
