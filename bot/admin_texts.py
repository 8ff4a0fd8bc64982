"""What only administrators read, in English; said as the sentences of `bot.texts` are."""

from bot.plural import Plural

START_EMPTY = "There are no pictures yet: send /reindex, or run python -m scripts.reindex --images DIR."
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

COMMANDS = {
    "reindex": "Read the pictures anew",
    "status": "Snapshot, model, counts",
    "stats": "How much is searched and found",
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
REINDEX_MAP = "Reindexing: drawing the map, {percent} %"
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
    "Of them {missing} missing, {stale} changed since, {duplicates} there twice, {hidden} hidden\n"
    "Model {model}, composition {composition}, index {index}\n"
    "Waiting searches: {waiting}. Reindexing: {reindexing}. Kept snapshots: {kept}. Free disk: {disk} GiB\n"
    "Redis: {redis} MB",
    "Snapshot {snapshot}: {count} pictures, {failed} failed, made {created}\n"
    "Of them {missing} missing, {stale} changed since, {duplicates} there twice, {hidden} hidden\n"
    "Model {model}, composition {composition}, index {index}\n"
    "Waiting searches: {waiting}. Reindexing: {reindexing}. Kept snapshots: {kept}. Free disk: {disk} GiB\n"
    "Redis: {redis} MB",
)
STATUS_ERRORS = "Last errors of this process (UTC):\n{errors}"
STATUS_NO_ERRORS = "No errors since this process started."
RUNNING = "running"
NOT_RUNNING = "not running"
STATS = "{period}\nSearches: {searches}, further pages: {pages}, without a result: {without_result}\nFound: {found}"
STATS_TURNS = (
    "{period}\nSearches: {searches}, further pages: {pages}, without a result: {without_result}\n"
    "Found: {found}, median of turns: {turns:g}"
)
STATS_TODAY = "Today (UTC)"
STATS_DAYS = Plural("The last day", "The last {count} days")
NO_SNAPSHOT = "There is no snapshot yet: run `python -m scripts.reindex`, or send /reindex."
NO_EARLIER_SNAPSHOT = "There is no earlier snapshot to go back to."
