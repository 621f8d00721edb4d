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
from networks import Faces, FacesDecoder  # noqa: E402, F401

warnings.filterwarnings("ignore")

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
