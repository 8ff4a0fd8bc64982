"""Pictures, words and vectors: encoding, composing, indexing, searching. No Telegram, no Redis, no settings."""
