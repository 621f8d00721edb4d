"""The published search for a counterfactual in PyTorch, for scripts/speed/bench-speed-counterfactual.ts.

    /usr/bin/python3 peers/counterfactual.py DIR THREADS [WIDTH]

Written from the method's description (arXiv 2102.09475, 2312.02186): λ = 0, then λ − 10 + ⌊λ / 10⌋, one decoder evaluation
each, until the prediction rises, falls below 0.05 or by more than 0.6, λ ≤ −500000, or the pixels change by more than 5 %.

DIR gets a workspace of cfalign with the same networks: the decoder and classifier of the speed comparison (decoder
WIDTH channels wide, 128 by default), a stand-in for the encoder, and random weights. Random weights have no predictions worth
moving, so the base's logit is shifted and scaled until predictions of random images spread, and the unit of the latent is
chosen so that the counterfactual of a first image lies at about λ = −2086, one of the published examples (33 evaluations).

Each line of JSON {"image": PATH, "layout": …} on stdin is answered with {"before", "after", "lambda", "evaluations", "ms", "cpu", "peak"}.
"""

import json
import math
import resource
import sys
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn

from speed_networks import Faces, FacesDecoder

DROP, FLOOR, STEP, MOST_LAMBDA, MOST_PIXELS = 0.6, 0.05, 10, 500_000, 0.05
EXAMPLE = -2086.0
SIDE = 256


class Decoder(nn.Module):
    def __init__(self, decoder: nn.Module):
        super().__init__()
        self.decoder = decoder
        self.register_buffer("unit", torch.ones(()))

    def forward(self, latent):
        return self.decoder(latent * self.unit)


class Encoder(nn.Module):
    """A stand-in: it runs once per image and is not what is compared. Its latents have unit variance."""

    def __init__(self):
        super().__init__()
        self.blocks = nn.Conv2d(3, 256, 16, stride=16)
        self.register_buffer("unit", torch.ones(()))

    def forward(self, image):
        return 10 * self.blocks(image) / self.unit


class Network:
    def __init__(self, width: int):
        torch.manual_seed(1)
        faces = Faces()
        self.classifier = faces.classifier.eval()
        self.faces = faces
        self.decoder = Decoder(FacesDecoder(width=width)).eval()
        self.encoder = Encoder().eval()
        for module in (self.classifier, self.decoder, self.encoder):
            module.requires_grad_(False)

    def image(self, latent):
        return torch.clamp(self.decoder(latent) / 2 + 0.5, 0, 1)

    def prediction(self, image):
        return torch.sigmoid(self.faces.logits(image)[0, 0])

    def direction(self, latent):
        latent = latent.clone().requires_grad_(True)
        return torch.autograd.grad(self.prediction(self.image(latent)), latent)[0]

    def calibrate(self) -> None:
        """Predictions that spread, and the published example's λ for the first image."""
        generator = torch.Generator().manual_seed(2)
        with torch.no_grad():
            latents = [self.encoder(random_image(generator) * 2 - 1) for _ in range(4)]
            logits = torch.stack([self.faces.logits(self.image(latent))[0, 0] for latent in latents])
            gain = 1.0 / logits.std()
            head = self.classifier.fc
            head.weight[0] *= gain
            head.bias[0] = (head.bias[0] - logits.mean()) * gain + 2.0
        latent = latents[0]
        direction = self.direction(latent)
        with torch.inference_mode():
            before = self.prediction(self.image(latent)).item()
            target = max(before - DROP, FLOOR)
            # The logit falls about linearly: a secant gives the λ that reaches the target.
            logit = lambda p: math.log(p / (1 - p))  # noqa: E731
            scale = (before * (1 - before)) * direction.norm().item() ** -2
            bound = -(logit(before) - logit(target)) * scale
            for _ in range(4):
                reached = self.prediction(self.image(latent + bound * direction)).item()
                bound *= (logit(before) - logit(target)) / max(1e-3, logit(before) - logit(min(max(reached, 1e-6), 1 - 1e-6)))
        unit = math.sqrt(bound / EXAMPLE)
        self.decoder.unit.fill_(unit)
        self.encoder.unit.fill_(unit)

    def search(self, image) -> dict:
        with torch.inference_mode():
            latent = self.encoder(image * 2 - 1)
        direction = self.direction(latent.clone())
        bound, predictions = 0, []
        with torch.inference_mode():
            while True:
                shown = self.image(latent + bound * direction)
                predictions.append(self.prediction(shown).item())
                first = predictions[0]
                if bound == 0:
                    reconstruction = shown
                pixels = (reconstruction - shown).abs().sum() / reconstruction.abs().sum()
                risen = len(predictions) > 1 and predictions[-1] > predictions[-2]
                if risen or predictions[-1] < FLOOR or first - predictions[-1] > DROP:
                    break
                if bound <= -MOST_LAMBDA or pixels > MOST_PIXELS:
                    break
                bound = bound - STEP + math.floor(bound / 10)
        return {"before": predictions[0], "after": predictions[-1], "lambda": bound, "evaluations": len(predictions)}


def random_image(generator) -> torch.Tensor:
    """Smooth noise in [0, 1], [1, 3, 256, 256]."""
    coarse = torch.rand([1, 3, 9, 9], generator=generator)
    return nn.functional.interpolate(coarse, size=(SIDE, SIDE), mode="bicubic", align_corners=False).clamp(0, 1)


class Logits(nn.Module):
    def __init__(self, faces: Faces):
        super().__init__()
        self.faces = faces

    def forward(self, image):
        return self.faces.logits(image)


def export(network: Network, out: Path) -> None:
    size = {"width": SIDE, "height": SIDE, "channels": 3}
    image, latent = torch.rand([1, 3, SIDE, SIDE]), torch.randn([1, 256, 16, 16])
    for name, model, example in (("encoder", network.encoder, image), ("decoder", network.decoder, latent), ("classifier", Logits(network.faces), image)):
        torch.onnx.export(
            model.eval(), (example,), str(out / f"{name}.onnx"), input_names=["input"], output_names=["output"],
            dynamic_axes={"input": {0: "batch"}, "output": {0: "batch"}}, opset_version=17, dynamo=False,
        )
    write = lambda name, value: (out / name).write_text(json.dumps(value))  # noqa: E731
    write("autoencoder.json", {
        "kind": "autoencoder", "name": "faces", "encoder": {"file": "encoder.onnx"}, "decoder": {"file": "decoder.onnx"},
        "input": {**size, "range": [-1, 1]},
    })
    write("classifier.json", {
        "kind": "classifier", "name": "attributes", "file": "classifier.onnx", "input": {**size, "range": [0, 1]},
        "output": {"activation": "sigmoid"}, "targets": [f"t{i}" for i in range(40)],
    })
    write("cfalign.json", {"autoencoder": "autoencoder.json", "classifiers": ["classifier.json"]})


def main() -> None:
    out, threads = Path(sys.argv[1]), int(sys.argv[2])
    width = int(sys.argv[3]) if len(sys.argv) > 3 else 128
    torch.set_num_threads(threads)
    out.mkdir(parents=True, exist_ok=True)
    network = Network(width)
    network.calibrate()
    export(network, out)
    # Images that the base calls positive with room to fall.
    generator, images = torch.Generator().manual_seed(3), []
    while len(images) < 8:
        image = random_image(generator)
        with torch.inference_mode():
            if network.prediction(network.image(network.encoder(image * 2 - 1))).item() >= DROP + 2 * FLOOR:
                path = out / f"image-{len(images)}.bin"
                image.numpy().tofile(path)
                images.append(str(path))
    print(json.dumps({"images": images, "unit": network.decoder.unit.item()}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        for module in (network.decoder, network.classifier):
            module.to(memory_format=torch.channels_last if request["layout"] == "channels_last" else torch.contiguous_format)
        image = torch.from_numpy(np.fromfile(request["image"], dtype=np.float32)).reshape(1, 3, SIDE, SIDE)
        wall, cpu = time.perf_counter(), time.process_time()
        found = network.search(image)
        took = {"ms": 1000 * (time.perf_counter() - wall), "cpu": 1000 * (time.process_time() - cpu)}
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        print(json.dumps({**found, **took, "peak": peak}), flush=True)


if __name__ == "__main__":
    main()
