"""The conversation, and the bridge between Telegram, `retrieval` and `storage`; wired in `bot.app`."""
