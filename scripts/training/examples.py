"""What a Combiner is trained or judged on: pictures, requests, and the features of both."""

from dataclasses import dataclass

import numpy as np

from retrieval.protocols import Features
from scripts.training.triplets import Collection, Requests


@dataclass(frozen=True, slots=True)
class Examples:
    """Pictures and requests with their features.

    Attributes:
        features: [n, d] raw, of the pictures.
        collection: what is known of the pictures.
        requests: next to pictures of the collection.
        text_features: [m, d] raw, of the requests.
    """

    features: Features
    collection: Collection
    requests: Requests
    text_features: Features

    def __post_init__(self) -> None:
        """Raises ValueError, one sentence: nothing there, NaN, or widths that do not fit."""
        if not len(self.features) or not len(self.requests.texts):
            raise ValueError("There is nothing to train on: no pictures, or nothing to ask for next to them.")
        if not (np.isfinite(self.features).all() and np.isfinite(self.text_features).all()):
            raise ValueError("The features hold NaN or infinity: build the snapshot again with a sound model.")
        if self.features.shape[1] != self.text_features.shape[1]:
            raise ValueError(
                f"The pictures have features of width {self.features.shape[1]}, the words of width "
                f"{self.text_features.shape[1]}: use the model that the snapshot was built with."
            )
