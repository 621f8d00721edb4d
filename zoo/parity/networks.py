"""Whole networks with their gradients by PyTorch, for scripts/parity/network-parity.ts.

    /usr/bin/python3 zoo/parity/networks.py OUT [NAME ...]
    /usr/bin/python3 zoo/parity/networks.py --names          one a line, the longest work first

Architectures of torchvision and a few generators, with seeded weights that keep every layer alive, exported by PyTorch's
TorchScript exporter at reduced input sizes. OUT gets, for each, NAME.onnx, and in NAME.json the shapes; POINTS inputs,
with cotangents, outputs and gradients by float32, and the gradients by float64, as raw numbers beside them.

Of millions of ReLUs one may lie so near its kink that rounding decides its side: then a whole unit's part of the gradient
comes or goes (1 % of the norm in a last layer of 8192). Inputs at which PyTorch's own float32 and float64 differ by that
are passed over.
"""

import copy
import json
import math
import sys
import warnings
from pathlib import Path

import torch
import torchvision.models as zoo
from torch import nn
from torchvision.ops import StochasticDepth

warnings.filterwarnings("ignore")


class UNet(nn.Module):
    """Three levels, skip connections by concatenation, transposed convolutions up; for odd sizes the skip is cropped."""

    def __init__(self, width=16):
        super().__init__()

        def block(inputs, outputs):
            return nn.Sequential(
                nn.Conv2d(inputs, outputs, 3, padding=1), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True),
                nn.Conv2d(outputs, outputs, 3, padding=1), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True),
            )

        self.down = nn.ModuleList([block(3, width), block(width, 2 * width), block(2 * width, 4 * width)])
        self.up = nn.ModuleList([nn.ConvTranspose2d(4 * width, 2 * width, 2, stride=2), nn.ConvTranspose2d(2 * width, width, 2, stride=2)])
        self.join = nn.ModuleList([block(4 * width, 2 * width), block(2 * width, width)])
        self.last = nn.Conv2d(width, 3, 1)

    def forward(self, x):
        a = self.down[0](x)
        b = self.down[1](nn.functional.max_pool2d(a, 2))
        c = self.down[2](nn.functional.max_pool2d(b, 2))
        for skip, up, join in zip((b, a), self.up, self.join):
            grown = up(c)
            c = join(torch.cat([skip[..., : grown.shape[2], : grown.shape[3]], grown], 1))
        return self.last(c)


class Generator(nn.Sequential):
    """The generator of DCGAN, a quarter as wide."""

    def __init__(self, width=16):
        layers, channels = [], [100, 8 * width, 4 * width, 2 * width, width]
        for index, (inputs, outputs) in enumerate(zip(channels, channels[1:])):
            stride, padding = (1, 0) if index == 0 else (2, 1)
            layers += [nn.ConvTranspose2d(inputs, outputs, 4, stride, padding, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(True)]
        super().__init__(*layers, nn.ConvTranspose2d(width, 3, 4, 2, 1, bias=False), nn.Tanh())


class Attention(nn.Module):
    """Single-head self-attention over positions, as in VQGAN."""

    def __init__(self, channels):
        super().__init__()
        self.norm = nn.GroupNorm(8, channels)
        self.q, self.k, self.v, self.out = (nn.Conv2d(channels, channels, 1) for _ in range(4))

    def forward(self, x):
        n, c, h, w = x.shape
        seen = self.norm(x)
        q, k, v = (layer(seen).reshape(n, c, h * w) for layer in (self.q, self.k, self.v))
        weights = torch.softmax(torch.bmm(q.transpose(1, 2), k) / math.sqrt(c), 2)
        return x + self.out(torch.bmm(v, weights.transpose(1, 2)).reshape(n, c, h, w))


class Swish(nn.Module):
    def forward(self, x):
        return x * torch.sigmoid(x)


class ResidualBlock(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.body = nn.Sequential(
            nn.GroupNorm(8, inputs), Swish(), nn.Conv2d(inputs, outputs, 3, padding=1),
            nn.GroupNorm(8, outputs), Swish(), nn.Conv2d(outputs, outputs, 3, padding=1),
        )
        self.skip = nn.Conv2d(inputs, outputs, 1) if inputs != outputs else nn.Identity()

    def forward(self, x):
        return self.skip(x) + self.body(x)


class VqganDecoder(nn.Sequential):
    """GroupNorm, swish, attention at the lowest resolution, nearest upsampling."""

    def __init__(self, width=32):
        layers = [nn.Conv2d(16, 4 * width, 3, padding=1), ResidualBlock(4 * width, 4 * width), Attention(4 * width)]
        for inputs, outputs in ((4 * width, 2 * width), (2 * width, width)):
            layers += [ResidualBlock(inputs, outputs), nn.Upsample(scale_factor=2, mode="nearest"), nn.Conv2d(outputs, outputs, 3, padding=1)]
        super().__init__(*layers, nn.GroupNorm(8, width), Swish(), nn.Conv2d(width, 3, 3, padding=1))


class Vae(nn.Module):
    """Encoder, mean of the latent, decoder of transposed convolutions."""

    def __init__(self, width=16):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Conv2d(3, width, 4, 2, 1), nn.LeakyReLU(0.2), nn.Conv2d(width, 2 * width, 4, 2, 1), nn.LeakyReLU(0.2),
            nn.Flatten(), nn.Linear(2 * width * 64, 64),
        )
        self.dense = nn.Linear(32, 2 * width * 64)
        self.decoder = nn.Sequential(
            nn.ConvTranspose2d(2 * width, width, 3, 2, 1, output_padding=1), nn.ELU(), nn.ConvTranspose2d(width, 3, 4, 2, 1), nn.Sigmoid(),
        )

    def forward(self, x):
        mean, _ = self.encoder(x).chunk(2, 1)
        return self.decoder(self.dense(mean).reshape(len(x), -1, 8, 8))


# Those that take minutes: grouped convolutions in double precision, and the largest classifier.
LONGEST = ("resnext50_32x4d", "vgg11_bn")
POINTS = 4
TRIES = 150
ON_A_KINK = 1e-4

class FacesDecoder(nn.Sequential):
    """A VQGAN's decoder; the defaults are the size of the published one for faces."""

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


class Faces(nn.Module):
    """f(D(z)): latent → 40 logits, with the decoder's range [-1, 1] and the resizing to 224 pixels in between."""

    def __init__(self, width=128, side=224):
        super().__init__()
        self.side = side
        self.decoder = FacesDecoder(width)
        self.classifier = zoo.resnet18(num_classes=40)

    def image(self, latent):
        """[n, 256, 16, 16] → [n, 3, 256, 256] in [0, 1]; any other side likewise."""
        return torch.clamp(self.decoder(latent) / 2 + 0.5, 0, 1)

    def logits(self, image):
        return self.classifier(nn.functional.interpolate(image, size=(self.side, self.side), mode="bilinear", align_corners=False))

    def forward(self, latent):
        return self.logits(self.image(latent))


NETWORKS = {
    "resnet18": (lambda: zoo.resnet18(num_classes=40), [2, 3, 64, 64]),
    "resnet50": (lambda: zoo.resnet50(num_classes=40), [1, 3, 41, 33]),
    "resnext50_32x4d": (lambda: zoo.resnext50_32x4d(num_classes=40), [1, 3, 33, 33]),
    "densenet121": (lambda: zoo.densenet121(num_classes=40), [1, 3, 48, 48]),
    "vgg11_bn": (lambda: zoo.vgg11_bn(num_classes=40), [1, 3, 224, 224]),
    "mobilenet_v2": (lambda: zoo.mobilenet_v2(num_classes=40), [2, 3, 64, 64]),
    "mobilenet_v3_small": (lambda: zoo.mobilenet_v3_small(num_classes=40), [2, 3, 65, 63]),
    "efficientnet_b0": (lambda: zoo.efficientnet_b0(num_classes=40), [2, 3, 64, 64]),
    "convnext_tiny": (lambda: zoo.convnext_tiny(num_classes=40), [1, 3, 64, 64]),
    "vit_b_16": (lambda: zoo.vit_b_16(image_size=64, num_classes=40), [1, 3, 64, 64]),
    "swin_t": (lambda: zoo.swin_t(num_classes=40), [1, 3, 64, 64]),
    "unet": (UNet, [1, 3, 36, 44]),
    "dcgan": (Generator, [2, 100, 1, 1]),
    "vqgan_decoder": (VqganDecoder, [1, 16, 8, 8]),
    "vae": (Vae, [2, 3, 32, 32]),
    "faces": (lambda: Faces(width=16, side=56), [1, 256, 4, 4]),
}


def enliven(model: nn.Module, shape, generator) -> nn.Module:
    """Weights of unit gain, norms and layer scales that do something, batch statistics of a seeded batch."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.ndim >= 2 and "position" not in name and "layer_scale" not in name and "class_token" not in name:
                fan_in = parameter[0].numel()
                gain = 2.0 if parameter.ndim == 4 else 1.0
                parameter.copy_(torch.randn(parameter.shape, generator=generator) * math.sqrt(gain / fan_in))
            elif "layer_scale" in name:
                parameter.copy_(0.2 + 0.3 * torch.rand(parameter.shape, generator=generator))
            elif name.endswith("weight"):
                parameter.copy_(0.7 + 0.6 * torch.rand(parameter.shape, generator=generator))
            else:
                parameter.copy_(0.1 * torch.randn(parameter.shape, generator=generator))
        for module in model.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.momentum = 1.0
        model.train()
        for module in model.modules():
            if isinstance(module, (nn.Dropout, StochasticDepth)):
                module.eval()
        model(torch.randn([16, *shape[1:]], generator=generator))
    return model.eval()


def spread_of_layers(model: nn.Module, x: torch.Tensor) -> float:
    """The least standard deviation of any layer's output: a dead layer would make its gradient trivially right."""
    spreads = []
    hooks = [
        module.register_forward_hook(lambda _, __, out: spreads.append(out.float().std().item()))
        for module in model.modules()
        if not list(module.children()) and not isinstance(module, (nn.Dropout, StochasticDepth, nn.Identity))
    ]
    with torch.no_grad():
        model(x)
    for hook in hooks:
        hook.remove()
    return min(spreads)


def main() -> None:
    if sys.argv[1:] == ["--names"]:
        print("\n".join(sorted(NETWORKS, key=lambda name: (name not in LONGEST, name))))
        return
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[2:] or NETWORKS:
        make, shape = NETWORKS[name]
        torch.manual_seed(1)
        generator = torch.Generator().manual_seed(sum(map(ord, name)))
        model = enliven(make(), shape, generator)
        double = copy.deepcopy(model).double()

        def gradient(network, x, cotangent=None):
            point = x.clone().requires_grad_(True)
            output = network(point)
            if cotangent is None:
                cotangent = torch.randn(output.shape, generator=generator)
            (result,) = torch.autograd.grad((output * cotangent.to(output.dtype)).sum(), point)
            return output.detach(), cotangent, result

        points, passed_over = [], 0
        while len(points) < POINTS:
            x = torch.randn(shape, generator=generator)
            output, cotangent, single = gradient(model, x)
            exact = gradient(double, x.double(), cotangent)[2]
            if (single - exact).norm() <= ON_A_KINK * exact.norm():
                points.append((x, cotangent, output, single, exact))
            else:
                passed_over += 1
                if passed_over == TRIES:
                    raise SystemExit(f"{name}: PyTorch's float32 and float64 differ at {TRIES} inputs")
        spread = spread_of_layers(model, points[0][0])
        if spread < 1e-3:
            raise SystemExit(f"{name}: a layer is dead, spread {spread:.1e}")
        path = out / f"{name}.onnx"
        torch.onnx.export(model, (points[0][0],), str(path), input_names=["input"], output_names=["output"], opset_version=17, dynamo=False)
        for part, tensors in zip(("input", "cotangent", "output", "gradient", "gradient64"), zip(*points)):
            (out / f"{name}.{part}.bin").write_bytes(torch.stack(tensors).numpy().tobytes())
        facts = {
            "name": name, "input": shape, "output": list(output.shape), "points": POINTS, "passedOver": passed_over,
            "parameters": sum(p.numel() for p in model.parameters()), "leastSpread": spread,
        }
        (out / f"{name}.json").write_text(json.dumps(facts))
        print(json.dumps(facts), flush=True)


if __name__ == "__main__":
    main()
