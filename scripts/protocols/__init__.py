"""Published datasets of composed retrieval and how their results are counted: FashionIQ, CIRR, several turns."""
