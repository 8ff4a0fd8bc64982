"""The Combiner network of CLIP4Cir (Baldrati et al., CVPR 2022 and ACM TOMM 2023) as a `Composition`.

    t' = dropout(relu(W_t t))    i' = dropout(relu(W_i i))    c = [t'; i'] (text first)
    v = W_o dropout(relu(W_c c))                  the mixture
    s = sigmoid(w_s dropout(relu(W_s c)))         one scalar for each query
    q = normalize(v + s t + (1 - s) i)

It eats RAW features: `t` and `i` enter the sum with the length that CLIP gave them, and scaling them changes `q`.
Names and shapes of the twelve tensors are the published ones, so published checkpoints load.
"""

import torch
from torch import nn

from retrieval.embedding import as_features
from retrieval.protocols import Embeddings, Features


class Combiner(nn.Module):
    """Raw image and text features [n, d] -> [n, d] of unit length, comparable with image embeddings.

    Args:
        clip_feature_dim: d.
        projection_dim: P, published as 4 d.
        hidden_dim: H, published as 8 d.
    """

    def __init__(self, clip_feature_dim: int, projection_dim: int, hidden_dim: int) -> None:
        super().__init__()
        self.text_projection_layer = nn.Linear(clip_feature_dim, projection_dim)
        self.image_projection_layer = nn.Linear(clip_feature_dim, projection_dim)
        self.combiner_layer = nn.Linear(2 * projection_dim, hidden_dim)
        self.output_layer = nn.Linear(hidden_dim, clip_feature_dim)
        # The scalar's dropout and activations hold no tensors, but their places give the published names .0 and .3.
        self.dynamic_scalar = nn.Sequential(
            nn.Linear(2 * projection_dim, hidden_dim),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(hidden_dim, 1),
            nn.Sigmoid(),
        )
        self.dropout = nn.Dropout(0.5)

    @property
    def dimension(self) -> int:
        """d, the width of the features it was made for."""
        return self.output_layer.out_features

    def forward(self, reference_features: torch.Tensor, text_features: torch.Tensor) -> torch.Tensor:
        """Raw [n, d] of the reference pictures and raw [n, d] of the captions -> [n, d], rows of unit length."""
        text = self.dropout(torch.relu(self.text_projection_layer(text_features)))
        reference = self.dropout(torch.relu(self.image_projection_layer(reference_features)))
        joined = torch.cat((text, reference), dim=-1)
        mixture = self.output_layer(self.dropout(torch.relu(self.combiner_layer(joined))))
        share = self.dynamic_scalar(joined)
        return nn.functional.normalize(mixture + share * text_features + (1 - share) * reference_features, dim=-1)


class CombinerComposition:
    """A trained Combiner behind the `Composition` protocol; one query vector for each query (m = 1)."""

    def __init__(self, combiner: Combiner, name: str, device: str = "cpu") -> None:
        self._combiner = combiner.to(device).eval().requires_grad_(False)
        self._device = device
        self._name = name

    @property
    def name(self) -> str:
        """`combiner:<first 12 hex digits of the checkpoint's sha256>`."""
        return self._name

    def __call__(self, reference_features: Features, text_features: Features) -> Embeddings:
        """[n, d] raw, [n, d] raw -> [n, 1, d]. Raises ValueError on another width, NaN or unequal n."""
        reference = as_features(reference_features, self._combiner.dimension)
        text = as_features(text_features, self._combiner.dimension)
        if len(reference) != len(text):
            raise ValueError(f"{len(reference)} references for {len(text)} captions")
        with torch.inference_mode():
            # Copies, because memory-mapped features are read-only and torch warns about sharing those.
            composed = self._combiner(torch.tensor(reference).to(self._device), torch.tensor(text).to(self._device))
        embeddings: Embeddings = composed.cpu().numpy()[:, None, :]
        return embeddings
