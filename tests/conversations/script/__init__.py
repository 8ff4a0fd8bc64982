"""Sixty conversations as data, and what has them with the bot."""
