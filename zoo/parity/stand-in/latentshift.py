"""Stands in for the paper's package in CI: the same calls and architectures with random weights, WIDTH channels wide, pictures of SIDE pixels.

Published: a VQGAN of 128 channels and 256 pixels, and a tree of convolutions of 64 channels at 224 pixels, whose 40 leaves are the attributes.
"""

import os
import sys
from pathlib import Path
from types import SimpleNamespace

import torch
from torch import nn

sys.path.append(str(Path(__file__).resolve().parents[1]))
from networks import Attention, FacesDecoder, ResidualBlock, Swish  # noqa: E402

WIDTH, SIDE = int(os.environ.get("STAND_IN_WIDTH", 8)), int(os.environ.get("STAND_IN_SIDE", 64))


class Down(nn.Module):
    """Half the size, padded on the right and below only."""

    def __init__(self, channels):
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, stride=2)

    def forward(self, x):
        return self.conv(nn.functional.pad(x, (0, 1, 0, 1)))


class Codebook(nn.Module):
    """The nearest of a number of codes in the place of every vector."""

    def __init__(self, codes=1024, size=256):
        super().__init__()
        self.codes = nn.Embedding(codes, size)

    def forward(self, z):
        rows = z.permute(0, 2, 3, 1)
        weight = self.codes.weight
        distances = rows.pow(2).sum(-1, keepdim=True) + weight.pow(2).sum(1) - 2 * rows @ weight.t()
        return self.codes(distances.argmin(-1)).permute(0, 3, 1, 2)


class VQGAN(nn.Module):
    def __init__(self, weights, download=True):
        super().__init__()
        self.resolution = SIDE
        self.upsample = nn.Upsample(size=(SIDE, SIDE), mode="bilinear", align_corners=False)
        layers, channels = [nn.Conv2d(3, WIDTH, 3, padding=1)], WIDTH
        for level, multiplier in enumerate((1, 1, 2, 2, 4)):
            for _ in range(2):
                layers.append(ResidualBlock(channels, WIDTH * multiplier))
                channels = WIDTH * multiplier
                if level == 4:
                    layers.append(Attention(channels))
            if level < 4:
                layers.append(Down(channels))
        layers += [ResidualBlock(channels, channels), Attention(channels), ResidualBlock(channels, channels)]
        layers += [nn.GroupNorm(8, channels), Swish(), nn.Conv2d(channels, 256, 3, padding=1), nn.Conv2d(256, 256, 1), Codebook()]
        self.encoder = nn.Sequential(*layers)
        self.decoder = nn.Sequential(nn.Conv2d(256, 256, 1), FacesDecoder(WIDTH))

    def encode(self, x):
        return self.encoder(self.upsample(x * 2 - 1.0))

    def decode(self, z, image_shape=None):
        return torch.clip((self.decoder(z) + 1) / 2, 0, 1)


class FaceAttribute(nn.Module):
    """Branches that share what lies before them: the parent of every branch, layer by layer."""

    FORKS = (
        (0, 0),
        (0, 0, 1),
        (0, 0, 0, 0, 1, 1, 1, 1, 1, 2),
        (0, 1, 1, 1, 2, 2, 3, 4, 4, 4, 5, 5, 6, 6, 6, 7, 8, 9),
        (0, 1, 2, 2, 3, 3, 3, 3, 4, 4, 5, 6, 7, 7, 7, 8, 8, 9, 9, 9, 10, 10, 11, 11, 11, 12, 13, 13, 14, 15, 16, 16, 17),
        (0, 1, 1, 2, 2, 3, 4, 5, 6, 7, 7, 7, 8, 8, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 29, 30, 31, 32),
    )

    def __init__(self, download=False):
        super().__init__()

        def convs(inputs, *counts, pools=None):
            layers = []
            for place, count in enumerate(counts):
                for _ in range(count):
                    layers += [nn.Conv2d(inputs, WIDTH, 3, padding=1), nn.ReLU(), nn.BatchNorm2d(WIDTH)]
                    inputs = WIDTH
                if pools is None or place < pools:
                    layers.append(nn.MaxPool2d(2))
            return nn.Sequential(*layers)

        def dense(inputs, outputs, last=False):
            return nn.Sequential(nn.Linear(inputs, outputs), *([] if last else [nn.ReLU(), nn.BatchNorm1d(outputs)]))

        flat = WIDTH * 7 * 7
        makers = [
            lambda: convs(WIDTH, 1, 3, 1, pools=2),
            lambda: convs(WIDTH, 1, pools=0),
            lambda: nn.Sequential(convs(WIDTH, 1), nn.Flatten()),
            lambda: dense(flat, 2 * WIDTH),
            lambda: dense(2 * WIDTH, 2 * WIDTH),
            lambda: dense(2 * WIDTH, 1, last=True),
        ]
        self.trunk = convs(3, 2, 2, 2, pools=2)
        self.layers = nn.ModuleList(nn.ModuleList(make() for _ in parents) for make, parents in zip(makers, self.FORKS))
        self.targets = [f"attribute_{place}" for place in range(39)] + ["smiling"]
        self.register_buffer("mean", torch.tensor([0.5061, 0.4254, 0.3828]).view(1, 3, 1, 1))
        self.register_buffer("std", torch.tensor([0.2661, 0.2453, 0.2413]).view(1, 3, 1, 1))

    def forward(self, x):
        if x.size(-1) != 224:
            x = nn.functional.interpolate(x, size=(224, 224), mode="bilinear")
        seen = [self.trunk((x - self.mean) / self.std)]
        for layer, parents in zip(self.layers, self.FORKS):
            seen = [branch(seen[parent]) for branch, parent in zip(layer, parents)]
        return torch.cat(seen, 1)


class WaterbirdClassifier(nn.Module):
    def __init__(self, weights="baseline", download=False):
        super().__init__()
        import torchvision

        self.model = torchvision.models.resnet50(num_classes=2, width_per_group=8)
        self.targets = ["Landbird", "Waterbird"]


torch.manual_seed(1)
autoencoders = SimpleNamespace(VQGAN=VQGAN)
classifiers = SimpleNamespace(FaceAttribute=FaceAttribute, WaterbirdClassifier=WaterbirdClassifier)
