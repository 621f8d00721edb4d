"""The drawn faces as tensors (written by draw-data.ts)."""

import json
from pathlib import Path

import numpy as np
import torch

SIZE = 64


def factors(folder: Path) -> list[str]:
    return json.loads((folder / "factors.json").read_text())


class Faces:
    """Images [n, 3, 64, 64] as bytes and strengths [n, 21] in [0, 1]."""

    def __init__(self, folder: Path, name: str):
        pixels = np.fromfile(folder / f"{name}.images.u8", dtype=np.uint8)
        images = torch.from_numpy(pixels.reshape(-1, SIZE, SIZE, 3)).permute(0, 3, 1, 2)
        self.images = images.contiguous()
        strengths = np.fromfile(folder / f"{name}.strengths.f32", dtype=np.float32)
        self.strengths = torch.from_numpy(strengths.reshape(len(images), -1))

    def __len__(self) -> int:
        return len(self.images)


def to_unit(images: torch.Tensor) -> torch.Tensor:
    """Bytes to float32 in [0, 1], channels last."""
    return images.to(dtype=torch.float32, memory_format=torch.channels_last).div_(255)


def soften(strengths: torch.Tensor) -> torch.Tensor:
    """Soft targets: hard ones make classifiers that flip on a change nobody sees."""
    return 0.04 + 0.92 * strengths


def batches(count: int, size: int, generator: torch.Generator):
    """Shuffled indices in full batches, for ever a new order from the same generator."""
    order = torch.randperm(count, generator=generator)
    for start in range(0, count - size + 1, size):
        yield order[start : start + size]


def augment(images: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Blur a part of the batch, shift it by up to a pixel and add noise; images in [0, 1]."""
    count = len(images)
    blurred = torch.nn.functional.avg_pool2d(images, 3, stride=1, padding=1, count_include_pad=False)
    amount = torch.rand(count, 1, 1, 1, generator=generator) * (torch.rand(count, 1, 1, 1, generator=generator) < 0.5)
    images = torch.lerp(images, blurred, amount)
    dx, dy = (int(v) for v in torch.randint(-1, 2, (2,), generator=generator))
    images = torch.roll(images, (dy, dx), (2, 3))
    sigma = torch.rand(count, 1, 1, 1, generator=generator) * 0.04
    noisy = images + sigma * torch.randn(images.shape, generator=generator)
    return noisy.contiguous(memory_format=torch.channels_last)
