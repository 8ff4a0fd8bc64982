"""Every sentence a person can read, in English; `bot.languages.say` says it in theirs.

A text that depends on a number is a `Plural`. A text that changes is a new one for the translations:
`python -m scripts.translations` lists what they lack.
"""

from bot.notices import Notice
from bot.plural import Plural
from retrieval.photo_condition import Condition

START = (
    "I find pictures by talking. Describe what you look for, send a photo, or both: a photo with words is "
    "“like this, but …”.\n\nThen tap a number and say what should be different. {examples}"
)
COMMA = ", "
QUOTED = "“{words}”"
EXAMPLES = "For example: {examples}."
HELP = (
    "• Words: “{example}”\n"
    "• A photo finds pictures like it; with a caption it finds “like this, but …”\n"
    "• Tap a number (or reply to a picture) and say what should change: {changes}\n"
    "{filters}• More shows the next pictures, Undo goes one step back, New starts over\n"
    "• “This is it” ends the search"
)
FILTER_HELP = "• Leave things out or in: {examples}\n"
EXAMPLE = "a red summer dress"
EXAMPLE_CHANGES = ("the same in blue", "with long sleeves")
STARTED_OVER = "Started over. What are you looking for?"
FORGOTTEN = "I have forgotten you: your searches, your photos, everything. Write to me whenever you like."
SETTINGS = "In which language shall I write to you?"
CARD_HINT = "Write what should be different."
ACCEPTED = "Chosen: {title}"
ACCEPTED_SHARE = "This search, for others: {link}"
ACCEPTED_NEXT = "Write what you look for next."
SHARED_OPENED = "A search that somebody shared; this was chosen: {title}"
SHARED_OPENED_GONE = "A search that somebody shared:"
STRENGTH_WORDS = ((0.8, "A strong match"), (0.5, "A good match"), (0.25, "A weak match"), (0.0, "Far from it"))
STEP = "step {number}"
PAGE = "page {number}"
STRENGTH_WHY = "{strength} {why}"
WHY_BOTH = "because of the picture ({picture} %) and your words ({words} %)"
WHY_WORDS = "because of your words"
WHY_PICTURE = "because it looks like the picture"
ORIGINAL_GONE = "I cannot send that file: it is gone, damaged, or too big."
CHOOSE_HINT = "Tap a number to refine from that picture."
EXACT = "Picture {number} is this very one."
EXACT_ALONE = "This very one:"
EXACT_CAPTION = "{number}: this very one"
REPEATED = "That was everything; here are pictures you have already seen."
NOTHING_LEFT = "There is nothing else to show for this. Try other words."
NOTHING_FOUND = "I found nothing for this. Try other words, or send a photo."
NOTHING_CLOSE = "Nothing close to {asked}. Say it differently, or look at the nearest pictures I have."
NOT_CLOSE = "None of these is close; they are the nearest I have."
SOME_CLOSE = "{close} good, {weak} weak: show them anyway?"
SEND_UNCERTAIN = "The pictures may be slow to arrive. If they do not come, send your words again."
SOME_MISSING = "Some pictures could not be read and were left out."
TOO_FAST = Plural(
    "That is more than {count} message in a minute; please look at the pictures and write again in a moment.",
    "That is more than {count} messages in a minute; please look at the pictures and write again in a moment.",
)
UNKNOWN_COMMAND = "I do not know that command. /help says what I can do."

FILTERED = "Only: {filters}"
NONE_FIT = "Nothing here fits {filters}: take that off, or say something else."
NONE_FIT_ALL = "Nothing here fits all of {filters}: take one off, or say something else."
FILTER_OVER = "over {amount}"
FILTER_FROM = "from {amount}"
FILTER_UNDER = "under {amount}"
FILTER_UP_TO = "up to {amount}"
FILTER_NOT = "not {value}"
FILTER_MENTIONS = "“{words}” in the title"
FILTER_TAKEN = "taken {when}"
FILTER_SINCE = "taken since {when}"
FILTER_BEFORE = "taken before {when}"
ANYTHING = "anything"

PHOTO_LABEL = "your photo"
PHOTO_AND_WORDS = "your photo, {words}"
SIMILAR_LABEL = "like this picture"

BUTTON_MORE = "More"
BUTTON_FILTER_OFF = "✕ {filter}"
BUTTON_NEAREST = "Show the nearest anyway"
BUTTON_WEAK = Plural("Show {count} weak anyway", "Show {count} weak anyway")
BUTTON_UNDO = "Undo"
BUTTON_NEW = "New"
BUTTON_TAKE = "This is it"
BUTTON_SIMILAR = "Similar"
BUTTON_ORIGINAL = "Original file"
BUTTON_SHARE = "Share this search"
BUTTON_BACK = "Back"
BUTTON_AS_SEARCH = "Search for these words alone"
BUTTON_AS_REFINEMENT = "Refine the last pictures with these words"
BUTTON_LANGUAGE_AUTO = "As Telegram says"
BUTTON_SET = "✓ {label}"
BUTTON_LINK = "Open in the shop"

TOAST_CHOSEN = "Picture {number} is chosen"
TOAST_MORE = "Looking for more"
TOAST_SEARCHING = "Looking …"
TOAST_UNDONE = "One step back"
TOAST_NEW = "Started over"
TOAST_ORIGINAL = "Sending the file"
TOAST_SETTINGS = "Now in English"
TOAST_ACCEPTED = "Glad you found it"

NOTICES: dict[Notice, str] = {
    Notice.TEXT_TOO_LONG: "That is a lot of text: please say it in up to 300 characters, short sentences work best.",
    Notice.NO_WORDS: "I need a few words or a photo: for example “a red summer dress”.",
    Notice.LANGUAGE_UNKNOWN: "I only understand English here: please write it in English, or send a photo.",
    Notice.PICTURE_FORGOTTEN: (
        "That picture is not from your own recent searches; please search for it, or send it as a photo."
    ),
    Notice.NO_SUCH_PICTURE: "There is no picture of that number on screen; tap one of the numbers below the album.",
    Notice.NOTHING_CHOSEN: "No picture is chosen yet: tap its number first.",
    Notice.NOTHING_TO_CONTINUE: "There is no search to continue: describe what you look for.",
    Notice.NOTHING_TO_UNDO: "There is nothing to undo: this is your first search.",
    Notice.NOT_THE_LATEST: "Only the latest search can be undone; use the newest buttons.",
    Notice.EXPIRED: "This search has expired; please send it again.",
    Notice.ALREADY_DONE: "That has been done already; use the newest buttons.",
    Notice.FOREIGN: "These buttons belong to somebody else's search; write to me and you get your own.",
    Notice.ITEM_GONE: "That picture is no longer in the collection; please choose another one.",
    Notice.NO_COLLECTION: "There are no pictures to search yet: the administrator has to index them first.",
    Notice.KIND_NOT_UNDERSTOOD: "I understand words and photos: describe what you look for, or send a picture of it.",
    Notice.PHOTO_TOO_BIG: "That file is too big: please send a picture of up to 20 MB.",
    Notice.NOT_A_PHOTO: "I cannot read that picture; please send it as a JPEG or PNG photo.",
    Notice.OVERLOADED: "Many people are searching right now; please try again in a moment.",
    Notice.TOO_SLOW: "The search took too long; please try again.",
    Notice.MEMORY_GONE: "My memory is not reachable right now; I will answer as soon as it is back.",
    Notice.FAILED: "Something went wrong on my side and has been logged; your search is unchanged, please try again.",
    Notice.ADMINS_ONLY: "That command is for administrators.",
    Notice.GREETED: "Hello! Describe what you look for, or send a photo.",
    Notice.RANGE_REVERSED: "That range ends before it begins: please say the smaller or earlier one first.",
    Notice.PRICE_NEGATIVE: "Nothing costs that little: please say a price above zero.",
    Notice.LINK_UNKNOWN: "That link is not one of mine, or it has expired: just tell me what you look for.",
    Notice.PHOTO_UNUSABLE: "I cannot use that photo any more: please send it again.",
    Notice.THANKED: "With pleasure. Say what should be different, or what you look for next.",
}

REFUSED = "This bot is for invited people: ask its administrator, and name your id, {user}."
USERS_MODE = {
    "open": "Everybody may use the bot, except those kept out.",
    "list": "Only those who are let in may use the bot.",
}
USERS_STANDING = {"allowed": "Let in: {users}", "denied": "Kept out: {users}"}
USERS_USAGE = "/users allow ID lets somebody in, /users deny ID keeps somebody out, /users reset ID takes that back."
USER_DECIDED = {
    "allow": "{user} is let in.",
    "deny": "{user} is kept out.",
    "reset": "For {user} holds what holds for everybody.",
}
HIDE_WHICH = "Reply with /hide to one of my pictures, or write /hide and the item's id."
HIDDEN = "Hidden: {title}. Nobody will be shown it any more; /unhide {id} brings it back."
UNHIDE_WHICH = "Write /unhide and the item's id; /hidden lists them."
UNHIDDEN = "{id} is shown again."
NOT_HIDDEN = "{id} is not hidden; /hidden lists what is."
NOTHING_HIDDEN = "Nothing is hidden."
HIDDEN_LIST = "Hidden items: {count}\n{ids}"

CONDITIONS: dict[Condition, str] = {
    Condition.TINY: "This photo is tiny: a larger one finds more.",
    Condition.PLAIN: "This photo shows nothing but one colour, so I look for that colour.",
    Condition.DARK: "This photo is very dark: one with more light finds more.",
    Condition.BRIGHT: "This photo is over-exposed: one with less light finds more.",
    Condition.BLURRED: "This photo is very blurred: a sharper one finds more.",
}

COMMANDS = {
    "start": "What this is",
    "new": "Start a new search",
    "more": "More pictures",
    "undo": "One step back",
    "help": "What you can say",
    "settings": "Language",
    "forget": "Delete everything I know of you",
}
ADMIN_COMMANDS = {
    "reindex": "Read the pictures anew",
    "status": "Snapshot, model, counts",
    "failed": "Which pictures were skipped, and why",
    "rollback": "Back to the snapshot before",
    "hide": "Hide an item: in reply to its picture, or with its id",
    "unhide": "Show a hidden item again",
    "hidden": "What is hidden",
    "users": "Who may use the bot",
}

REINDEX_ASK = "Read {source} anew? Searching goes on meanwhile; the new index replaces the old one when it is complete."
REINDEX_NO_SOURCE = (
    "I do not know where the pictures are: set IMAGES or CATALOG in .env, "
    "or run python -m scripts.reindex --images DIR once."
)
REINDEX_HELD = "A reindexing is running already ({owner}); wait for it or cancel it there."
REINDEX_PROGRESS = "Reindexing: {done} pictures, {rate:.0f} a second"
REINDEX_PROGRESS_OF = "Reindexing: {done} of {total} pictures, {rate:.0f} a second"
REINDEX_LEFT = "{time} left"
REINDEX_FAILING = "{count} failed"
REINDEX_STARTED = "Reindexing: reading the catalogue …"
REINDEX_CANCELLED = "Reindexing cancelled; the index is unchanged."
REINDEX_DROPPED = "Nothing was reindexed."
REINDEX_FAILED = "Reindexing stopped: {reason} The index is unchanged."
REINDEX_DONE = Plural(
    "Reindexed {count} picture in {seconds:.0f} s: {added} added, {changed} changed, {removed} removed, "
    "{unchanged} unchanged, {failed} failed.",
    "Reindexed {count} pictures in {seconds:.0f} s: {added} added, {changed} changed, {removed} removed, "
    "{unchanged} unchanged, {failed} failed.",
)
REINDEX_THIS_BOT = "this bot"
REINDEX_SEE_LOG = "the reason is in the log."
REINDEX_FAILURES_NAME = "failures.txt"
NOTHING_FAILED = "No picture was skipped."
FAILURES_UNKNOWN = "This snapshot was made before skipped pictures were listed; send /reindex."
BUTTON_REINDEX = "Start"
BUTTON_CANCEL = "Cancel"
ROLLED_BACK = Plural(
    "Back on snapshot {snapshot} ({count} picture).", "Back on snapshot {snapshot} ({count} pictures)."
)
STATUS = Plural(
    "Snapshot {snapshot}: {count} picture, {failed} failed, made {created}\n"
    "Model {model}, composition {composition}, index {index}\n"
    "Waiting searches: {waiting}. Redis: {redis}. Kept snapshots: {kept}. Free disk: {disk}",
    "Snapshot {snapshot}: {count} pictures, {failed} failed, made {created}\n"
    "Model {model}, composition {composition}, index {index}\n"
    "Waiting searches: {waiting}. Redis: {redis}. Kept snapshots: {kept}. Free disk: {disk}",
)
NO_SNAPSHOT = "There is no snapshot yet: run `python -m scripts.reindex`, or send /reindex."
NO_EARLIER_SNAPSHOT = "There is no earlier snapshot to go back to."
STATUS_REDIS = "answers"
