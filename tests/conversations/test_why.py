"""Why this one?: a drawing over the picture, and in words whose share it is and what has changed."""

from tests.chat import words


async def test_a_picture_found_by_words_is_explained(ann, bot):
    await ann.say("a dress with long sleeves")
    await ann.tap("1")
    await ann.answer()
    await ann.tap("Why this one?")
    (drawing,) = await ann.answer()
    assert drawing["photo"]
    assert "a dress with long sleeves" in drawing["caption"]
    assert "Words 100 %" in drawing["caption"]


async def test_a_refinement_says_what_has_changed_and_whose_share_it_is(ann, bot):
    await ann.say("a red dress")
    await ann.tap("1")
    await ann.answer()
    await ann.say("the same in blue")
    await ann.tap("1")
    await ann.answer()
    await ann.tap("Why this one?")
    (drawing,) = await ann.answer()
    assert "Picture " in drawing["caption"]
    assert "Words " in drawing["caption"]
    assert "Earlier wishes " in drawing["caption"]
    assert "Changed: " in drawing["caption"]


async def test_a_similar_picture_shows_where_it_is_alike(ann, bot):
    await ann.say("a red dress")
    await ann.tap("1")
    await ann.tap("Similar")
    await ann.tap("1")
    await ann.answer()
    await ann.tap("Why this one?")
    (drawing,) = await ann.answer()
    assert "like your picture" in words([drawing])
    assert "Picture 100 %" in drawing["caption"]
