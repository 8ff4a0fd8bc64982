"""The training of a Combiner on annotated triplets, as CLIP4Cir trains it: frozen CLIP, raw features, cross-entropy.

Each composed query has to find its target among all pictures of the training galleries ("gallery", where the reference
is a hard negative by itself; SPN4CIR does so) or among the other targets of its batch ("batch", as published). Logits
are similarities times 100, Adam runs at a constant 2e-5. The protocol's own headline on the validation split decides
which epoch is kept, and when it is enough.

Sources: Baldrati et al., "Effective Conditioned and Composed Image Retrieval Combining CLIP-Based Features", CVPR 2022
(recipe and network); Feng et al., "Improving Composed Image Retrieval via Contrastive Learning with Scaling Positives
and Negatives", ACM MM 2024 (the gallery as negatives).
"""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor
from tqdm import tqdm

from retrieval.combiner import Combiner, CombinerComposition
from retrieval.protocols import Encoder, Rows
from scripts.protocols.baselines import training_free
from scripts.protocols.recall import Figures
from scripts.protocols.training_checkpoint import Training, TrainingState, digest, load_state, save_state
from scripts.protocols.triplets import AnnotatedTriplets, Validation, load_training, validation

NEGATIVES = ("gallery", "batch")


@dataclass(frozen=True, slots=True)
class AnnotatedPlan:
    """The recipe; the numbers are the published ones.

    Attributes:
        negatives: what a query's target is told from, one of `NEGATIVES`.
        projection: P in multiples of d.
        hidden: H in multiples of d.
        patience: epochs without a better headline after which training stops.
    """

    epochs: int = 300
    batch: int = 1024
    learning_rate: float = 2e-5
    negatives: str = "gallery"
    projection: int = 4
    hidden: int = 8
    scale: float = 100.0
    patience: int = 20
    seed: int = 0


@dataclass(frozen=True, slots=True)
class AnnotatedResult:
    """What came of it; all figures in percent, on the validation split, by the dataset's own protocol.

    Attributes:
        combiner: the best epoch's, on the CPU, in evaluation mode.
        epoch: the best one, from 1.
        epochs: how many were run.
        figures: of the Combiner, `headline` among them.
        baselines: the same figures of `text_only`, `image_only`, `sum` and `product`.
    """

    combiner: Combiner
    epoch: int
    epochs: int
    figures: Figures
    baselines: Mapping[str, Figures]

    @property
    def best_baseline(self) -> tuple[str, float]:
        """Name and headline of the best composition that needs no training."""
        return max(
            ((name, figures["headline"]) for name, figures in self.baselines.items()), key=lambda named: named[1]
        )

    @property
    def worth_saving(self) -> bool:
        """Better than the best composition that needs no training."""
        return self.figures["headline"] > self.best_baseline[1]


def train_annotated(
    dataset: str,
    annotations: Path,
    images: Path,
    encoder: Encoder,
    work: Path,
    plan: AnnotatedPlan = AnnotatedPlan(),
    *,
    device: str = "cpu",
    restart: bool = False,
) -> AnnotatedResult:
    """Trains a Combiner on FashionIQ or CIRR. Whether and where it is saved is up to the caller.

    Args:
        dataset: `fashioniq` or `cirr`.
        annotations: the folder with `captions/` and `image_splits/`.
        images: the folder with the pictures, at any depth.
        encoder: whose raw features are combined; it stays as it is.
        work: features and the checkpoint are kept there; a training that was stopped goes on after its last epoch.
        plan: the recipe.
        device: where the Combiner is trained, `cpu` or `cuda`.
        restart: begin anew whatever the checkpoint says.

    Raises:
        ValueError, CatalogueInvalid: annotations, pictures or plan cannot be used, or the loss is no number; one
            sentence.
        OSError: the work folder cannot be written.
    """
    triplets = load_training(dataset, annotations, images, encoder, work)
    measure = validation(dataset, annotations, images, encoder, work)
    return train_on_triplets(triplets, measure, plan, work, f"{dataset} {encoder.fingerprint}", device, restart)


def train_on_triplets(
    triplets: AnnotatedTriplets,
    measure: Validation,
    plan: AnnotatedPlan,
    work: Path,
    name: str,
    device: str = "cpu",
    restart: bool = False,
) -> AnnotatedResult:
    """As `train_annotated`, on features that are there already; `name` tells checkpoints apart."""
    _check(plan)
    work.mkdir(parents=True, exist_ok=True)
    with torch.random.fork_rng(devices=[device] if device.startswith("cuda") else []):
        training = _begin(triplets, plan, device)
        checkpoint = work / f"annotated-{_training_name(triplets, plan, name)}.pt"
        state = TrainingState() if restart else load_state(checkpoint, training)
        with tqdm(total=plan.epochs, initial=state.epoch, desc="training", unit="epoch", mininterval=1.0) as bar:
            while state.epoch < plan.epochs and state.epoch - state.best_epoch < plan.patience:
                loss = _run_epoch(training, triplets, plan, state.epoch, device)
                figures = measure(CombinerComposition(copy.deepcopy(training.combiner), "combiner:training", device))
                state = state.after_epoch(figures, training.combiner)
                save_state(checkpoint, training, state)
                bar.set_postfix(loss=f"{loss:.3f}", headline=f"{figures['headline']:.2f}", refresh=False)
                bar.update()
    combiner = training.combiner.cpu()
    combiner.load_state_dict(state.best)
    baselines = {name: measure(composition) for name, composition in training_free().items()}
    return AnnotatedResult(
        combiner.eval().requires_grad_(False), state.best_epoch, state.epoch, state.figures, baselines
    )


def _begin(triplets: AnnotatedTriplets, plan: AnnotatedPlan, device: str) -> Training:
    torch.manual_seed(plan.seed)
    dimension = triplets.features.shape[1]
    combiner = Combiner(dimension, plan.projection * dimension, plan.hidden * dimension).to(device)
    return Training(combiner, torch.optim.Adam(combiner.parameters(), plan.learning_rate))


def _run_epoch(training: Training, triplets: AnnotatedTriplets, plan: AnnotatedPlan, epoch: int, device: str) -> float:
    """One pass over all triplets; the mean loss. Depends on the state, the seed and the number of the epoch alone."""
    rng = np.random.default_rng([plan.seed, epoch])
    torch.manual_seed(int(rng.integers(2**62)))
    images = torch.from_numpy(triplets.features).to(device)
    gallery = F.normalize(images, dim=-1)
    training.combiner.train()
    losses = []
    for chosen in _batches(len(triplets.references), plan, rng):
        form = rng.integers(0, triplets.captions.shape[1], len(chosen))
        texts = torch.from_numpy(triplets.captions[chosen, form]).to(device)
        targets = torch.from_numpy(triplets.targets[chosen]).to(device)
        composed = training.combiner(images[triplets.references[chosen]], texts)
        loss = _loss(composed, gallery, targets, plan)
        if not torch.isfinite(loss):
            raise ValueError("The training broke off: its loss is no number any more. Try a lower learning rate.")
        training.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        training.optimizer.step()
        losses.append(loss.item())
    return float(np.mean(losses))


def _loss(composed: Tensor, gallery: Tensor, targets: Tensor, plan: AnnotatedPlan) -> Tensor:
    """Composed queries [b, d], embeddings of all pictures [n, d], rows of the targets [b]."""
    if plan.negatives == "gallery":
        return F.cross_entropy(plan.scale * composed @ gallery.T, targets)
    labels = torch.arange(len(composed), device=composed.device)
    return F.cross_entropy(plan.scale * composed @ gallery[targets].T, labels)


def _batches(count: int, plan: AnnotatedPlan, rng: np.random.Generator) -> Iterator[Rows]:
    order = rng.permutation(count)
    for start in range(0, count, plan.batch):
        chosen = order[start : start + plan.batch]
        # A short last batch has fewer negatives than the others, unless the gallery gives them.
        if plan.negatives == "gallery" or len(chosen) == min(plan.batch, count):
            yield chosen


def _training_name(triplets: AnnotatedTriplets, plan: AnnotatedPlan, name: str) -> str:
    """Another number of epochs or patience goes on with the same training; anything else begins another."""
    recipe = repr(replace(plan, epochs=1, patience=1))
    arrays = (triplets.features, triplets.references, triplets.targets, triplets.captions)
    return digest(name.encode(), recipe.encode(), *(np.ascontiguousarray(array).tobytes() for array in arrays))


def _check(plan: AnnotatedPlan) -> None:
    if plan.negatives not in NEGATIVES:
        raise ValueError(f"There are no negatives {plan.negatives!r}: choose {' or '.join(NEGATIVES)}.")
    numbers = (plan.epochs, plan.batch, plan.learning_rate, plan.projection, plan.hidden, plan.scale, plan.patience)
    if min(numbers) <= 0:
        raise ValueError("Epochs, batch, learning rate, widths and patience of a training must be positive.")
