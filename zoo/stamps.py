"""Birds and mammals on water and on land: a second set of pictures for robust training, in the manner of Waterbirds (Sagawa et al. 2020).

The animals are cut out of Debian's package tuxpaint-stamps-default (its own licences: GPL and public domain, a file beside each
stamp says which; neither stamps nor pictures are kept here), the backgrounds are drawn. In training, birds are on water and mammals on land in 95 %.
Trains one network three ways (plain ERM, Group DRO, JTT), which share network, start, steps and learning rate, and two witnesses of
animal and background that share nothing with them; writes pictures and models.
python3 zoo/stamps.py OUT [STAMPS] [THREADS]
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits as bce

from data import augment, soften, to_unit
from export import write_json, write_onnx
from networks import MEAN, STD
from train import normalise, one_cycle

# Of pictures: all lengths below are those of 64.
SIZE = 48
K = SIZE / 64
# Of the networks' last maps: each halves a picture four times.
CELLS = (SIZE // 16) ** 2

AGREEMENT = 0.95
# Folders of drawn ones.
NO_ANIMALS = {"cartoon", "toys"}
PICTURES = {"train": 6000, "witness": 4000, "audit": 800, "test": 600}
PAIRS = 150
STEPS, BATCH, PEAK = 1800, 64, 3e-3
# Group DRO: step of the groups' weights. JTT: steps of the first model, and how often its errors are repeated. As in robust.py.
GROUP_STEP = 0.05
FIRST_STEPS, REPEATS = 300, 20


def cut_out(path: Path) -> np.ndarray | None:
    """A stamp as [h, w, 4] in [0, 1] without what is empty around it; nothing where it has no ground to be cut from."""
    picture = np.asarray(Image.open(path).convert("RGBA"), np.float32) / 255
    rows, columns = (np.flatnonzero((picture[..., 3] > 0.5).any(axis)) for axis in (1, 0))
    if len(rows) == 0 or (picture[..., 3] > 0.5).mean() > 0.9:
        return None
    return picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def stamps(folder: Path) -> dict[int, list[np.ndarray]]:
    """By class (1: bird), stamps in the order of their names. All parts share them: a hundred are too few to teach what a bird is that nobody saw."""
    found = {}
    for label, kind in enumerate(("mammals", "birds")):
        paths = sorted(path for path in folder.rglob("*.png") if kind in path.parts and not NO_ANIMALS & set(path.parts))
        found[label] = [stamp for stamp in map(cut_out, paths) if stamp is not None]
    return found


def smooth(random: np.random.Generator, cells: tuple[int, int]) -> np.ndarray:
    """A smooth random field [SIZE, SIZE] about 0."""
    coarse = Image.fromarray(random.standard_normal(cells).astype(np.float32))
    return np.asarray(coarse.resize((SIZE, SIZE), Image.BICUBIC))


def background(water: bool, random: np.random.Generator) -> np.ndarray:
    """A ground [SIZE, SIZE, 3] in [0, 1] under a sky: waves, or meadow with bushes."""
    horizon = K * random.integers(10, 26)
    sky = np.array([0.72, 0.82, 0.93]) + 0.08 * random.standard_normal(3)
    picture = np.broadcast_to(sky, (SIZE, SIZE, 3)) + 0.03 * smooth(random, (4, 4))[..., None]
    y, x = np.mgrid[:SIZE, :SIZE].astype(float)
    if water:
        colour = np.array([0.14, 0.38, 0.62]) + 0.06 * random.standard_normal(3)
        waves = np.sin((y / K + 1.5 * smooth(random, (6, 6))) * random.uniform(0.5, 1.0) + 0.15 * x / K)
        ground = colour + (0.06 * waves + 0.04 * smooth(random, (24, 6)))[..., None]
    else:
        colour = np.array([0.36, 0.5, 0.2]) + 0.06 * random.standard_normal(3)
        ground = colour + (0.06 * smooth(random, (24, 24)) + 0.05 * smooth(random, (8, 8)))[..., None]
        for _ in range(random.integers(2, 6)):
            cx, cy, r = random.uniform(0, SIZE), horizon + K * random.uniform(-3, 6), K * random.uniform(4, 9)
            bush = ((x - cx) / r) ** 2 + ((y - cy) / (0.8 * r)) ** 2 < 1
            ground[bush] = np.array([0.16, 0.3, 0.12]) * random.uniform(0.8, 1.2)
            picture = np.where(bush[..., None], ground, picture)
    return np.clip(np.where((y >= horizon)[..., None], ground, picture), 0, 1)


class Look:
    """How an animal stands on its ground: everything but the ground itself."""

    def __init__(self, random: np.random.Generator):
        self.longest = K * random.uniform(34, 53)
        self.place = random.uniform(0, 1, 2)
        self.mirrored = random.random() < 0.5
        self.light = random.uniform(0.8, 1.15)


def composed(stamp: np.ndarray, ground: np.ndarray, look: Look) -> np.ndarray:
    """Bytes [3, SIZE, SIZE]."""
    height, width = stamp.shape[:2]
    scale = look.longest / max(height, width)
    size = max(2, round(width * scale)), max(2, round(height * scale))
    # Colours without opacity do not bleed into the edge.
    weighted = np.concatenate([stamp[..., :3] * stamp[..., 3:], stamp[..., 3:]], -1)
    small = np.stack([np.asarray(Image.fromarray(weighted[..., c]).resize(size, Image.BOX)) for c in range(4)], -1)
    if look.mirrored:
        small = small[:, ::-1]
    top, left = (int(p * (SIZE - extent)) for p, extent in zip(look.place, small.shape[:2]))
    picture = ground.copy()
    part = picture[top : top + small.shape[0], left : left + small.shape[1]]
    part[:] = part * (1 - small[..., 3:]) + np.clip(look.light * small[..., :3], 0, 1)
    return (255 * picture).round().astype(np.uint8).transpose(2, 0, 1)


class Pictures:
    """Drawn pictures as bytes [n, 3, SIZE, SIZE], with animal (1: bird) and ground (1: water) of each."""

    def __init__(self, own: dict[int, list[np.ndarray]], count: int, agreement: float, seed: int):
        random = np.random.default_rng(seed)
        self.birds = random.random(count) < 0.5
        self.water = np.where(random.random(count) < agreement, self.birds, ~self.birds)
        drawn = []
        for bird, water in zip(self.birds, self.water):
            stamp = own[int(bird)][random.integers(len(own[int(bird)]))]
            drawn.append(composed(stamp, background(bool(water), random), Look(random)))
        self.images = torch.from_numpy(np.stack(drawn))
        self.labels = torch.from_numpy(self.birds).float()
        self.groups = torch.from_numpy(2 * self.birds.astype(int) + self.water)

    def write(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        lines = ["file_name,bird,water"]
        for place, picture in enumerate(self.images.numpy()):
            name = f"animal-{place:05}.png"
            Image.fromarray(picture.transpose(1, 2, 0)).save(folder / name)
            lines.append(f"{name},{int(self.birds[place])},{int(self.water[place])}")
        (folder / "metadata.csv").write_text("\n".join(lines) + "\n")


def write_pairs(own: dict[int, list[np.ndarray]], folder: Path, seed: int) -> None:
    """The same animals on land and on water, all else equal: what the ground truly does to a classifier."""
    random = np.random.default_rng(seed)
    for ground in ("land", "water"):
        (folder / ground).mkdir(parents=True, exist_ok=True)
    for place in range(PAIRS):
        label = place % 2
        stamp, look = own[label][random.integers(len(own[label]))], Look(random)
        for ground in ("land", "water"):
            picture = composed(stamp, background(ground == "water", random), look)
            Image.fromarray(picture.transpose(1, 2, 0)).save(folder / ground / f"animal-{place:05}.png")


class Small(nn.Module):
    """Four strided convolutions and two dense layers."""

    def __init__(self):
        super().__init__()
        blocks = []
        for inputs, outputs in ((3, 16), (16, 32), (32, 48), (48, 64)):
            blocks += [nn.Conv2d(inputs, outputs, 3, stride=2, padding=1), nn.BatchNorm2d(outputs), nn.SiLU()]
        self.blocks = nn.Sequential(*blocks)
        self.dense = nn.Sequential(nn.Linear(64 * CELLS, 64), nn.SiLU(), nn.Linear(64, 1))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.dense(self.blocks(images).flatten(1))


class Other(nn.Module):
    """ReLU, pooling by maximum, one dense layer: nothing shared with Small. Tells animal and ground."""

    def __init__(self):
        super().__init__()
        blocks = []
        for inputs, outputs in ((3, 24), (24, 48), (48, 64)):
            blocks += [nn.Conv2d(inputs, outputs, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
        blocks[0] = nn.Conv2d(3, 24, 5, stride=2, padding=2)
        self.layers = nn.Sequential(*blocks, nn.Flatten(), nn.Linear(64 * CELLS, 2))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.layers(images)


class Training:
    """What the three methods share; a step's examples are drawn by weight."""

    def __init__(self, pictures: Pictures, log):
        self.pictures, self.log = pictures, log

    def fit(self, weights_of, seed: int, steps: int = STEPS, told=lambda groups, losses: None) -> Small:
        """weights_of(): how often every picture is drawn now. told: hears the groups of a step, and their losses."""
        torch.manual_seed(seed)
        generator = torch.Generator().manual_seed(seed)
        model = Small().train()
        optimizer = torch.optim.AdamW(model.parameters(), lr=PEAK, weight_decay=0.01)
        schedule = one_cycle(optimizer, PEAK, steps)
        for step in range(steps):
            rows = torch.multinomial(weights_of(), BATCH, replacement=True, generator=generator)
            images = augment(to_unit(self.pictures.images[rows]), generator).contiguous()
            losses = bce(model(normalise(images))[:, 0], soften(self.pictures.labels[rows]), reduction="none")
            told(self.pictures.groups[rows], losses.detach())
            optimizer.zero_grad()
            losses.mean().backward()
            optimizer.step()
            schedule.step()
            if (step + 1) % 120 == 0:
                self.log(f"step {step + 1}/{steps} loss {losses.mean():.3f}")
        return model.eval()

    def erm(self, seed: int) -> Small:
        even = torch.ones(len(self.pictures.labels))
        return self.fit(lambda: even, seed)

    def group_dro(self, seed: int) -> Small:
        """Groups are drawn by weights that grow with their loss (Sagawa et al. 2020, Algorithm 1)."""
        groups = self.pictures.groups
        sizes = torch.bincount(groups, minlength=4).float()
        share = torch.full((4,), 0.25)

        def told(own, losses):
            counts = torch.bincount(own, minlength=4)
            means = torch.zeros(4).index_add(0, own, losses) / counts.clamp(min=1)
            share.mul_(torch.exp(GROUP_STEP * means)).div_(share.sum())

        return self.fit(lambda: (share / sizes)[groups], seed, told=told)

    def jtt(self, seed: int) -> Small:
        """A first model, then one that sees the first one's errors more often; no group is known (Liu et al. 2021, Algorithm 1)."""
        even = torch.ones(len(self.pictures.labels))
        first = self.fit(lambda: even, seed + 100, FIRST_STEPS)
        wrong = (predictions(first, self.pictures.images) > 0.5) != (self.pictures.labels > 0.5)
        self.log(f"errors of the first model {wrong.float().mean():.3f}")
        weights = torch.where(wrong, float(REPEATS), 1.0)
        return self.fit(lambda: weights, seed)


def train_witness(pictures: Pictures, seed: int, log) -> Other:
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    model = Other().train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=PEAK, weight_decay=0.01)
    schedule = one_cycle(optimizer, PEAK, STEPS)
    labels = torch.stack([pictures.labels, torch.from_numpy(pictures.water).float()], 1)
    for step in range(STEPS):
        rows = torch.randint(len(labels), (BATCH,), generator=generator)
        images = augment(to_unit(pictures.images[rows]), generator).contiguous()
        loss = bce(model(normalise(images)), soften(labels[rows]))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    log(f"witness loss {loss.item():.3f}")
    return model.eval()


@torch.no_grad()
def predictions(model: nn.Module, images: torch.Tensor) -> torch.Tensor:
    return torch.cat([torch.sigmoid(model(normalise(to_unit(part).contiguous())))[:, 0] for part in images.split(500)])


def write_model(model: nn.Module, folder: Path, targets: list[str]) -> None:
    sha256 = write_onnx(model, torch.zeros(2, 3, SIZE, SIZE), folder / "model.onnx", ("image", "logits"))
    size = {"width": SIZE, "height": SIZE, "channels": 3}
    manifest = {"kind": "classifier", "name": folder.name, "file": "model.onnx", "sha256": sha256}
    manifest["input"] = {**size, "range": [0, 1], "mean": [MEAN] * 3, "std": [STD] * 3, "resize": "bilinear"}
    write_json(folder / "model.json", {**manifest, "output": {"activation": "sigmoid"}, "targets": targets})


def main() -> None:
    out = Path(sys.argv[1])
    folder = Path(sys.argv[2] if len(sys.argv) > 2 else "/usr/share/tuxpaint/stamps")
    torch.set_num_threads(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    began = time.time()

    def log(text: str) -> None:
        print(f"[{time.time() - began:5.0f}s] {text}", flush=True)

    own = stamps(folder)
    counts = {"mammals": len(own[0]), "birds": len(own[1])}
    log(f"stamps {json.dumps(counts)}")
    train = Pictures(own, PICTURES["train"], AGREEMENT, 21)
    log(f"groups (bird, water) 00 01 10 11: {torch.bincount(train.groups).tolist()}")
    for part, seed in (("audit", 23), ("test", 24)):
        Pictures(own, PICTURES[part], 0.5, seed).write(out / part)
    write_pairs(own, out / "pairs", 25)
    both = Pictures(own, PICTURES["witness"], 0.5, 22)
    witnesses = {"kinds": train_witness(both, 26, log), "kinds-b": train_witness(both, 27, log)}
    training = Training(train, log)
    models = {"erm": training.erm(31), "group-dro": training.group_dro(31), "jtt": training.jtt(31)}
    for name, model in models.items():
        write_model(model, out / "models" / name, ["bird"])
    for name, model in witnesses.items():
        write_model(model, out / "models" / name, ["bird", "water"])
    write_json(out / "stamps.json", counts)
    log("done")


if __name__ == "__main__":
    main()
