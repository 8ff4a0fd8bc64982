"""Answers to inline queries. Every one is answered, and one that comes too late is nobody's loss."""

import logging
from collections.abc import Sequence

from telegram import InlineQuery, InlineQueryResult, InlineQueryResultsButton
from telegram.error import BadRequest

from bot.deep_links import HELLO

logger = logging.getLogger(__name__)


async def answer(
    query: InlineQuery,
    results: Sequence[InlineQueryResult] = (),
    *,
    button: str | None = None,
    payload: str = HELLO,
    next_offset: int | None = None,
    cache_s: int = 0,
) -> None:
    """Show results, and above them a button that opens the chat with `payload`.

    They are one person's: in their language, and not everybody may use the bot.
    """
    try:
        await query.answer(
            results,
            cache_time=cache_s,
            is_personal=True,
            next_offset="" if next_offset is None else str(next_offset),
            button=InlineQueryResultsButton(button, start_parameter=payload) if button else None,
        )
    except BadRequest as error:
        if "query is too old" not in error.message.lower():
            raise
        logger.info("An inline query could not be answered any more")
