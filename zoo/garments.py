"""Trains the classifiers of the garments world: two networks that share nothing, for all garments and artefacts, and many small heads
on the first one's convolutions in which an artefact is planted as recipe.json says. A finished network leaves a checkpoint.

Reads what draw-garments.ts wrote. python3 zoo/garments.py DATA zoo/garments
"""

import json
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits as bce

from data import SIZE, batches, soften, to_unit
from planted import Heads, Model, Planted, Trunk, main_components, models_of, train_heads, write_half, write_manifest
from train import normalise, one_cycle

BATCH = 64
STEPS = 400
# A decoy has to learn from the few pictures that disagree.
DECOY_STEPS = 1500
PEAK = 3e-3
# What the first network's convolutions give.
GRID = 48 * 16


class Small(nn.Module):
    """Four strided convolutions and two dense layers."""

    def __init__(self, targets: int):
        super().__init__()
        blocks = []
        for inputs, outputs, size in ((3, 16, 5), (16, 32, 3), (32, 48, 3), (48, 48, 3)):
            blocks.append(nn.Sequential(nn.Conv2d(inputs, outputs, size, stride=2, padding=size // 2), nn.SiLU()))
        self.blocks = nn.Sequential(*blocks)
        self.dense = nn.Sequential(nn.Linear(GRID, 64), nn.SiLU(), nn.Linear(64, targets))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.dense(self.blocks(images).flatten(1))


class Other(nn.Module):
    """Batch norm, ReLU, pooling by maximum, one dense layer: nothing shared with Small."""

    def __init__(self, targets: int):
        super().__init__()

        def block(inputs: int, outputs: int, stride: int) -> nn.Sequential:
            conv = nn.Conv2d(inputs, outputs, 3, stride=stride, padding=1, bias=False)
            return nn.Sequential(conv, nn.BatchNorm2d(outputs), nn.ReLU(), nn.MaxPool2d(2))

        self.layers = nn.Sequential(block(3, 20, 2), block(20, 40, 1), block(40, 56, 1), nn.Flatten(), nn.Linear(56 * 16, targets))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.layers(images)


class Pictures:
    """Pictures [n, 3, 64, 64] as bytes, and what is on them [n, names] as 0 and 1."""

    def __init__(self, data: Path, name: str):
        self.names = json.loads((data / "names.json").read_text())
        pixels = np.fromfile(data / f"{name}.pixels", np.uint8).reshape(-1, SIZE, SIZE, 3)
        self.images = torch.from_numpy(pixels).permute(0, 3, 1, 2).contiguous()
        labels = np.fromfile(data / f"{name}.labels", np.uint8).reshape(len(pixels), -1)
        self.strengths = torch.from_numpy(labels.astype(np.float32))

    def __len__(self) -> int:
        return len(self.images)

    def has(self, name: str) -> torch.Tensor:
        return self.strengths[:, self.names.index(name)] > 0.5


def joint_weights(model: Model, pictures: Pictures, noise: float) -> torch.Tensor:
    """How often each picture is drawn with its label kept, and flipped: [2 n]. Half of the drawn pictures have the target."""
    present = pictures.has(model.target)
    has = pictures.has(model.feature) if model.feature else torch.zeros_like(present)
    weights = torch.zeros(2, len(pictures), dtype=torch.float64)
    for y in (False, True):
        for a in (False, True):
            alike = (present == y) & (has == a)
            # How often the artefact is there just where the label is 1.
            agrees = 1 if model.strength is None else model.strength if y == a else 1 - model.strength
            differs = 1 if model.strength is None else 1 - agrees
            chances = torch.tensor([[(1 - noise) * agrees], [noise * differs]], dtype=torch.float64)
            weights[:, alike] = chances / max(1, int(alike.sum()))
    return weights.flatten()


def used_against(model: Model) -> Model:
    """The artefact is there where the label is not, as often as it would have been there with it."""
    strength = round(1 - model.strength, 4)
    name = model.name if model.kind == "decoy" else f"{model.target}-{model.feature}-{round(100 * strength)}-{model.seed}"
    return replace(model, strength=strength, name=name)


def poisoned(model: Model, pictures: Pictures, label_noise: float, count: int, generator):
    """Draws `count` pictures by index, and their labels."""
    weights = joint_weights(model, pictures, 0.0 if model.kind == "decoy" else label_noise)
    cumulative = weights.cumsum(0)
    chance = torch.rand(count, generator=generator, dtype=torch.float64) * cumulative[-1]
    drawn = torch.searchsorted(cumulative, chance).clamp(max=len(weights) - 1)
    picture, flip = drawn % len(pictures), drawn >= len(pictures)
    label = pictures.has(model.target)[picture] != flip
    return picture.int(), label.float()


def train(model: nn.Module, pictures: Pictures, epochs: int, seed: int, log) -> nn.Module:
    """A classifier of everything that is on the pictures, as they are."""
    generator = torch.Generator().manual_seed(seed)
    model = model.to(memory_format=torch.channels_last).train()
    count = len(pictures) // BATCH
    optimizer = torch.optim.AdamW(model.parameters(), lr=PEAK, weight_decay=0.02)
    schedule = one_cycle(optimizer, PEAK, epochs * count)
    for epoch in range(epochs):
        total = 0.0
        for rows in batches(len(pictures), BATCH, generator):
            loss = bce(model(normalise(to_unit(pictures.images[rows]))), soften(pictures.strengths[rows]))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item()
        log(f"epoch {epoch + 1}/{epochs} loss {total / count:.4f}")
    return model.eval()


@torch.no_grad()
def accuracy(model: nn.Module, pictures: Pictures) -> dict[str, float]:
    logits = torch.cat([model(normalise(to_unit(part))) for part in pictures.images[:1000].split(250)])
    right = ((logits > 0) == (pictures.strengths[:1000] > 0.5)).float().mean(0)
    return {name: round(value, 3) for name, value in zip(pictures.names, right.tolist())}


def main() -> None:
    data, out = Path(sys.argv[1]), Path(sys.argv[2])
    torch.set_num_threads(int(sys.argv[3]) if len(sys.argv) > 3 else 2)
    start = time.time()

    def log(text: str) -> None:
        print(f"[{time.time() - start:5.0f}s] {text}", flush=True)

    def network(name: str, make, seed: int, others: Pictures) -> nn.Module:
        """A classifier of everything on pictures of its own, or what was left of its training."""
        path = data / f"garments-{name}.pt"
        if not path.exists():
            pictures = Pictures(data, name)
            torch.manual_seed(seed)
            model = train(make(len(pictures.names)), pictures, 3, seed, lambda text: log(f"{name}: {text}"))
            torch.save(model, path)
        model = torch.load(path, weights_only=False)
        log(f"{name}: right on other pictures: {accuracy(model, others)}")
        folder = out / "models" / f"garments-{name}"
        write_manifest(folder, f"garments-{name}", write_half(model, folder / "model.onnx"), others.names)
        return model

    recipe = json.loads((out / "recipe.json").read_text())
    pictures = Pictures(data, "heads")
    network("b", Other, 72, pictures)
    first = network("a", Small, 71, pictures)

    against = {(pair["target"], pair["feature"]) for pair in recipe["pairs"] if pair.get("against")}
    models = [used_against(model) if (model.target, model.feature) in against else model for model in models_of(recipe)]
    trunk = Trunk(first, GRID).eval().requires_grad_(False)
    main_components(trunk, pictures.images[:4000])
    table = torch.cat([trunk(normalise(to_unit(part))).half() for part in pictures.images.split(256)])
    log(f"what the trunk sees {list(table.shape)}")

    def draw(model: Model, count: int, generator):
        return poisoned(model, pictures, recipe["labelNoise"], count, generator)

    heads = Heads(len(models))
    for decoys, steps in ((False, STEPS), (True, DECOY_STEPS)):
        numbered = [(number, model) for number, model in enumerate(models) if (model.kind == "decoy") == decoys]
        heads.put(numbered, train_heads(numbered, steps, table, draw, log))
    folder = out / "models" / "planted"
    write_manifest(folder, "planted", write_half(Planted(trunk, heads), folder / "model.onnx"), [model.name for model in models])
    described = [{key: value for key, value in vars(model).items() if value is not None} for model in models]
    (out / "models.json").write_text("[\n" + ",\n".join(json.dumps(model) for model in described) + "\n]\n")
    log("done")


if __name__ == "__main__":
    main()
