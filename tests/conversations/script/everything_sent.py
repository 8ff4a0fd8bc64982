"""Every kind of message that Telegram can deliver."""

from bot import texts
from bot.events import HitChosen
from bot.local_telegram.contents import FILES, SENT, SERVICE, TEXT
from bot.notices import Notice
from tests.conversations.script.steps import Bytes, Conversation, Edit, Photo, React, Say, Send, Tap, conversation

_UNKNOWN = (texts.NOTICES[Notice.KIND_NOT_UNDERSTOOD],)
_LIVE = {"file_id": "BAADBA", "file_unique_id": "BAADBQ", "width": 320, "height": 240, "duration": 3}

CONVERSATIONS: tuple[Conversation, ...] = (
    conversation(
        "Stickers, voices, films",
        "de",
        *(Send(kind, says=_UNKNOWN) for kind in FILES),
        Say("a red dress", pictures=6),
    ),
    conversation(
        "Places, polls, contacts, games",
        "es",
        *(Send(kind, says=_UNKNOWN) for kind in SENT),
        Say("a red dress", pictures=6),
    ),
    conversation(
        "Texts that come from somewhere",
        "ru",
        *(Send(kind, "a red dress", pictures=6) for kind in TEXT),
        Send("forward_origin", "in blue"),
    ),
    conversation(
        "Notes of the chat itself are no wishes",
        "zh",
        Say("a red dress", pictures=6),
        *(Send(kind, silent=True) for kind in SERVICE),
        Tap(HitChosen),
    ),
    conversation(
        "The same in a group",
        "ar",
        Say("/find a red dress", pictures=1),
        *(Send(kind, silent=True) for kind in (*FILES, *SENT, *SERVICE)),
        Tap(HitChosen),
        place="group",
    ),
    conversation(
        "A picture as a file, several at once, one that moves",
        "en",
        Photo(kind="document", pictures=6),
        Photo("in red", kind="document", pictures=6),
        Photo("in blue", kind="album"),
        Photo(content={"live_photo": _LIVE}, pictures=6),
        Photo(content={"forward_origin": {"type": "hidden_user", "date": 1, "sender_user_name": "Dora"}}, pictures=6),
    ),
    conversation(
        "Files that are no pictures",
        "de",
        Bytes(b"a text", "notes.txt", says=_UNKNOWN),
        Bytes(b"no picture", "broken.jpg", says=(texts.NOTICES[Notice.NOT_A_PHOTO],)),
        Bytes(b"no picture", "broken.jpg", "photo", says=(texts.NOTICES[Notice.NOT_A_PHOTO],)),
        Photo(pictures=6),
    ),
    conversation(
        "What is changed afterwards was answered before",
        "es",
        Say("a red dress", pictures=6),
        Edit("a blue hat", silent=True),
        React("👍", silent=True),
        Say("in green", reply="picture", pictures=6),
        React("👎", silent=True),
        Tap(HitChosen),
    ),
    conversation(
        "Texts that are none",
        "ru",
        Say("!?", says=(texts.NOTICES[Notice.NO_WORDS],)),
        Say("👗❤️", says=(texts.NOTICES[Notice.NO_WORDS],)),
        Say("x" * 301, says=(texts.NOTICES[Notice.TEXT_TOO_LONG],)),
        Say("\u202ea red dress", pictures=6),
        Say("<b>a hat</b> & 'or 1=1", pictures=6),
        Say("/dance", says=(texts.UNKNOWN_COMMAND,)),
    ),
    conversation(
        "Twice the same, and two at once",
        "zh",
        Say("a red dress", pictures=6),
        Say("a red dress", pictures=6),
        Say("the first one"),
        Say("the first one", pictures=1, says=(texts.CARD_HINT,)),
        Tap(HitChosen, where={"position": 0}, pictures=1),
        Tap(HitChosen, where={"position": 1}, pictures=0),
        Say("in blue", pictures=6),
    ),
    conversation(
        "A channel is not talked to",
        "ar",
        Say("a red dress", silent=True),
        Photo(silent=True),
        Edit("a blue dress", silent=True),
        *(Send(kind, silent=True) for kind in ("poll", "video", "pinned_message")),
        place="channel",
    ),
)
