"""Trains the autoencoder of garments on pictures alone: no label, no classifier takes part.

Pixels, edges and two coarser views of the picture are what it is held to; then its latent is whitened. Goes on where it was
interrupted. python3 zoo/garments_autoencoder.py DATA zoo/garments [STEPS [THREADS]]
"""

import json
import sys
import time
from pathlib import Path

import torch
from torch.nn.functional import avg_pool2d, l1_loss

from data import to_unit
from garments import Pictures
from muon import Muon
from networks import LATENT, Decoder, Encoder
from planted import write_half
from train import LATENT_NOISE, correlation, whiten

BATCH = 32
CHECKPOINT = 100


def loss_of(output: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    loss = l1_loss(output, target)
    for axis in (2, 3):
        loss = loss + 0.5 * l1_loss(output.diff(dim=axis), target.diff(dim=axis))
    for size in (4, 8):
        loss = loss + 0.5 * l1_loss(avg_pool2d(output, size), avg_pool2d(target, size))
    return loss


def train(pictures: Pictures, steps: int, checkpoint: Path, log) -> tuple[Encoder, Decoder]:
    torch.manual_seed(51)
    encoder, decoder = (model.to(memory_format=torch.channels_last).train() for model in (Encoder((24, 48, 72, 96)), Decoder((96, 64, 48, 24))))
    parameters = [*encoder.parameters(), *decoder.parameters()]
    optimizers = [
        Muon([p for p in parameters if p.ndim > 1], lr=0.02),
        torch.optim.AdamW([p for p in parameters if p.ndim == 1], lr=3e-3, weight_decay=0),
    ]
    schedule = lambda step: min(1, (step + 1) / 100) * (1 - 0.98 * max(0.0, (step / steps - 0.3) / 0.7))
    rates = [torch.optim.lr_scheduler.LambdaLR(optimizer, schedule) for optimizer in optimizers]
    parts = [encoder, decoder, *optimizers, *rates]
    first = 0
    if checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=False)
        first = saved["step"]
        for part, state in zip(parts, saved["parts"]):
            part.load_state_dict(state)
        log(f"goes on at step {first}")
    total = 0.0
    for step in range(first, steps):
        # Every step has its own seed, so that an interrupted training takes the same steps.
        generator = torch.Generator().manual_seed(1000 + step)
        index = torch.randint(len(pictures.images), (BATCH,), generator=generator)
        target = to_unit(pictures.images[index]) * 2 - 1
        latent = encoder(target)
        noise = LATENT_NOISE * torch.randn(latent.shape, generator=generator)
        loss = loss_of(decoder(latent + noise), target) + 0.01 * correlation(latent)
        for optimizer in optimizers:
            optimizer.zero_grad()
        loss.backward()
        for optimizer, rate in zip(optimizers, rates):
            optimizer.step()
            rate.step()
        total += loss.item()
        if (step + 1) % CHECKPOINT == 0:
            log(f"step {step + 1}/{steps} loss {total / CHECKPOINT:.4f}")
            total = 0.0
            torch.save({"step": step + 1, "parts": [part.state_dict() for part in parts]}, checkpoint.with_suffix(".part"))
            checkpoint.with_suffix(".part").rename(checkpoint)
    return encoder.eval(), decoder.eval()


def main() -> None:
    data, out = Path(sys.argv[1]), Path(sys.argv[2])
    steps = int(sys.argv[3]) if len(sys.argv) > 3 else 1000
    torch.set_num_threads(int(sys.argv[4]) if len(sys.argv) > 4 else 2)
    start = time.time()

    def log(text: str) -> None:
        print(f"[{time.time() - start:5.0f}s] {text}", flush=True)

    pictures = Pictures(data, "autoencoder")
    encoder, decoder = train(pictures, steps, data / "autoencoder.pt", log)
    encoder, decoder = whiten(encoder, decoder, pictures, log)
    folder = out / "models" / "autoencoder"
    size = {"width": 64, "height": 64, "channels": 3}
    encoder_hash = write_half(encoder, folder / "encoder.onnx", names=("image", "latent"))
    decoder_hash = write_half(decoder, folder / "decoder.onnx", torch.zeros(2, LATENT), ("latent", "image"))
    manifest = {
        "kind": "autoencoder",
        "name": "autoencoder",
        "encoder": {"file": "encoder.onnx", "sha256": encoder_hash},
        "decoder": {"file": "decoder.onnx", "sha256": decoder_hash},
        "input": {**size, "range": [-1, 1], "resize": "bilinear"},
    }
    (folder / "model.json").write_text(json.dumps(manifest, indent=2) + "\n")


if __name__ == "__main__":
    main()
