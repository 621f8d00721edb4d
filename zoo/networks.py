"""The networks of the zoo. Classifiers take images normalised by MEAN and STD, the autoencoder takes [-1, 1]."""

import torch
from torch import nn

MEAN, STD = 0.5, 0.25
LATENT = 128


class Classifier(nn.Module):
    """Four convolution blocks and two dense layers; returns logits [n, targets]."""

    def __init__(self, targets: int):
        super().__init__()
        self.blocks = nn.ModuleList(
            [
                nn.Sequential(nn.Conv2d(3, 24, 5, stride=2, padding=2), nn.SiLU()),
                nn.Sequential(nn.Conv2d(24, 40, 3, padding=1), nn.SiLU(), nn.AvgPool2d(2)),
                nn.Sequential(nn.Conv2d(40, 64, 3, padding=1), nn.SiLU(), nn.AvgPool2d(2)),
                nn.Sequential(nn.Conv2d(64, 96, 3, padding=1), nn.SiLU(), nn.AvgPool2d(2)),
            ]
        )
        self.dense = nn.Sequential(nn.Flatten(), nn.Linear(96 * 16, 96), nn.SiLU())
        self.head = nn.Linear(96, targets)

    def features(self, images: torch.Tensor) -> list[torch.Tensor]:
        """What each block sees, for the perceptual loss."""
        seen = []
        for block in self.blocks:
            images = block(images)
            seen.append(images)
        return seen

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.head(self.dense(self.features(images)[-1]))


class Residual(nn.Module):
    def __init__(self, inputs: int, outputs: int):
        super().__init__()
        self.first = nn.Sequential(nn.Conv2d(inputs, outputs, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU())
        self.second = nn.Sequential(nn.Conv2d(outputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs))
        self.skip = nn.Conv2d(inputs, outputs, 1, stride=2)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return torch.relu(self.second(self.first(images)) + self.skip(images))


class Judge(nn.Module):
    """The judge: residual, ReLU, batch norm, global pooling over a 4 x 4 grid of positions; nothing shared with Classifier."""

    def __init__(self, targets: int):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 16, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(16), nn.ReLU())
        self.stages = nn.Sequential(Residual(16, 32), Residual(32, 64), Residual(64, 96))
        self.drop = nn.Dropout(0.1)
        self.head = nn.Linear(96 * 16, targets)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.head(self.drop(torch.flatten(self.stages(self.stem(images)), 1)))


class Encoder(nn.Module):
    """Images [n, 3, 64, 64] to a flat latent [n, 128] of unit spread. widths: channels after each convolution."""

    def __init__(self, widths: tuple[int, int, int, int] = (32, 64, 96, 128)):
        super().__init__()

        def down(inputs: int, outputs: int, kernel: int, padding: int) -> nn.Sequential:
            convolution = nn.Conv2d(inputs, outputs, kernel, stride=2, padding=padding, bias=False)
            return nn.Sequential(convolution, nn.BatchNorm2d(outputs), nn.SiLU())

        first = down(3, widths[0], 5, 2)
        self.convolutions = nn.Sequential(first, *(down(a, b, 4, 1) for a, b in zip(widths, widths[1:])), nn.Flatten())
        self.dense = nn.Linear(widths[-1] * 16, LATENT)
        self.norm = nn.BatchNorm1d(LATENT, affine=False)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.norm(self.dense(self.convolutions(images)))


class Decoder(nn.Module):
    """A latent to an image about [-1, 1]. widths: channels before each convolution."""

    def __init__(self, widths: tuple[int, int, int, int] = (128, 96, 64, 32)):
        super().__init__()
        self.dense = nn.Sequential(nn.Linear(LATENT, widths[0] * 16), nn.SiLU())

        def up(inputs: int, outputs: int) -> nn.Sequential:
            return nn.Sequential(nn.Upsample(scale_factor=2, mode="nearest"), nn.Conv2d(inputs, outputs, 3, padding=1), nn.SiLU())

        self.grow = nn.Sequential(*(up(a, b) for a, b in zip(widths, widths[1:])))
        self.last = nn.Sequential(nn.Conv2d(widths[-1], 12, 3, padding=1), nn.PixelShuffle(2))

    def forward(self, latent: torch.Tensor) -> torch.Tensor:
        grid = self.dense(latent).reshape(-1, self.dense[0].out_features // 16, 4, 4)
        return 1.02 * torch.tanh(self.last(self.grow(grid)) / 2)
