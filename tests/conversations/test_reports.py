"""Administrators read how the bot is and how it is used; nobody else does."""

from tests.chat import words


async def test_stats_count_searches_and_what_was_found(ann, ben, bot):
    await ann.say("a red dress")
    await ann.tap("More")
    await ann.tap("1")
    await ann.tap("This is it")
    await ann.answer()
    said = words(await ann.say("/stats"))
    assert "Today (UTC)\nSearches: 1, further pages: 1, without a result: 0\nFound: 1, median of turns: 1" in said
    assert "The last 30 days" in said
    assert "for administrators" in words(await ben.say("/stats"))


async def test_status_names_what_an_operator_looks_for(ann, bot):
    said = words(await ann.say("/status"))
    assert "154 pictures" in said
    assert "0 missing, 0 changed since" in said
    assert "Reindexing: not running" in said
    assert "No errors since this process started" in said
