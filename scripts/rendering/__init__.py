"""The demo catalogue: products sampled from a vocabulary and rendered as product photos."""
