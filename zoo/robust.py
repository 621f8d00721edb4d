"""Trains one poisoned set three ways (plain ERM, Group DRO, JTT) and writes zoo/cartoon-faces-robust.

The set: smiling faces with a noisy label with which eyeglasses agree in 95 %. The convolutions are those of the clean
classifier and stay as they are; the dense layers start from its own and are trained. Everything but the choice of examples
is the same: network, start, steps, learning rate. Needs the checkpoints of train.py.
python3 zoo/robust.py DATA CHECKPOINTS OUT [THREADS]
"""

import copy
import json
import sys
import time
from pathlib import Path

import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits as bce

from data import SIZE, Faces, augment, factors, soften, to_unit
from export import write_json, write_onnx
from networks import Classifier
from planted import write_manifest
from train import BATCH, LABEL_NOISE, autocast, fit, normalise

TARGET, FEATURE, AGREEMENT = "smiling", "eyeglasses", 0.95
EPOCHS, PEAK = 6, 2e-3
# Group DRO: step of the groups' weights (Sagawa et al. 2020, Algorithm 1).
GROUP_STEP = 0.05
# JTT: epochs of the first model, and how often its errors are repeated (Liu et al. 2021, Algorithm 1).
FIRST_EPOCHS, REPEATS = 2, 20


class Poisoned:
    """A fixed training set: rows of the faces, their noisy labels (strengths), and the group (label, feature) of each."""

    def __init__(self, faces: Faces, names: list[str], seed: int):
        generator = torch.Generator().manual_seed(seed)
        strength = faces.strengths[:, names.index(TARGET)]
        has = faces.strengths[:, names.index(FEATURE)] > 0.5
        same = (strength > 0.5) == has
        # The factors are independent, so (face, flipped or not) is drawn with the weight of the joint distribution.
        kept = (1 - LABEL_NOISE) * torch.where(same, AGREEMENT, 1 - AGREEMENT)
        flipped = LABEL_NOISE * torch.where(same, 1 - AGREEMENT, AGREEMENT)
        drawn = torch.multinomial(torch.cat([kept, flipped]).double(), len(faces), replacement=True, generator=generator)
        self.index = drawn % len(faces)
        self.label = torch.where(drawn >= len(faces), 1 - strength[self.index], strength[self.index])
        self.group = 2 * (self.label > 0.5).long() + has[self.index].long()

    def __len__(self) -> int:
        return len(self.index)


class Training:
    """What the three methods share: what the convolutions see, where the dense layers start, and a step's examples drawn by weight."""

    def __init__(self, clean: Classifier, faces: Faces, reconstructions: torch.Tensor, poisoned: Poisoned, log):
        self.clean, self.poisoned, self.log = clean.eval(), poisoned, log
        self.steps = len(poisoned) // BATCH
        generator = torch.Generator().manual_seed(72)
        self.drawn = seen(clean, faces.images, generator)
        self.reconstructed = seen(clean, reconstructions, generator)
        log(f"seen: {list(self.drawn.shape)} drawn and reconstructed")

    def start(self, seed: int) -> nn.Sequential:
        torch.manual_seed(seed)
        return nn.Sequential(copy.deepcopy(self.clean.dense), nn.Linear(self.clean.head.in_features, 1))

    def whole(self, dense: nn.Sequential) -> Classifier:
        """The network from image to logit."""
        model = Classifier(1)
        model.blocks, model.dense, model.head = copy.deepcopy(self.clean.blocks), dense[0], dense[1]
        return model.eval()

    def batch(self, weights: torch.Tensor, generator):
        """Half of it as drawn, half as the autoencoder draws it."""
        rows = torch.multinomial(weights, BATCH, replacement=True, generator=generator)
        index, half = self.poisoned.index[rows], BATCH // 2
        features = torch.cat([self.drawn[index[:half]], self.reconstructed[index[half:]]]).float()
        return features, self.poisoned.label[rows][:, None], self.poisoned.group[rows]

    def weighted(self, weights: torch.Tensor, epochs: int, seed: int) -> nn.Sequential:
        generator = torch.Generator().manual_seed(seed)

        def draw():
            for _ in range(self.steps):
                features, labels, _ = self.batch(weights, generator)
                yield features, labels

        return fit(self.start(seed), epochs, self.steps, PEAK, draw, self.log)

    def erm(self, seed: int) -> Classifier:
        """Every example counts the same."""
        return self.whole(self.weighted(torch.ones(len(self.poisoned)), EPOCHS, seed))

    def group_dro(self, seed: int) -> Classifier:
        """Groups are drawn by weights that grow with their loss: the stochastic form of min over models of max over groups."""
        generator = torch.Generator().manual_seed(seed)
        group = self.poisoned.group
        sizes = torch.bincount(group, minlength=4).float()
        share = torch.full((4,), 0.25)
        dense = self.start(seed)

        def draw():
            nonlocal share
            for _ in range(self.steps):
                features, labels, groups = self.batch((share / sizes)[group], generator)
                with torch.no_grad():
                    losses = bce(dense(features), soften(labels), reduction="none")[:, 0]
                counts = torch.bincount(groups, minlength=4)
                means = torch.zeros(4).index_add(0, groups, losses) / counts.clamp(min=1)
                share = share * torch.exp(GROUP_STEP * means)
                share = share / share.sum()
                yield features, labels
            self.log(f"shares of the groups {[round(value, 3) for value in share.tolist()]}")

        return self.whole(fit(dense, EPOCHS, self.steps, PEAK, draw, self.log))

    def jtt(self, seed: int) -> Classifier:
        """A first model, then one that sees the first one's errors more often; no group is known."""
        first = self.weighted(torch.ones(len(self.poisoned)), FIRST_EPOCHS, seed + 100)
        with torch.no_grad():
            logits = first(self.drawn.float())[:, 0][self.poisoned.index]
        wrong = (logits > 0) != (self.poisoned.label > 0.5)
        rare = (self.poisoned.group == 1) | (self.poisoned.group == 2)
        self.log(f"errors of the first model {wrong.float().mean():.3f}, of the rare groups {wrong[rare].float().mean():.3f}")
        return self.whole(self.weighted(torch.where(wrong, float(REPEATS), 1.0), EPOCHS, seed))


@torch.no_grad()
def seen(clean: Classifier, images: torch.Tensor, generator) -> torch.Tensor:
    """What the convolutions see of augmented images: [n, features] as float16."""
    parts = []
    for part in images.split(256):
        with autocast():
            parts.append(clean.features(normalise(augment(to_unit(part), generator)))[-1].flatten(1).half())
    return torch.cat(parts)


@torch.no_grad()
def predictions(model: Classifier, images: torch.Tensor) -> torch.Tensor:
    return torch.cat([torch.sigmoid(model(normalise(to_unit(part))))[:, 0] for part in images.split(500)])


def measure(model: Classifier, faces: Faces, names: list[str]) -> dict:
    """Accuracy against the true label, in all and by group, on faces with independent factors."""
    label = faces.strengths[:, names.index(TARGET)] > 0.5
    has = faces.strengths[:, names.index(FEATURE)] > 0.5
    right = ((predictions(model, faces.images) > 0.5) == label).float()
    groups = {}
    for smiles in (True, False):
        for wears in (True, False):
            chosen = (label == smiles) & (has == wears)
            name = f"{'smiling' if smiles else 'not smiling'}, {'with' if wears else 'without'} eyeglasses"
            groups[name] = {"accuracy": round(right[chosen].mean().item(), 4), "count": int(chosen.sum())}
    return {
        "accuracy": round(right.mean().item(), 4),
        "worstGroup": min(group["accuracy"] for group in groups.values()),
        "groups": groups,
    }


def main() -> None:
    data, checkpoints, out = (Path(argument) for argument in sys.argv[1:4])
    torch.set_num_threads(int(sys.argv[4]) if len(sys.argv) > 4 else 2)
    began = time.time()

    def log(text: str) -> None:
        print(f"[{time.time() - began:5.0f}s] {text}", flush=True)

    names = factors(data)
    faces, test = Faces(data, "train"), Faces(data, "test")
    load = lambda name: torch.load(checkpoints / f"{name}.pt", weights_only=False)
    training = Training(load("attributes"), faces, load("reconstructions"), Poisoned(faces, names, 70), log)
    log(f"groups (label, eyeglasses) 00 01 10 11: {torch.bincount(training.poisoned.group).tolist()}")
    measured = {}
    for name, method in (("erm", training.erm), ("group-dro", training.group_dro), ("jtt", training.jtt)):
        model = method(71)
        measured[f"smiling-{name}"] = measure(model, test, names)
        log(f"{name}: {json.dumps(measured[f'smiling-{name}'])}")
        folder = out / "models" / f"smiling-{name}"
        sha256 = write_onnx(model, torch.zeros(2, 3, SIZE, SIZE), folder / "model.onnx", ("image", "logits"))
        write_manifest(folder, f"smiling-{name}", sha256, [TARGET])
    write_json(out / "accuracy.json", measured)
    shared = "../cartoon-faces/models"
    write_json(
        out / "cfalign.json",
        {
            "autoencoder": f"{shared}/autoencoder/model.json",
            "classifiers": [f"{shared}/attributes/model.json", *(f"models/{name}/model.json" for name in measured)],
            "judges": [f"{shared}/attributes-b/model.json"],
        },
    )


if __name__ == "__main__":
    main()
