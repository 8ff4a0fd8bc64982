"""answerCallbackQuery and answerInlineQuery."""

from bot.local_telegram.errors import Json, bad_request
from bot.local_telegram.methods.context import Context
from bot.local_telegram.methods.inline_results import MAX_OFFSET_BYTES, check_button, check_results

MAX_TOAST = 200
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
    button = context.parameters.structure("button", "can't parse inline query results button JSON object")
    check_button(button)
    check_results(context, results)
    if len((context.text("next_offset") or "").encode("utf-8", "replace")) > MAX_OFFSET_BYTES:
        raise bad_request("NEXT_OFFSET_INVALID")
    query = context.account.inline_queries.get(context.text("inline_query_id") or "")
    late = query is None or query.answer.done() or context.world.clock.now() - query.asked_at > _INLINE_AGE_S
    if query is None or late:
        raise bad_request(_TOO_OLD)
    query.answer.set_result({"results": results, "next_offset": context.text("next_offset") or "", "button": button})
    if query.overdue is not None:
        query.overdue.cancel()
    return True
