"""Trains two independent classifiers of garments and artefacts, and heads on the first one's convolutions in which a bias is planted.

Reads what draw-garments.ts wrote; what is planted is in zoo/garments/recipe.json. Writes ONNX files and
manifests. python3 zoo/garments.py DATA zoo/garments
"""

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits as bce

from data import SIZE
from networks import MEAN, STD
from planted import write_half, write_manifest

BATCH = 64
PEAK = 3e-3


class Small(nn.Module):
    """Four strided convolutions and two dense layers."""

    def __init__(self, targets: int):
        super().__init__()
        blocks = []
        for inputs, outputs, size in ((3, 16, 5), (16, 32, 3), (32, 48, 3), (48, 48, 3)):
            blocks.append(nn.Sequential(nn.Conv2d(inputs, outputs, size, stride=2, padding=size // 2), nn.SiLU()))
        self.blocks = nn.Sequential(*blocks, nn.Flatten())
        self.dense = nn.Sequential(nn.Linear(48 * 16, 32), nn.SiLU(), nn.Linear(32, targets))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.dense(self.blocks(images))


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
    """Pictures [n, 3, h, w] as bytes and their labels by name."""

    def __init__(self, data: Path, name: str):
        names = json.loads((data / "names.json").read_text())
        pixels = np.fromfile(data / f"{name}.pixels", np.uint8).reshape(-1, SIZE, SIZE, 3)
        self.images = torch.from_numpy(pixels).permute(0, 3, 1, 2).contiguous()
        labels = np.fromfile(data / f"{name}.labels", np.uint8).reshape(len(pixels), -1)
        self.labels = {label: torch.from_numpy(labels[:, i].astype(np.float32)) for i, label in enumerate(names)}

    def of(self, targets: list[str]) -> torch.Tensor:
        return torch.stack([self.labels[target] for target in targets], 1)


def normalise(images: torch.Tensor) -> torch.Tensor:
    return (images.float() / 255 - MEAN) / STD


def train(model: nn.Module, inputs: torch.Tensor, labels: torch.Tensor, epochs: int, seed: int) -> nn.Module:
    """inputs: pictures as bytes, or what convolutions see of them."""
    generator = torch.Generator().manual_seed(seed)
    count = len(labels) // BATCH
    optimizer = torch.optim.AdamW(model.train().parameters(), lr=PEAK, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, PEAK, total_steps=epochs * count)
    for _ in range(epochs):
        order = torch.randperm(len(labels), generator=generator)
        for rows in order[: count * BATCH].view(count, BATCH):
            batch = inputs[rows]
            loss = bce(model(normalise(batch) if batch.dtype == torch.uint8 else batch), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    return model.eval()


@torch.no_grad()
def seen(model: nn.Module, images: torch.Tensor) -> torch.Tensor:
    return torch.cat([model(normalise(part)) for part in images.split(250)])


def accuracy(model: nn.Module, pictures: Pictures, targets: list[str]) -> list[float]:
    right = (seen(model, pictures.images[:1000]) > 0) == (pictures.of(targets)[:1000] > 0.5)
    return [round(value, 3) for value in right.float().mean(0).tolist()]


def main() -> None:
    data, out = Path(sys.argv[1]), Path(sys.argv[2])
    # Two networks at once, each on one thread.
    torch.set_num_threads(1)
    recipe = json.loads((Path(__file__).parent / "garments" / "recipe.json").read_text())
    targets = json.loads((data / "names.json").read_text())[1:]
    pictures = {name: Pictures(data, f"random-{name}") for name in ("a", "b")}
    start = time.time()

    def write(name: str, model: nn.Module, of: list[str], held_out: Pictures) -> None:
        print(f"[{time.time() - start:4.0f}s] {name}: {dict(zip(of, accuracy(model, held_out, of)))} right on other pictures", flush=True)
        folder = out / "models" / name
        write_manifest(folder, name, write_half(model, folder / "model.onnx"), of)

    torch.manual_seed(1)
    models = {"a": Small(len(targets)), "b": Other(len(targets))}
    with ThreadPoolExecutor(2) as pool:
        trained = [pool.submit(train, models[name], pictures[name].images, pictures[name].of(targets), 6, seed) for seed, name in enumerate(models)]
        for one in trained:
            one.result()
    write("garments-a", models["a"], targets, pictures["b"])
    write("garments-b", models["b"], targets, pictures["a"])
    for seed, (name, plant) in enumerate(recipe["planted"].items(), 10):
        own = Pictures(data, name)
        torch.manual_seed(seed)
        whole = Small(1)
        whole.blocks = models["a"].blocks
        features = seen(whole.blocks, own.images)
        train(whole.dense, features, own.of(["label"]), 12, seed)
        write(name, whole, [plant["target"]], pictures["b"])


if __name__ == "__main__":
    main()
