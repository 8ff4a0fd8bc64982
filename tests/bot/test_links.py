"""Signed links: they open what they say, for whom they say, for an hour; anything else is refused."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pages.links import LIFETIME_S, Links, TicketExpired, TicketInvalid

TOKEN = "4242:secret-of-the-tests"
URL = "https://pages.example/pictalk"


class Clock:
    def __init__(self):
        self.time = 1_800_000_000.0

    def __call__(self):
        return self.time


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def links(clock):
    return Links(TOKEN, URL, now=clock)


def ticket(link: str) -> str:
    return link.partition("#")[2]


def test_a_link_says_whose_it_is_and_what_it_opens(links):
    web, on_map = links.web(17, 3), links.map(17)
    assert web.startswith(f"{URL}/web#")
    assert on_map.startswith(f"{URL}/map#")
    assert (links.read(ticket(web)).user, links.read(ticket(web)).turn) == (17, 3)
    assert (links.read(ticket(on_map)).user, links.read(ticket(on_map)).turn) == (17, None)
    assert len(web) < 200


def test_it_ends_after_an_hour(links, clock):
    mine = ticket(links.web(17, 3))
    clock.time += LIFETIME_S - 1
    assert links.read(mine).user == 17
    clock.time += 1
    with pytest.raises(TicketExpired):
        links.read(mine)


def test_no_part_of_it_can_be_changed(links):
    fields, _, signature = ticket(links.web(17, 3)).partition(".")
    for part, other in ((fields, signature), (signature, fields)):
        raw = bytearray(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
        for at in range(len(raw)):
            changed = bytes(byte ^ (at == place) for place, byte in enumerate(raw))
            text = base64.urlsafe_b64encode(changed).decode().rstrip("=")
            forged = f"{text}.{other}" if part is fields else f"{other}.{text}"
            with pytest.raises(TicketInvalid):
                links.read(forged)


def test_one_signature_does_not_fit_another_persons_link(links):
    mine, theirs = ticket(links.web(17, 3)), ticket(links.web(18, 3))
    with pytest.raises(TicketInvalid):
        links.read(f"{theirs.partition('.')[0]}.{mine.partition('.')[2]}")


def test_another_bots_link_is_forged_here(links, clock):
    with pytest.raises(TicketInvalid):
        links.read(ticket(Links("4343:another", URL, now=clock).web(17, 3)))


@given(st.one_of(st.text(max_size=250), st.text("AZaz09-_.=", max_size=250)))
def test_garbage_is_refused(text):
    with pytest.raises(TicketInvalid):
        Links(TOKEN, URL).read(text)
