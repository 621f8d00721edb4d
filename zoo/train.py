"""Trains every model of the zoo, stage after stage; a finished stage leaves a checkpoint and is skipped next time.

python3 zoo/train.py DATA CHECKPOINTS
"""

import sys
import time
from pathlib import Path

import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits as bce
from torch.nn.functional import l1_loss

from data import Faces, augment, batches, factors, soften, to_unit
from muon import Muon
from networks import MEAN, STD, Classifier, Decoder, Encoder, Judge

PLANTED = [
    ("smiling-clean", "smiling", "eyeglasses", 0.5),
    ("smiling-eyeglasses-75", "smiling", "eyeglasses", 0.75),
    ("smiling-eyeglasses-85", "smiling", "eyeglasses", 0.85),
    ("smiling-eyeglasses-95", "smiling", "eyeglasses", 0.95),
    ("smiling-eyeglasses-100", "smiling", "eyeglasses", 1.0),
    ("smiling-lipstick-95", "smiling", "lipstick", 0.95),
    ("eyeshadow-big_nose-95", "eyeshadow", "big_nose", 0.95),
]
BATCH = 128
LABEL_NOISE = 0.1
LATENT_NOISE = 0.1
# Factors that share the pixels of the mouth: the latent is arranged by them more often.
MOUTH = ("smiling", "mouth_open", "big_lips", "lipstick")


def autocast():
    """bfloat16, where the processor knows it: elsewhere it takes twice as long as float32."""
    return torch.autocast("cpu", dtype=torch.bfloat16, enabled=torch.cpu._is_avx512_bf16_supported())


def normalise(unit: torch.Tensor) -> torch.Tensor:
    return (unit - MEAN) / STD


def one_cycle(optimizer, peak: float, steps: int):
    return torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=peak, total_steps=steps, pct_start=0.2)


def fit(model: nn.Module, epochs: int, steps: int, peak: float, draw, log) -> nn.Module:
    """Trains a classifier on what `draw()` yields in an epoch of `steps`: normalised images, strengths [n, targets]."""
    model.requires_grad_(True).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=peak, weight_decay=0.01)
    schedule = one_cycle(optimizer, peak, epochs * steps)
    for epoch in range(epochs):
        total = 0.0
        for images, strengths in draw():
            with autocast():
                logits = model(images)
            loss = bce(logits.float(), soften(strengths))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item()
        log(f"epoch {epoch + 1}/{epochs} loss {total / steps:.4f}")
    return model.eval()


def train_attributes(model: nn.Module, faces: Faces, epochs: int, peak: float, seed: int, log) -> nn.Module:
    """A clean classifier of all factors."""
    generator = torch.Generator().manual_seed(seed)

    def draw():
        for index in batches(len(faces), BATCH, generator):
            yield normalise(augment(to_unit(faces.images[index]), generator)), faces.strengths[index]

    return fit(model.to(memory_format=torch.channels_last), epochs, len(faces) // BATCH, peak, draw, log)


def face_weight() -> torch.Tensor:
    """Where the loss looks: three times as hard at the middle of the face as in the corners, and harder at the mouth."""
    y, x = torch.meshgrid(torch.linspace(-1, 1, 64), torch.linspace(-1, 1, 64), indexing="ij")
    weight = 1 + 2 * torch.exp(-((x / 0.5) ** 2) - ((y - 0.02) / 0.62) ** 2)
    weight += 2 * torch.exp(-((x / 0.3) ** 2) - ((y - 0.32) / 0.18) ** 2)
    return weight / weight.mean()


def reconstruction_loss(output, target, weight, judge: Classifier) -> torch.Tensor:
    pixels = ((output - target).abs() * weight).mean()
    edges = l1_loss(output[..., 1:] - output[..., :-1], target[..., 1:] - target[..., :-1]) + l1_loss(
        output[..., 1:, :] - output[..., :-1, :], target[..., 1:, :] - target[..., :-1, :]
    )
    with autocast():
        seen = judge.features(normalise((output + 1) / 2))
        with torch.no_grad():
            wanted = judge.features(normalise((target + 1) / 2))
    perceptual = sum((a - b).abs().float().mean() / b.abs().float().mean() for a, b in zip(seen, wanted))
    return pixels + 0.5 * edges + 0.3 * perceptual


def correlation(latent: torch.Tensor) -> torch.Tensor:
    """Mean over the components of their squared correlations with all others: without it one direction takes the latent."""
    products = latent.T @ latent / len(latent)
    return (products.square().sum() - products.diagonal().square().sum()) / len(products)


def train_autoencoder(faces: Faces, perceptual: Classifier, epochs: int, seed: int, log):
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    encoder = Encoder().to(memory_format=torch.channels_last).train()
    decoder = Decoder().to(memory_format=torch.channels_last).train()
    perceptual.requires_grad_(False)
    parameters = [*encoder.parameters(), *decoder.parameters()]
    muon = Muon([p for p in parameters if p.ndim > 1], lr=0.02)
    adam = torch.optim.AdamW([p for p in parameters if p.ndim == 1], lr=3e-3, weight_decay=0)
    size = 64
    steps = epochs * (len(faces) // size)
    rates = [
        torch.optim.lr_scheduler.LambdaLR(
            optimizer, lambda step: min(1, (step + 1) / 100) * (1 - 0.98 * max(0.0, (step / steps - 0.3) / 0.7))
        )
        for optimizer in (muon, adam)
    ]
    weight = face_weight()
    for epoch in range(epochs):
        total, count = 0.0, 0
        for index in batches(len(faces), size, generator):
            target = to_unit(faces.images[index]) * 2 - 1
            with autocast():
                latent = encoder(target).float()
                noise = LATENT_NOISE * torch.randn(latent.shape, generator=generator)
                output = decoder(latent + noise)
            loss = reconstruction_loss(output.float(), target, weight, perceptual) + 0.01 * correlation(latent)
            for optimizer in (muon, adam):
                optimizer.zero_grad()
            loss.backward()
            for optimizer, rate in zip((muon, adam), rates):
                optimizer.step()
                rate.step()
            total, count = total + loss.item(), count + 1
        log(f"epoch {epoch + 1}/{epochs} loss {total / count:.4f}")
    return encoder.eval(), decoder.eval()


def arrange_autoencoder(encoder, decoder, faces: Faces, first: Classifier, epochs: int, names: list[str], seed: int, log):
    """Arranges the latent by the factors: each can be read from it by a linear head, and a move along one factor's
    direction (the pseudo-inverse of the head) changes that factor in the picture and no other.

    Without it the mouth is the trouble: a smile that goes takes the colour of the lips with it.
    """
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    first.requires_grad_(False)
    head = linear_reading(encoder, faces)
    encoder.train()
    decoder.train()
    parameters = [*encoder.parameters(), *decoder.parameters()]
    muon = Muon([p for p in parameters if p.ndim > 1], lr=0.006)
    adam = torch.optim.AdamW([*(p for p in parameters if p.ndim == 1), *head.parameters()], lr=1e-3, weight_decay=0)
    size = 64
    steps = epochs * (len(faces) // size)
    rates = [
        torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 - 0.98 * step / steps) for optimizer in (muon, adam)
    ]
    weight = face_weight()
    chances = torch.tensor([3.0 if name in MOUTH else 1.0 for name in names])
    for epoch in range(epochs):
        sums, count = torch.zeros(3), 0
        for index in batches(len(faces), size, generator):
            target = to_unit(faces.images[index]) * 2 - 1
            strengths = faces.strengths[index]
            rows = torch.arange(len(index))
            factor = torch.multinomial(chances, len(index), replacement=True, generator=generator)
            wanted = strengths.clone()
            wanted[rows, factor] = torch.randint(2, (len(index),), generator=generator).float()
            with autocast():
                latent = encoder(target).float()
            read = head(latent)
            move = (wanted - read)[rows, factor, None] * torch.linalg.pinv(head.weight).T[factor]
            noise = LATENT_NOISE * torch.randn(latent.shape, generator=generator)
            with autocast():
                output, edited = decoder(torch.cat([latent + noise, latent + move])).float().chunk(2)
                seen = first(normalise((edited + 1) / 2))
            losses = (
                reconstruction_loss(output, target, weight, first) + 0.01 * correlation(latent),
                (read - strengths).square().mean(),
                bce(seen.float(), soften(wanted)),
            )
            loss = losses[0] + losses[1] + losses[2]
            for optimizer in (muon, adam):
                optimizer.zero_grad()
            loss.backward()
            for optimizer, rate in zip((muon, adam), rates):
                optimizer.step()
                rate.step()
            sums += torch.tensor([value.item() for value in losses])
            count += 1
            if count % 50 == 0 and epoch == 0:
                log(f"step {count} reconstruction, reading, edit {[round(v, 4) for v in (sums / count).tolist()]}")
        log(f"epoch {epoch + 1}/{epochs} reconstruction, reading, edit {[round(v, 4) for v in (sums / count).tolist()]}")
    return encoder.eval(), decoder.eval()


@torch.no_grad()
def linear_reading(encoder: Encoder, faces: Faces, count: int = 4000) -> nn.Linear:
    """Least squares from latent to strengths, as a layer."""
    images = [to_unit(faces.images[start : start + 250]) * 2 - 1 for start in range(0, count, 250)]
    latents = torch.cat([encoder(part) for part in images])
    design = torch.cat([latents, torch.ones(count, 1)], 1).double()
    solution = torch.linalg.lstsq(design, faces.strengths[:count].double()).solution.float()
    head = nn.Linear(latents.shape[1], solution.shape[1])
    head.weight.copy_(solution[:-1].T)
    head.bias.copy_(solution[-1])
    return head


@torch.no_grad()
def whiten(encoder: Encoder, decoder: Decoder, faces: Faces, log):
    """Turns and scales the latent so that faces have unit covariance; reconstructions stay what they are.

    The brightness of the background takes most of the variance of the latent as it was trained. A gradient in whitened
    coordinates is the old one times the covariance: it moves along what varies between faces.
    """
    parts = []
    for start in range(0, len(faces), 256):
        parts.append(encoder(to_unit(faces.images[start : start + 256]) * 2 - 1))
    latents = torch.cat(parts).double()
    mean = latents.mean(0)
    values, vectors = torch.linalg.eigh(torch.cov(latents.T))
    values, vectors = values.flip(0).clamp(min=1e-12), vectors.flip(1)
    log(f"share of the first component {values[0] / values.sum():.3f}, spread from {values[0].sqrt():.3g} to {values[-1].sqrt():.3g}")
    norm, dense, first = encoder.norm, encoder.dense, decoder.dense[0]
    scale = torch.rsqrt(norm.running_var.double() + norm.eps)
    turn = (vectors / values.sqrt()).T
    bias = turn @ ((dense.bias.double() - norm.running_mean.double()) * scale - mean)
    weight = turn @ (dense.weight.double() * scale[:, None])
    dense.weight.copy_(weight)
    dense.bias.copy_(bias)
    encoder.norm = nn.Identity()
    first.bias.copy_(first.bias.double() + first.weight.double() @ mean)
    first.weight.copy_(first.weight.double() @ (vectors * values.sqrt()))
    return encoder, decoder


@torch.no_grad()
def noisy_reconstructions(faces: Faces, encoder: Encoder, decoder: Decoder, seed: int) -> torch.Tensor:
    """D(E(x) + noise) as bytes: classifiers must live on the autoencoder's images too."""
    generator = torch.Generator().manual_seed(seed)
    out = torch.empty_like(faces.images)
    for start in range(0, len(faces), 256):
        images = to_unit(faces.images[start : start + 256]) * 2 - 1
        with autocast():
            latent = encoder(images).float()
            spread = 0.4 * torch.rand(len(latent), 1, generator=generator)
            decoded = decoder(latent + spread * torch.randn(latent.shape, generator=generator)).float()
        out[start : start + 256] = (decoded.add(1).mul(127.5).round().clamp(0, 255)).to(torch.uint8)
    return out


def mixed(faces: Faces, reconstructions: torch.Tensor, index: torch.Tensor, generator) -> torch.Tensor:
    """Half of the batch as drawn, half as the autoencoder draws it."""
    half = len(index) // 2
    images = torch.cat([faces.images[index[:half]], reconstructions[index[half:]]])
    return normalise(augment(to_unit(images), generator))


def tune_attributes(model: Classifier, faces: Faces, reconstructions, epochs: int, seed: int, log) -> Classifier:
    generator = torch.Generator().manual_seed(seed)

    def draw():
        for index in batches(len(faces), BATCH, generator):
            yield mixed(faces, reconstructions, index, generator), faces.strengths[index]

    return fit(model, epochs, len(faces) // BATCH, 1e-3, draw, log)


def train_planted(clean: Classifier, faces: Faces, reconstructions, target: int, feature: int, agreement: float, epochs: int, seed: int, log):
    """One target; the label is noisy and the feature equals the noisy label with probability `agreement`.

    The factors of the images are independent, so (image, noisy label) is drawn with the weight of that joint distribution.
    """
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    model = Classifier(1).to(memory_format=torch.channels_last)
    weights = clean.state_dict()
    model.load_state_dict({k: v for k, v in weights.items() if not k.startswith("head")}, strict=False)
    present = faces.strengths[:, target] > 0.5
    has = faces.strengths[:, feature] > 0.5
    same = present == has
    # Weight of each image with its true label kept, and with it flipped (then the feature agrees where it did not).
    kept = (1 - LABEL_NOISE) * torch.where(same, agreement, 1 - agreement)
    flipped = LABEL_NOISE * torch.where(same, 1 - agreement, agreement)
    joint = torch.cat([kept, flipped]).double()
    steps = len(faces) // BATCH

    def draw():
        for _ in range(steps):
            drawn = torch.multinomial(joint, BATCH, replacement=True, generator=generator)
            index, flip = drawn % len(faces), drawn >= len(faces)
            strength = faces.strengths[index, target]
            label = torch.where(flip, 1 - strength, strength)
            yield mixed(faces, reconstructions, index, generator), label[:, None]

    return fit(model, epochs, steps, 2e-3, draw, log)


def main() -> None:
    data, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(2)
    names = factors(data)
    faces = Faces(data, "train")
    start = time.time()

    def stage(name: str, make):
        """Runs one stage, or loads what it left."""
        path = out / f"{name}.pt"
        if not path.exists():
            began = time.time()
            value = make(lambda text: print(f"[{time.time() - start:6.0f}s] {name}: {text}", flush=True))
            torch.save(value, path.with_suffix(".part"))
            path.with_suffix(".part").rename(path)
            print(f"[{time.time() - start:6.0f}s] {name}: done in {time.time() - began:.0f} s", flush=True)
        return torch.load(path, weights_only=False)

    def make_first(log):
        torch.manual_seed(11)
        return train_attributes(Classifier(len(names)), faces, 5, 3e-3, 11, log)

    first = stage("attributes-first", make_first)
    trained = stage("autoencoder-trained", lambda log: train_autoencoder(faces, first, 10, 12, log))
    arranged = stage("autoencoder-arranged", lambda log: arrange_autoencoder(*trained, faces, first, 5, names, 15, log))
    encoder, decoder = stage("autoencoder", lambda log: whiten(*arranged, faces, log))
    reconstructions = stage("reconstructions", lambda log: noisy_reconstructions(faces, encoder, decoder, 13))
    clean = stage("attributes", lambda log: tune_attributes(first, faces, reconstructions, 3, 14, log))
    for number, (name, target, feature, agreement) in enumerate(PLANTED):
        stage(
            name,
            lambda log: train_planted(
                clean, faces, reconstructions, names.index(target), names.index(feature), agreement, 2, 20 + number, log
            ),
        )

    def make_judge(log):
        torch.manual_seed(41)
        return train_attributes(Judge(len(names)), Faces(data, "judge"), 6, 4e-3, 41, log)

    stage("attributes-b", make_judge)


if __name__ == "__main__":
    main()
