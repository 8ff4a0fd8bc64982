"""Every sentence a person can read, as plain text."""

from bot.notices import Notice
from retrieval.photo_condition import Condition

START = (
    "I find pictures by talking. Describe what you look for, send a photo, or both: a photo with words is "
    "“like this, but …”.\n\nThen tap a number and say what should be different. {examples}"
)
EXAMPLES = "For example: {examples}."
HELP = (
    "• Words: “{example}”\n"
    "• A photo finds pictures like it; with a caption it finds “like this, but …”\n"
    "• Tap a number (or reply to a picture) and say what should change: “the same in blue”, “with long sleeves”\n"
    "• More shows the next pictures, Undo goes one step back, New starts over\n"
    "• “This is it” ends the search"
)
EXAMPLE_FALLBACK = "a red summer dress"
STARTED_OVER = "Started over. What are you looking for?"
CARD_HINT = "Write what should be different."
ACCEPTED = "Chosen: {title}. Write what you look for next."
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
UNKNOWN_COMMAND = "I do not know that command. /help says what I can do."

PHOTO_LABEL = "your photo"
SIMILAR_LABEL = "like this picture"

BUTTON_MORE = "More"
BUTTON_NEAREST = "Show the nearest anyway"
BUTTON_WEAK = "Show {weak} weak anyway"
BUTTON_UNDO = "Undo"
BUTTON_NEW = "New"
BUTTON_TAKE = "This is it"
BUTTON_SIMILAR = "Similar"
BUTTON_BACK = "Back"
BUTTON_AS_SEARCH = "Search for these words alone"
BUTTON_AS_REFINEMENT = "Refine the last pictures with these words"
BUTTON_LINK = "Open in the shop"

TOAST_CHOSEN = "Picture {number} is chosen"
TOAST_MORE = "Looking for more"
TOAST_SEARCHING = "Looking …"
TOAST_UNDONE = "One step back"
TOAST_NEW = "Started over"
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
    Notice.THANKED: "With pleasure. Say what should be different, or what you look for next.",
}

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
}
ADMIN_COMMANDS = {
    "reindex": "Read the pictures anew",
    "status": "Snapshot, model, counts",
    "rollback": "Back to the snapshot before",
}

REINDEX_ASK = "Read {source} anew? Searching goes on meanwhile; the new index replaces the old one when it is complete."
REINDEX_NO_SOURCE = (
    "I do not know where the pictures are: set IMAGES or CATALOG in .env, "
    "or run python -m scripts.reindex --images DIR once."
)
REINDEX_HELD = "A reindexing is running already ({owner}); wait for it or cancel it there."
REINDEX_PROGRESS = "Reindexing: {done}{of_total} pictures, {rate:.0f} a second{eta}{failed}"
REINDEX_STARTED = "Reindexing: reading the catalogue …"
REINDEX_CANCELLED = "Reindexing cancelled; the index is unchanged."
REINDEX_DROPPED = "Nothing was reindexed."
REINDEX_FAILED = "Reindexing stopped: {reason} The index is unchanged."
REINDEX_DONE = (
    "Reindexed {count} pictures in {seconds:.0f} s: {added} added, {changed} changed, {removed} removed, "
    "{unchanged} unchanged, {failed} failed."
)
REINDEX_FAILURES_NAME = "failures.txt"
BUTTON_REINDEX = "Start"
BUTTON_CANCEL = "Cancel"
ROLLED_BACK = "Back on snapshot {snapshot} ({count} pictures)."
STATUS = (
    "Snapshot {snapshot}: {count} pictures, {failed} failed, made {created}\n"
    "Model {model}, composition {composition}, index {index}\n"
    "Waiting searches: {waiting}. Redis: {redis}. Kept snapshots: {kept}. Free disk: {disk}"
)
