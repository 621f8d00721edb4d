"""Trains the autoencoder of cartoon-faces-plain: the one of the built-in world as it is before its latent is arranged by
the factors, with a perceptual loss in a network that never saw a factor either.

That network has the shape of the one it stands for and was taught to give, for a picture, the code of a general-purpose
autoencoder (TAEF2: 32 x 8 x 8 numbers), a file of others that is not part of the project. Everything else is equal.
python3 zoo/plain.py DATA CHECKPOINTS OUT TAEF2_ENCODER [--epochs 10] [--faces 24000] [--threads 2]
"""

import argparse
import time
from pathlib import Path

import numpy as np
import torch
from onnxruntime import InferenceSession

from data import Faces, augment, batches, to_unit
from export import write_autoencoder, write_json
from networks import Classifier
from train import autocast, normalise, one_cycle, train_autoencoder, whiten

# As many pictures as a few minutes allow: one code costs as much as a whole training step of a picture.
CODED = 4000
PERCEPTUAL_EPOCHS = 8
BATCH = 128


def codes(faces: Faces, encoder: Path, log) -> torch.Tensor:
    """The general-purpose autoencoder's code of every face, each number of it with mean 0 and spread 1: [n, 2048]."""
    session = InferenceSession(str(encoder), providers=["CPUExecutionProvider"])
    parts = []
    for start in range(0, len(faces), 50):
        images = to_unit(faces.images[start : start + 50]).contiguous().numpy()
        parts.append(session.run(None, {"input": np.ascontiguousarray(images)})[0].reshape(len(images), -1))
        if (start + 50) % 1000 == 0:
            log(f"coded {start + 50}/{len(faces)}")
    values = torch.from_numpy(np.concatenate(parts))
    return (values - values.mean(0)) / values.std(0)


def train_perceptual(faces: Faces, wanted: torch.Tensor, seed: int, log) -> Classifier:
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    model = Classifier(wanted.shape[1]).to(memory_format=torch.channels_last).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=0.01)
    schedule = one_cycle(optimizer, 3e-3, PERCEPTUAL_EPOCHS * (len(faces) // BATCH))
    for epoch in range(PERCEPTUAL_EPOCHS):
        total, count = 0.0, 0
        for index in batches(len(faces), BATCH, generator):
            with autocast():
                given = model(normalise(augment(to_unit(faces.images[index]), generator)))
            loss = (given.float() - wanted[index]).square().mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total, count = total + loss.item(), count + 1
        log(f"epoch {epoch + 1}/{PERCEPTUAL_EPOCHS} unexplained {total / count:.4f}")
    return model.eval()


def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ("data", "checkpoints", "out", "encoder"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--faces", type=int, default=24000)
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    data, checkpoints, out = given.data, given.checkpoints, given.out
    checkpoints.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(given.threads)
    faces = Faces(data, "train")
    faces.images = faces.images[: given.faces]
    start = time.time()

    def log(text: str) -> None:
        print(f"[{time.time() - start:6.0f}s] {text}", flush=True)

    def stage(name: str, make):
        path = checkpoints / f"{name}.pt"
        if not path.exists():
            torch.save(make(), path.with_suffix(".part"))
            path.with_suffix(".part").rename(path)
        return torch.load(path, weights_only=False)

    coded = Faces(data, "train")
    coded.images = coded.images[:CODED]
    wanted = stage("plain-codes", lambda: codes(coded, given.encoder, log))
    perceptual = stage("plain-perceptual", lambda: train_perceptual(coded, wanted, 71, log))
    trained = stage("plain-trained", lambda: train_autoencoder(faces, perceptual, given.epochs, 12, log))
    autoencoder = stage("plain", lambda: whiten(*trained, faces, log))
    write_autoencoder(*autoencoder, out / "models" / "autoencoder")
    write_json(
        out / "cfalign.json",
        {
            "autoencoder": "models/autoencoder/model.json",
            "classifiers": ["../planted-faces/models/planted/model.json", "../cartoon-faces/models/attributes/model.json"],
            "judges": ["../cartoon-faces/models/attributes-b/model.json", "../planted-faces/models/tint/model.json"],
        },
    )


if __name__ == "__main__":
    main()
