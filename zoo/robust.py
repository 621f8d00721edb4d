"""Trains one poisoned set three ways (plain ERM, Group DRO, JTT) and writes zoo/cartoon-faces-robust.

The set: smiling faces with a noisy label with which eyeglasses agree in 95 %. Everything but the choice of examples is the
same: the network and its clean trunk, the steps, the learning rate. Needs the checkpoints of train.py; leaves its own, so
that a method that was trained is not trained again.
python3 zoo/robust.py DATA CHECKPOINTS OUT [THREADS] [METHOD]
With a METHOD (erm, group-dro, jtt) it trains that one and writes its checkpoint only.
"""

import json
import sys
import time
from pathlib import Path

import torch
from torch.nn.functional import binary_cross_entropy_with_logits as bce

from data import SIZE, Faces, factors, soften, to_unit
from export import write_json, write_onnx
from networks import Classifier
from planted import write_manifest
from train import BATCH, LABEL_NOISE, fit, mixed, normalise

TARGET, FEATURE, AGREEMENT = "smiling", "eyeglasses", 0.95
EPOCHS, PEAK = 2, 2e-3
# Group DRO: step of the groups' weights (Sagawa et al. 2020, Algorithm 1).
GROUP_STEP = 0.05
# JTT: epochs of the first model, and how often its errors are repeated (Liu et al. 2021, Algorithm 1).
FIRST_EPOCHS, REPEATS = 1, 20


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
    """What the three methods share: where a model starts, and a step's examples drawn by weight."""

    def __init__(self, clean: Classifier, faces: Faces, reconstructions: torch.Tensor, poisoned: Poisoned, log):
        self.clean, self.faces, self.reconstructions, self.poisoned, self.log = clean, faces, reconstructions, poisoned, log
        self.steps = len(poisoned) // BATCH

    def start(self, seed: int) -> Classifier:
        torch.manual_seed(seed)
        model = Classifier(1).to(memory_format=torch.channels_last)
        trunk = {k: v for k, v in self.clean.state_dict().items() if not k.startswith("head")}
        model.load_state_dict(trunk, strict=False)
        return model

    def batch(self, weights: torch.Tensor, generator):
        rows = torch.multinomial(weights, BATCH, replacement=True, generator=generator)
        images = mixed(self.faces, self.reconstructions, self.poisoned.index[rows], generator)
        return images, self.poisoned.label[rows][:, None], self.poisoned.group[rows]

    def weighted(self, weights: torch.Tensor, epochs: int, seed: int) -> Classifier:
        generator = torch.Generator().manual_seed(seed)

        def draw():
            for _ in range(self.steps):
                images, labels, _ = self.batch(weights, generator)
                yield images, labels

        return fit(self.start(seed), epochs, self.steps, PEAK, draw, self.log)

    def erm(self, seed: int) -> Classifier:
        """Every example counts the same."""
        return self.weighted(torch.ones(len(self.poisoned)), EPOCHS, seed)

    def group_dro(self, seed: int) -> Classifier:
        """Groups are drawn by weights that grow with their loss: the stochastic form of min over models of max over groups."""
        generator = torch.Generator().manual_seed(seed)
        group = self.poisoned.group
        sizes = torch.bincount(group, minlength=4).float()
        share = torch.full((4,), 0.25)
        model = self.start(seed)

        def draw():
            nonlocal share
            for _ in range(self.steps):
                images, labels, groups = self.batch((share / sizes)[group], generator)
                with torch.no_grad():
                    losses = bce(model(images), soften(labels), reduction="none")[:, 0]
                counts = torch.bincount(groups, minlength=4)
                means = torch.zeros(4).index_add(0, groups, losses) / counts.clamp(min=1)
                share = share * torch.exp(GROUP_STEP * means)
                share = share / share.sum()
                yield images, labels
            self.log(f"shares of the groups {[round(value, 3) for value in share.tolist()]}")

        return fit(model, EPOCHS, self.steps, PEAK, draw, self.log)

    def jtt(self, seed: int) -> Classifier:
        """A first model, then one that sees the first one's errors more often; no group is known."""
        first = self.weighted(torch.ones(len(self.poisoned)), FIRST_EPOCHS, seed + 100)
        wrong = (predictions(first, self.faces.images[self.poisoned.index]) > 0.5) != (self.poisoned.label > 0.5)
        rare = (self.poisoned.group == 1) | (self.poisoned.group == 2)
        self.log(f"errors of the first model {wrong.float().mean():.3f}, of the rare groups {wrong[rare].float().mean():.3f}")
        return self.weighted(torch.where(wrong, float(REPEATS), 1.0), EPOCHS, seed)


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
    methods = {"erm": training.erm, "group-dro": training.group_dro, "jtt": training.jtt}

    def trained(name: str) -> Classifier:
        path = checkpoints / f"robust-{name}.pt"
        if not path.exists():
            model = methods[name](71)
            torch.save(model, path.with_suffix(".part"))
            path.with_suffix(".part").rename(path)
            log(f"{name}: trained")
        return torch.load(path, weights_only=False)

    if len(sys.argv) > 5:
        trained(sys.argv[5])
        return
    measured = {}
    for name in methods:
        model = trained(name)
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
