"""A dialog that is stepped through without a search."""

from bot.dialog import step
from bot.requests import NextPage, Search, ShowCard, ShowTurn
from bot.turns import Dialog, Page
from bot.vocabulary import NO_VOCABULARY

OFFERS = ("in blue", "with stripes")
"""What may be offered below drawn pictures and on every card."""


class Chat:
    """Carries requests out as the conversation would, without searching: pages hold items numbered from 0."""

    def __init__(self, vocabulary=NO_VOCABULARY, offers=()):
        self.offers = offers
        self.vocabulary = vocabulary
        self.dialog = Dialog()
        self.items = 0
        self.message = 100

    def do(self, event):
        dialog, request = step(self.dialog, event, self.vocabulary)
        match request:
            case Search(turn) | NextPage(turn):
                turn = turn.offering(self.offers) if turn.drawn else turn
                items = tuple(f"item-{self.items + n}" for n in range(6))
                self.items += 6
                dialog = dialog.with_page(turn, self.page(items))
            case ShowTurn(turn):
                dialog = dialog.with_page_again(turn, self.page(turn.pages[-1].items))
            case ShowCard(turn, position, _, card):
                dialog = dialog.with_offers(turn.number, self.offers, position).with_card(card or self.next_message())
        self.dialog = dialog
        return request

    def page(self, items):
        return Page(items, tuple(self.next_message() for _ in items), self.next_message())

    def next_message(self):
        self.message += 1
        return self.message

    @property
    def current(self):
        return self.dialog.turn(self.dialog.current)
