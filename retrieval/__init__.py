"""Pictures, words and vectors: encoding, composing, indexing, searching. Knows nothing of Telegram, Redis or settings."""
