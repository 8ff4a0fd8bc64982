"""A person asks for what the collection does not have: it says so, and leads on."""

import pytest

from bot.publishing import Recipe, publish_catalogue
from retrieval.catalogue import read_catalogue
from retrieval.clip_encoder import load_encoder
from retrieval.composition import load_composition
from storage.snapshots import SnapshotStore
from tests.chat import labels, photos
from tests.conversations.conftest import running

pytestmark = pytest.mark.slow
TEXTS = ("a red dress", "a blue shirt", "black shoes", "a green bag", "a white coat", "a striped skirt", "a yellow hat")


@pytest.fixture(scope="module")
def calibrated(collection, tmp_path_factory):
    """The rendered products of the other conversations, indexed with strengths."""
    data_dir = tmp_path_factory.mktemp("calibrated")
    encoder = load_encoder("tiny-clip")
    recipe = Recipe(encoder, load_composition("auto", encoder), "tiny-clip", None, "faiss")
    source = read_catalogue(collection / "catalogue" / "catalogue.csv")
    for _ in publish_catalogue(SnapshotStore(data_dir / "snapshots"), recipe, source, encoder.encode_images, 32):
        pass
    return data_dir


async def test_what_is_not_there_is_said_and_the_nearest_is_one_tap_away(ann, settings, calibrated):
    async with running(settings.model_copy(update={"data_dir": calibrated})):
        first = await ann.say("a hat")
        assert photos(first)
        (offer,) = await ann.say("a rocket launch over the sea")
        assert "Nothing close to" in offer["text"]
        assert "a rocket launch over the sea" in offer["text"]
        assert labels(offer)[:3] == ["Show the nearest anyway", "Undo", "New"]

        await ann.tap("Show the nearest anyway")
        nearest = await ann.answer()
        assert len(photos(nearest)) == 6
        assert "nearest I have" in nearest[-1]["text"]
        assert (await ann.tap("Show the nearest anyway", offer["message_id"]))["alert"]

        await ann.tap("More")
        assert len(photos(await ann.answer())) == 6
        await ann.tap("Undo")
        assert _pictures(await ann.answer()) == _pictures(first)


async def test_new_words_and_undo_lead_on_from_nothing(ann, settings, calibrated):
    async with running(settings.model_copy(update={"data_dir": calibrated})):
        await ann.say("a rocket launch over the sea")
        shown = await ann.say("a hat")
        assert photos(shown)
        await ann.say("/undo")
        again = (await ann.transcript())[-1]
        assert "Nothing close to" in again["text"]
        assert len(photos(await ann.say("more"))) == 6


async def test_the_good_ones_are_shown_and_the_weak_ones_offered(ann, settings, calibrated):
    async with running(settings.model_copy(update={"data_dir": calibrated})):
        for text in TEXTS:  # how many products are close differs with the weights; one of these has some of both
            answer = await ann.say(text)
            if any("weak anyway" in label for label in labels(answer[-1])):
                break
        else:
            pytest.fail("no search had good and weak hits side by side")
        good = len(photos(answer))
        said = answer[-1]["text"] or answer[-1]["caption"]
        assert 1 <= good < 6
        assert f"{good} good, {6 - good} weak" in said
        await ann.tap(f"Show {6 - good} weak anyway")
        weak = await ann.answer()
        assert photos(weak)
        assert not _pictures(weak) & _pictures(answer)


def _pictures(answer):
    return {message["photo"]["file_unique_id"] for message in photos(answer)}
