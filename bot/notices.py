"""The short answers that end a request without a search; `bot.texts` has their words."""

from enum import Enum, auto


class Notice(Enum):
    """Why nothing was searched or shown."""

    TEXT_TOO_LONG = auto()
    NO_WORDS = auto()
    LANGUAGE_UNKNOWN = auto()
    PICTURE_FORGOTTEN = auto()
    NO_SUCH_PICTURE = auto()
    NOTHING_CHOSEN = auto()
    NOTHING_TO_CONTINUE = auto()
    NOTHING_TO_UNDO = auto()
    NOT_THE_LATEST = auto()
    EXPIRED = auto()
    ALREADY_DONE = auto()
    FOREIGN = auto()
    OWN_ALREADY = auto()
    NOTHING_TO_FIND = auto()
    ITEM_GONE = auto()
    NO_COLLECTION = auto()
    KIND_NOT_UNDERSTOOD = auto()
    PHOTO_TOO_BIG = auto()
    NOT_A_PHOTO = auto()
    OVERLOADED = auto()
    TOO_SLOW = auto()
    MEMORY_GONE = auto()
    FAILED = auto()
    ADMINS_ONLY = auto()
    GREETED = auto()
    THANKED = auto()
    RANGE_REVERSED = auto()
    PRICE_NEGATIVE = auto()
    LINK_UNKNOWN = auto()
    NO_HISTORY = auto()
    PHOTO_UNUSABLE = auto()
