"""Chats, members, commands, reactions."""

import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeChat,
    ChatMemberAdministrator,
    ChatMemberOwner,
    MenuButtonCommands,
)
from telegram.error import BadRequest, ChatMigrated

from tests.local_telegram.simulator import Simulator, exactly


async def test_the_bot_itself(bot: Bot):
    me = await bot.get_me()
    assert (me.id, me.first_name, me.username) == (1000000001, "Pictalk", "pictalk_bot")


async def test_chats_and_members_can_be_read(bot: Bot, sim: Simulator):
    group = await bot.get_chat(-1001)
    assert (group.title, group.type, group.accepted_gift_types.unique_gifts) == ("Friends", "supergroup", False)
    assert (await bot.get_chat(2)).first_name == "Ben"
    assert isinstance((await bot.get_chat_administrators(-1001))[0], ChatMemberOwner)
    assert (await bot.get_chat_member(-1001, 2)).status == "member"
    await sim.post("member", user=1, chat=-1001, action="promote")
    assert isinstance(await bot.get_chat_member(-1001, bot.id), ChatMemberAdministrator)
    assert len(await bot.get_chat_administrators(-1001)) == 2
    with pytest.raises(BadRequest, match=exactly("User not found")):
        await bot.get_chat_member(-1001, 99)


async def test_commands_by_scope_and_language(bot: Bot, sim: Simulator):
    everyone, admin, german = ([BotCommand(name, "does it")] for name in ("new", "reindex", "neu"))
    await bot.set_my_commands(everyone)
    await bot.set_my_commands(german, language_code="de")
    await bot.set_my_commands([BotCommand("find", "in groups")], scope=BotCommandScopeAllGroupChats())
    with pytest.raises(BadRequest, match=exactly("Chat not found")):
        await bot.set_my_commands(admin, scope=BotCommandScopeChat(1))
    await sim.say("/start")
    await bot.set_my_commands(admin, scope=BotCommandScopeChat(1))
    assert list(await bot.get_my_commands()) == everyone
    seen = {user: (await sim.get(f"state?user={user}"))["commands"][0]["command"] for user in (1, 2, 3)}
    assert seen == {1: "reindex", 2: "new", 3: "neu"}
    chats = (await sim.get("state?user=2"))["chats"]
    assert [chat["commands"][0]["command"] for chat in chats] == ["new", "find"]
    await bot.delete_my_commands(scope=BotCommandScopeChat(1))
    assert (await sim.get("state?user=1"))["commands"][0]["command"] == "new"


@pytest.mark.parametrize(
    ("commands", "refusal"),
    [
        ("{", "can't parse commands JSON object"),
        ('[{"command":"Ü","description":"x"}]', "BOT_COMMAND_INVALID"),
        ('[{"command":"a","description":""}]', "BOT_COMMAND_DESCRIPTION_INVALID"),
    ],
)
async def test_refused_commands(telegram, sim: Simulator, commands: str, refusal: str):
    async with sim.session.post(f"/bot{telegram.token}/setMyCommands", data={"commands": commands}) as response:
        assert (await response.json())["description"] == f"Bad Request: {refusal}"


async def test_the_menu_button(bot: Bot):
    assert await bot.set_chat_menu_button(menu_button=MenuButtonCommands())
    assert await bot.get_chat_menu_button() == MenuButtonCommands()


async def test_reactions_of_the_bot(bot: Bot, sim: Simulator, ann: int):
    message_id = await sim.say("look")
    await bot.set_message_reaction(ann, message_id, "👍")
    assert (await sim.message(message_id))["reactions"] == {str(bot.id): ["👍"]}
    await bot.set_message_reaction(ann, message_id, None)
    assert (await sim.message(message_id))["reactions"] == {}
    with pytest.raises(BadRequest, match=exactly("Reaction_invalid")):
        await bot.set_message_reaction(ann, message_id, "x")
    with pytest.raises(BadRequest, match=exactly("Message to react not found")):
        await bot.set_message_reaction(ann, 99, "👍")


async def test_being_blocked_is_told(bot: Bot, sim: Simulator, ann: int):
    await sim.post("member", user=1, chat=1, action="block")
    await sim.post("member", user=1, chat=1, action="block")
    await sim.post("member", user=1, chat=1, action="unblock")
    updates = [update.my_chat_member for update in await bot.get_updates()]
    assert [update and update.new_chat_member.status for update in updates] == ["kicked", "member"]


async def test_in_groups_only_what_concerns_the_bot_arrives(bot: Bot, sim: Simulator):
    sent = await bot.send_message(-1001, "hello all")
    for text in ("just talk", "@annabel not the bot", "/start@other_bot"):
        await sim.say(text, user=2, chat=-1001)
    await sim.say("/start@pictalk_bot", user=2, chat=-1001)
    await sim.say("@pictalk_bot red", user=2, chat=-1001)
    await sim.say("darker", user=3, chat=-1001, reply_to=sent.message_id)
    got = [update.message.text for update in await bot.get_updates() if update.message]
    assert got == ["/start@pictalk_bot", "@pictalk_bot red", "darker"]
    assert len(await sim.transcript(-1001)) == 7


async def test_an_upgraded_group_and_a_forum(bot: Bot, sim: Simulator):
    await sim.post("chat", id=-5, title="Old", members=[1, 2])
    await bot.send_message(-5, "before")
    await sim.post("chat", id=-5, migrate_to=-1005)
    with pytest.raises(ChatMigrated) as caught:
        await bot.send_message(-5, "after")
    assert caught.value.new_chat_id == -1005
    await sim.post("chat", id=-1005, topics=[7])
    sent = await bot.send_message(-1005, "in a topic", message_thread_id=7)
    assert sent.message_thread_id == 7
    with pytest.raises(BadRequest, match=exactly("Message thread not found")):
        await bot.send_message(-1005, "x", message_thread_id=8)
    await sim.say("/new", user=2, chat=-1005, thread_id=7)
    [update] = await bot.get_updates()
    assert update.message
    assert update.message.message_thread_id == 7


async def test_people_come_and_go(bot: Bot, sim: Simulator):
    await sim.post("user", id=9, first_name="Zoë", username="zoe")
    await sim.post("member", user=1, chat=-1001, action="add", who=9)
    await sim.post("member", user=1, chat=-1001, action="kick", who=2)
    updates = [update.message for update in await bot.get_updates()]
    assert [message and message.new_chat_members and message.new_chat_members[0].first_name for message in updates] == [
        "Zoë",
        (),
    ]
    assert [message["service"] for message in await sim.transcript(-1001)] == ["Zoë joined", "Ben left"]
    await sim.post("message", 400, user=2, chat=-1001, text="x")
