"""The methods of the Bot API, one module per family; ``table`` lists them all."""
