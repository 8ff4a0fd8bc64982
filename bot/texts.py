"""Every sentence a person can read, in English; `bot.languages.say` says it in theirs.

A text that depends on a number is a `Plural`. A text that changes is a new one for the translations:
`python -m scripts.translations` lists what they lack.
"""

from bot.notices import Notice
from bot.plural import Plural
from retrieval.photo_condition import Condition

START = (
    "I find pictures by talking. Describe what you look for, send a photo, or both: a photo with words is "
    "“like this, but …”.\n\nThen tap a number and say what should be different."
)
START_EMPTY = (
    "I find pictures by talking, but there are none here yet: the administrator has to index them first. "
    "Come back a little later."
)
DRAWN_LABEL = "Some of what is here"
DRAWN_HINT = "Tap a number and say what should be different, or write what you look for."
DRAWN_HINT_EXAMPLES = "Tap a number and say what should be different, or try one of these:"
HISTORY = "Your searches so far. Tap one to see it again and go on from there."
REMOVALS = "Tap what no longer counts:"
COMMA = ", "
QUOTED = "“{words}”"
HELP = (
    "• Words: “{example}”\n"
    "• A photo finds pictures like it; with a caption it finds “like this, but …”\n"
    "• Tap a number (or reply to a picture) and say what should change: {changes}\n"
    "• Say what you like: “more like 1 and 4, not 3, but red”, or 👍 and 👎 on a picture\n"
    "{filters}• More shows the next pictures, Undo goes one step back, New starts over\n"
    "• /history lists your searches; reply to any old album to go on from there\n"
    "• “This is it” ends the search"
)
GROUP_HELP = (
    "In a group I read only what is said to me: “/find {example}”, “@{bot} {example}”, or a reply to my pictures.\n"
    "• Whoever asked steers the search; “Mine” lets anybody else go on from it\n"
    "• ♥ says who wants which picture"
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
WHY_SEEN = "Where I see “{words}”: the brighter, the more."
WHY_LIKE = "Where it is like your picture: the brighter, the more."
WHY_SHARE_PICTURE = "Picture {percent} %"
WHY_SHARE_WORDS = "Words {percent} %"
WHY_SHARE_EARLIER = "Earlier wishes {percent} %"
WHY_CHANGED = "Changed: {changes}"
WHY_CHANGE = "{key} {before} → {after}"
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
STILL_SEARCHING = "Still searching …"
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
FILTER_AMONG = Plural("{count} of the map", "{count} of the map")
ANYTHING = "anything"

WHICH_OF_THESE = "Which kind?"
WHICH_KIND = "Which kind? Tap the number of the picture that comes closest."
DUPLICATES_CAPTION = Plural("{number}: +{count} similar", "{number}: +{count} similar")
DUPLICATES_ALONE = Plural("+{count} similar", "+{count} similar")
MARKED = "Liked: {liked} · disliked: {disliked}"
DIALS = {
    -2: "Much more like the picture than the words",
    -1: "More like the picture",
    1: "More like the words",
    2: "Much more like the words than the picture",
}

PHOTO_LABEL = "your photo"
PHOTO_AND_WORDS = "your photo, {words}"
SIMILAR_LABEL = "like this picture"

BUTTON_MORE = "More"
BUTTON_FILTER_OFF = "✕ {filter}"
BUTTON_CATEGORY_OFF = "✕ only {category}"
BUTTON_NEAREST = "Show the nearest anyway"
BUTTON_WEAK = Plural("Show {count} weak anyway", "Show {count} weak anyway")
BUTTON_OTHERS = "Others"
BUTTON_SURPRISE = "Show me some pictures"
BUTTON_ENTRY_OFF = "✕ {words}"
BUTTON_REMOVALS = "✕ Take away …"
BUTTON_EARLIER = "‹ Earlier"
BUTTON_LATER = "Later ›"
BUTTON_UNDO = "Undo"
BUTTON_NEW = "New"
BUTTON_TAKE = "This is it"
BUTTON_SIMILAR = "Similar"
BUTTON_ORIGINAL = "Original file"
BUTTON_LIKE = "👍"
BUTTON_LIKED = "👍 ✓"
BUTTON_DISLIKE = "👎"
BUTTON_DISLIKED = "👎 ✓"
BUTTON_MARKED = "More like these: 👍 {liked} · 👎 {disliked}"
BUTTON_KINDS = "Which kind?"
BUTTON_DUPLICATES = Plural("Show {count} similar", "Show {count} similar")
BUTTON_DIAL_PICTURE = "◀ More picture"
BUTTON_DIAL_WORDS = "More words ▶"
BUTTON_WHY = "Why this one?"
BUTTON_SHARE = "Share this search"
BUTTON_BACK = "Back"
BUTTON_AS_SEARCH = "Search for these words alone"
BUTTON_AS_REFINEMENT = "Refine the last pictures with these words"
BUTTON_LANGUAGE_AUTO = "As Telegram says"
BUTTON_SET = "✓ {label}"
BUTTON_LINK = "Open in the shop"
BUTTON_LIKE_IT = "More like this"
BUTTON_INLINE = "Show pictures"
BUTTON_VOTE = "♥ {number}"
BUTTON_FORK = "Mine"

INLINE_CHAT = "Search in the chat"
INLINE_HELLO = "Type what you look for"
INLINE_NOTHING = "Nothing close here: say more in the chat"
INLINE_UNCLEAR = "A few words, please: or ask in the chat"
INLINE_TROUBLE = "Cannot search right now: open the chat"
INLINE_REFUSED = "This bot is for invited people"
INLINE_EXAMPLE = "Looking for: {example}"
INLINE_EXAMPLE_HINT = "For example"
LINKED_ITEM = "Pictures like {title}:"

TOAST_CHOSEN = "Picture {number} is chosen"
TOAST_LIKED = "Picture {number}: 👍"
TOAST_DISLIKED = "Picture {number}: 👎"
TOAST_UNMARKED = "Picture {number}: taken back"
TOAST_MORE = "Looking for more"
TOAST_SEARCHING = "Looking …"
TOAST_UNDONE = "One step back"
TOAST_NEW = "Started over"
TOAST_JUMPED = "Back at this search"
TOAST_WHY = "Looking closely"
TOAST_ORIGINAL = "Sending the file"
TOAST_SETTINGS = "Now in English"
TOAST_ACCEPTED = "Glad you found it"
TOAST_FORKED = "Yours begins here"
TOAST_VOTED = "You want picture {number}"

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
    Notice.NOTHING_TO_UNDO: "There is nothing to undo: this is your first search. Write what should be different.",
    Notice.NOT_THE_LATEST: "Only the latest search can be undone; use the newest buttons.",
    Notice.EXPIRED: "This search has expired; please send it again.",
    Notice.ALREADY_DONE: "That has been done already; use the newest buttons.",
    Notice.FOREIGN: "This is somebody else's search: tap “Mine” below its pictures to go on from there yourself.",
    Notice.OWN_ALREADY: "This search is yours already: tap a number, or say what should be different.",
    Notice.NOTHING_TO_FIND: "Say what to find: for example /find a red summer dress.",
    Notice.ITEM_GONE: "That picture is no longer in the collection; please choose another one.",
    Notice.NO_COLLECTION: "There are no pictures to search yet: the administrator has to index them first.",
    Notice.KIND_NOT_UNDERSTOOD: "I understand words and photos: describe what you look for, or send a picture of it.",
    Notice.PHOTO_TOO_BIG: "That file is too big: please send a picture of up to 20 MB.",
    Notice.NOT_A_PHOTO: "I cannot read that picture; please send it as a JPEG or PNG photo.",
    Notice.OVERLOADED: "Many people are searching right now; please try again in a moment.",
    Notice.TOO_SLOW: "The search took too long; please try again.",
    Notice.MEMORY_GONE: "My memory is not reachable right now; I will answer as soon as it is back.",
    Notice.FAILED: "Something went wrong on my side and has been logged; your search is unchanged, please try again.",
    Notice.ADMINS_ONLY: "That command is for administrators. /help says what everybody can do.",
    Notice.GREETED: "Hello! Describe what you look for, or send a photo.",
    Notice.RANGE_REVERSED: "That range ends before it begins: please say the smaller or earlier one first.",
    Notice.PRICE_NEGATIVE: "Nothing costs that little: please say a price above zero.",
    Notice.LINK_UNKNOWN: "That link is not one of mine, or it has expired: just tell me what you look for.",
    Notice.NO_HISTORY: "You have not searched for anything yet: describe what you look for, or send a photo.",
    Notice.PHOTO_UNUSABLE: "I cannot use that photo any more: please send it again.",
    Notice.THANKED: "With pleasure. Say what should be different, or what you look for next.",
}

REFUSED = "This bot is for invited people: ask its administrator, and name your id, {user}."
WEB_CAPTION = Plural(
    "The one picture that fits {asked}.",
    "The {count} nearest to {asked}: alike ones lie together, thick lines join the most alike.",
)
WEB_QUERY = "your search"
WEB_NO_SEARCH = "There is no search to draw yet: describe what you look for first."
WEB_NOTHING = "There is nothing to draw: no picture fits this search. Write what you look for next."
MAP_CAPTION = Plural("The only picture.", "All {count} pictures: alike ones lie side by side.")
MAP_MISSING = (
    "This collection has no map yet: it is drawn when an administrator indexes it with MAP=true. "
    "Write what you look for next."
)
PAGE_PRIVATE = "Write to me alone, and you get it as a page to explore."
BUTTON_WEB_PAGE = "Explore this web"
BUTTON_MAP_PAGE = "Explore the map"
PAGE_EXPIRED = "This link has expired: send /{command} in the chat for a new one."
PAGE_FORGED = "This link is not valid: send /{command} in the chat for one of your own."
PAGE_NOT_ADMITTED = "You may not use this bot."
PAGE_SEARCH_EXPIRED = "This search has expired; describe it again in the chat."
PAGE_MAP_CHANGED = "The collection has been indexed anew meanwhile: load this page again."
PAGE_TOO_MANY = Plural(
    "That is more than {count} picture: draw a smaller circle.",
    "That is more than {count} pictures: draw a smaller circle.",
)
PAGE_WORDS = Plural("Write a few words, up to {count} character.", "Write a few words, up to {count} characters.")
PAGE_NOT_UNDERSTOOD = "That question is not one of this page's: load it again."
PAGE_ITEM_GONE = "That picture is no longer in the collection."
PAGE_DONE = "It is in the chat: write there what should be different."
PAGE_INSIDE_DONE = Plural(
    "The search goes on in the chat, with this one.", "The search goes on in the chat, among these {count}."
)
CONDITIONS: dict[Condition, str] = {
    Condition.TINY: "This photo is tiny: a larger one finds more.",
    Condition.PLAIN: "This photo shows nothing but one colour, so I look for that colour.",
    Condition.DARK: "This photo is very dark: one with more light finds more.",
    Condition.BRIGHT: "This photo is over-exposed: one with less light finds more.",
    Condition.BLURRED: "This photo is very blurred: a sharper one finds more.",
}

COMMANDS = {
    "start": "What this is, and some pictures to begin with",
    "new": "Start a new search",
    "more": "More pictures",
    "undo": "One step back",
    "history": "Earlier searches, to go on from",
    "web": "What I found, as a web",
    "map": "The whole collection as a map",
    "find": "Search, also in groups: /find a red dress",
    "help": "What you can say",
    "settings": "Language",
    "forget": "Delete everything I know of you",
}
