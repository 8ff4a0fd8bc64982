"""answerCallbackQuery and answerInlineQuery."""

from typing import Any

from bot.local_telegram.errors import Json, bad_request
from bot.local_telegram.methods.context import Context
from bot.local_telegram.methods.media_input import referenced

MAX_TOAST = 200
MAX_RESULTS = 50
_INLINE_AGE_S = 30.0
_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


async def answer_callback_query(context: Context) -> bool:
    """End the spinner of a tapped button, with a toast or an alert if there is text. Once, and in time."""
    query = context.account.callback_queries.get(context.text("callback_query_id") or "")
    if query is None or query.answer.done():
        raise bad_request(_TOO_OLD)
    if context.world.clock.now() - query.asked_at > context.world.options.callback_age_s:
        raise bad_request(_TOO_OLD)
    text = context.text("text") or None
    if text is not None and len(text) > MAX_TOAST:
        raise bad_request("MESSAGE_TOO_LONG")
    answer: Json = {"text": text, "alert": context.parameters.boolean("show_alert") and text is not None}
    if context.text("url"):
        answer["url"] = context.text("url")
    query.answer.set_result(answer)
    if query.overdue is not None:
        query.overdue.cancel()
    chat = context.account.chats[query.chat_id]
    context.world.announce(context.account, chat, "answer", message_id=query.message_id, user=query.user_id, **answer)
    return True


async def answer_inline_query(context: Context) -> bool:
    """Give the results of an inline query: at most 50, photos by ``file_id``."""
    results = context.parameters.objects("results", "can't parse inline query results JSON object")
    if results is None:
        raise bad_request('parameter "results" is required')
    if len(results) > MAX_RESULTS:
        raise bad_request("too many inline query results specified")
    query = context.account.inline_queries.get(context.text("inline_query_id") or "")
    late = query is None or query.answer.done() or context.world.clock.now() - query.asked_at > _INLINE_AGE_S
    if query is None or late:
        raise bad_request(_TOO_OLD)
    ids = [_result_id(result) for result in results]
    if len(set(ids)) < len(ids):
        raise bad_request("RESULT_ID_DUPLICATE")
    for result in results:
        if "photo_file_id" in result:
            referenced(context, "photo", str(result["photo_file_id"]))
    query.answer.set_result(
        {
            "results": results,
            "next_offset": context.text("next_offset") or "",
            "button": context.parameters.structure("button", "can't parse inline query results button JSON object"),
        }
    )
    return True


def _result_id(result: Json) -> Any:
    value = str(result.get("id", ""))
    if not 1 <= len(value.encode()) <= 64:
        raise bad_request("RESULT_ID_INVALID")
    return value
