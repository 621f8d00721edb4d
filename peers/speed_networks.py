"""The networks of the speed comparison, with seeded random weights: what the exporter writes is what PyTorch runs.

Classifiers are torchvision's own with its default initialisation. The decoder has the size of the published VQGAN for
faces: 128 channels, multipliers 1, 1, 2, 2, 4, two residual blocks a level, attention at 16 pixels, latent
256 × 16 × 16, 256 pixels; behind it a ResNet-18 with 40 targets at 224 pixels.
"""

import sys
import warnings
from pathlib import Path

import torch
import torchvision.models as zoo
from torch import nn

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "zoo" / "parity"))
from networks import Attention, ResidualBlock, Swish  # noqa: E402

warnings.filterwarnings("ignore")


class FacesDecoder(nn.Sequential):
    def __init__(self, width=128, multipliers=(1, 1, 2, 2, 4), blocks=2, latent=256):
        channels = width * multipliers[-1]
        layers = [nn.Conv2d(latent, channels, 3, padding=1)]
        layers += [ResidualBlock(channels, channels), Attention(channels), ResidualBlock(channels, channels)]
        for level, multiplier in reversed(list(enumerate(multipliers))):
            for _ in range(blocks):
                layers.append(ResidualBlock(channels, width * multiplier))
                channels = width * multiplier
                if level == len(multipliers) - 1:
                    layers.append(Attention(channels))
            if level > 0:
                layers += [nn.Upsample(scale_factor=2, mode="nearest"), nn.Conv2d(channels, channels, 3, padding=1)]
        super().__init__(*layers, nn.GroupNorm(8, channels), Swish(), nn.Conv2d(channels, 3, 3, padding=1))


class FacesEncoder(nn.Sequential):
    """A stand-in: the encoder runs once per image and is not what is compared."""

    def __init__(self, latent=256):
        super().__init__(nn.Conv2d(3, latent, 16, stride=16))


class Faces(nn.Module):
    """f(D(z)): latent → 40 logits, with the decoder's range [-1, 1] and the resizing to 224 pixels in between."""

    def __init__(self):
        super().__init__()
        self.decoder = FacesDecoder()
        self.classifier = zoo.resnet18(num_classes=40)

    def image(self, latent):
        """[n, 256, 16, 16] → [n, 3, 256, 256] in [0, 1]."""
        return torch.clamp(self.decoder(latent) / 2 + 0.5, 0, 1)

    def logits(self, image):
        return self.classifier(nn.functional.interpolate(image, size=(224, 224), mode="bilinear", align_corners=False))

    def forward(self, latent):
        return self.logits(self.image(latent))


NETWORKS = {
    "resnet50": (zoo.resnet50, [3, 224, 224]),
    "densenet121": (zoo.densenet121, [3, 224, 224]),
    "mobilenet_v3_small": (zoo.mobilenet_v3_small, [3, 224, 224]),
    "efficientnet_b0": (zoo.efficientnet_b0, [3, 224, 224]),
    "vit_b_16": (zoo.vit_b_16, [3, 224, 224]),
    "faces": (Faces, [256, 16, 16]),
}


def network(name: str) -> nn.Module:
    """The network in evaluation mode; the same weights whenever it is made."""
    make, _ = NETWORKS[name]
    torch.manual_seed(1)
    return make().eval()
