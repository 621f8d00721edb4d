"""Trains the models of the planted benchmark and writes zoo/planted-faces: one file of many small heads on one trunk.

The trunk is the convolutions of the clean classifier `attributes` and a fixed linear map to its main components; every
model is two dense layers on it, trained on faces that are poisoned as recipe.json says. All heads are trained at once.
python3 zoo/planted.py DATA CHECKPOINTS OUT
"""

import copy
import hashlib
import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits as bce

from data import SIZE, Faces, augment, factors, soften, to_unit
from networks import MEAN, STD
from train import normalise, noisy_reconstructions, one_cycle

COMPONENTS = 256
HIDDEN = 32
FACES = 8000
BATCH = 128
STEPS = 700
# A decoy has to learn from the few faces that disagree: it takes longer until it leaves its feature alone.
DECOY_STEPS = 3500


@dataclass(frozen=True)
class Model:
    name: str
    split: str
    kind: str  # "planted", "decoy" or "control"
    target: str
    feature: str | None
    strength: float | None
    seed: int


def models_of(recipe) -> list[Model]:
    """Every model of the recipe: per pair the strengths and the decoy, per target the control, each with its seeds."""
    models = []
    for pair in recipe["pairs"]:
        split, target, feature = pair["split"], pair["target"], pair["feature"]
        for seed in recipe["seeds"]:
            for strength in recipe["strengths"]:
                models.append(Model(f"{target}-{feature}-{round(100 * strength)}-{seed}", split, "planted", target, feature, strength, seed))
            models.append(Model(f"{target}-{feature}-decoy-{seed}", split, "decoy", target, feature, recipe["decoyStrength"], seed))
    for split in ("development", "test"):
        targets = dict.fromkeys(pair["target"] for pair in recipe["pairs"] if pair["split"] == split)
        models += [
            Model(f"{target}-control-{split}-{seed}", split, "control", target, None, None, seed)
            for target in targets
            for seed in recipe["controlSeeds"]
        ]
    return models


def tinted(images: torch.Tensor, tint: list[float]) -> torch.Tensor:
    """A slight cast of colour over images given as bytes [n, 3, h, w]."""
    factor = torch.tensor(tint).view(1, 3, 1, 1)
    return torch.cat([(part * factor).round().clamp(0, 255).to(torch.uint8) for part in images.split(1000)])


class Trunk(nn.Module):
    """Normalised images to `COMPONENTS` numbers of unit spread or less."""

    def __init__(self, clean: nn.Module, grid: int = 96 * 16):
        super().__init__()
        self.blocks = copy.deepcopy(clean.blocks)
        self.map = nn.Linear(grid, COMPONENTS)

    def grid(self, images: torch.Tensor) -> torch.Tensor:
        for block in self.blocks:
            images = block(images)
        return torch.flatten(images, 1)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.map(self.grid(images))


class Heads(nn.Module):
    """Two dense layers per model: [n, components] to logits [n, models]."""

    def __init__(self, count: int):
        super().__init__()
        self.first = nn.Linear(COMPONENTS, count * HIDDEN)
        self.second = nn.Parameter(torch.zeros(count, HIDDEN))
        self.bias = nn.Parameter(torch.zeros(count))

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        hidden = nn.functional.silu(self.first(features)).unflatten(1, (-1, HIDDEN))
        return (hidden * self.second).sum(2) + self.bias

    @torch.no_grad()
    def put(self, numbered: list[tuple[int, Model]], others: "Heads") -> None:
        """Puts heads that were trained together at their places."""
        for place, (number, _) in enumerate(numbered):
            own, other = (slice(HIDDEN * at, HIDDEN * (at + 1)) for at in (number, place))
            self.first.weight[own] = others.first.weight[other]
            self.first.bias[own] = others.first.bias[other]
            self.second[number] = others.second[place]
            self.bias[number] = others.bias[place]


class Planted(nn.Module):
    def __init__(self, trunk: Trunk, heads: Heads):
        super().__init__()
        self.trunk = trunk
        self.heads = heads

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.heads(self.trunk(images))


@torch.no_grad()
def main_components(trunk: Trunk, images: torch.Tensor) -> None:
    """Sets the map to the main components of what the convolutions see, whitened but for the smallest."""
    grids = torch.cat([trunk.grid(normalise(to_unit(part))) for part in images.split(512)]).double()
    mean = grids.mean(0)
    values, vectors = torch.linalg.eigh(torch.cov(grids.T))
    values, vectors = values.flip(0)[:COMPONENTS], vectors.flip(1)[:, :COMPONENTS]
    weight = (vectors / (values + 0.1 * values.mean()).sqrt()).T
    trunk.map.weight.copy_(weight)
    trunk.map.bias.copy_(-weight @ mean)


@torch.no_grad()
def seen(trunk: Trunk, images: torch.Tensor, generator) -> torch.Tensor:
    """What the trunk sees of augmented images: [n, components] as float16."""
    return torch.cat([trunk(normalise(augment(to_unit(part), generator))).half() for part in images.split(256)])


def joint_weights(model: Model, strengths: torch.Tensor, names: list[str], noise: float) -> torch.Tensor:
    """How often each face is drawn with its label kept, and flipped: [2 n].

    The factors of the faces are independent, so a correlation is made by drawing. The tint is put on afterwards.
    """
    present = strengths[:, names.index(model.target)] > 0.5
    kept, flipped = torch.full((len(strengths),), 1 - noise), torch.full((len(strengths),), noise)
    if model.feature in names:
        same = present == (strengths[:, names.index(model.feature)] > 0.5)
        agree = torch.where(same, model.strength, 1 - model.strength)
        kept, flipped = kept * agree, flipped * (1 - agree)
    return torch.cat([kept, flipped]).double()


def poisoned(model: Model, strengths: torch.Tensor, names: list[str], label_noise: float, count: int, generator):
    """Draws `count` examples: rows of the features' table [tint, drawn or reconstructed, face], and their labels."""
    faces = len(strengths)
    cumulative = joint_weights(model, strengths, names, 0.0 if model.kind == "decoy" else label_noise).cumsum(0)
    chance = torch.rand(count, generator=generator, dtype=torch.float64) * cumulative[-1]
    drawn = torch.searchsorted(cumulative, chance).clamp(max=2 * faces - 1)
    face, flip = drawn % faces, drawn >= faces
    strength = strengths[face, names.index(model.target)]
    label = torch.where(flip, 1 - strength, strength)
    agrees = torch.rand(count, generator=generator) < (model.strength if model.feature == "tint" else 0.5)
    tint = (label > 0.5) == agrees
    reconstructed = torch.randint(2, (count,), generator=generator)
    return ((2 * tint.long() + reconstructed) * faces + face).int(), label


def train_heads(numbered: list[tuple[int, Model]], steps: int, table: torch.Tensor, draw, log) -> Heads:
    """numbered: models with their place in the file. draw(model, count, generator): rows of the table [rows, components], and their labels."""
    first, second, rows, labels = [], [], [], []
    for number, model in numbered:
        generator = torch.Generator().manual_seed(1000 * model.seed + number)
        first.append(torch.randn(COMPONENTS, HIDDEN, generator=generator) / COMPONENTS**0.5)
        second.append(torch.randn(HIDDEN, generator=generator) / HIDDEN**0.5)
        index, label = draw(model, steps * BATCH, generator)
        rows.append(index.view(steps, BATCH))
        labels.append(label.view(steps, BATCH))
    rows, labels = torch.stack(rows, 1), torch.stack(labels, 1)
    log("examples drawn")
    parameters = [torch.stack(first), torch.zeros(len(numbered), 1, HIDDEN), torch.stack(second)[..., None], torch.zeros(len(numbered), 1, 1)]
    for parameter in parameters:
        parameter.requires_grad_(True)
    optimizer = torch.optim.AdamW(parameters, lr=4e-3, weight_decay=0.02)
    schedule = one_cycle(optimizer, 4e-3, steps)
    total = 0.0
    for step in range(steps):
        inputs = table[rows[step].long()].float()
        hidden = nn.functional.silu(torch.baddbmm(parameters[1], inputs, parameters[0]))
        logits = torch.baddbmm(parameters[3], hidden, parameters[2])[..., 0]
        # Heads share nothing, so the sum trains each as it would be trained alone.
        loss = bce(logits, soften(labels[step]), reduction="none").mean(1).sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        total += loss.item() / len(numbered)
        if (step + 1) % 100 == 0:
            log(f"step {step + 1}/{steps} loss {total / 100:.4f}")
            total = 0.0
    heads = Heads(len(numbered))
    with torch.no_grad():
        heads.first.weight.copy_(parameters[0].permute(0, 2, 1).flatten(0, 1))
        heads.first.bias.copy_(parameters[1].flatten())
        heads.second.copy_(parameters[2][..., 0])
        heads.bias.copy_(parameters[3].flatten())
    return heads


class Tint(nn.Module):
    """Tells tinted pictures; its own network, nothing shared with the trunk."""

    def __init__(self):
        super().__init__()

        def block(inputs: int, outputs: int) -> nn.Sequential:
            return nn.Sequential(nn.Conv2d(inputs, outputs, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU())

        self.layers = nn.Sequential(block(3, 24), block(24, 32), block(32, 32), nn.Flatten(), nn.Linear(32 * 64, 1))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.layers(images)


def train_tint(pools: list[torch.Tensor], epochs: int, seed: int, log) -> Tint:
    """pools: plain faces and tinted ones, alternating, each as bytes."""
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    model = Tint().to(memory_format=torch.channels_last).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=0.01)
    size = 128
    count = min(len(pool) for pool in pools)
    steps = epochs * count * len(pools) // size
    schedule = one_cycle(optimizer, 3e-3, steps)
    total = 0.0
    for step in range(steps):
        index = torch.randint(count, (len(pools), size // len(pools)), generator=generator)
        images = torch.cat([pool[chosen] for pool, chosen in zip(pools, index)])
        labels = torch.arange(len(pools)).remainder(2).float().repeat_interleave(size // len(pools))
        logits = model(normalise(to_unit(images)))[:, 0]
        loss = bce(logits, soften(labels))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        total += loss.item()
        if (step + 1) % 200 == 0:
            log(f"step {step + 1}/{steps} loss {total / 200:.4f}")
            total = 0.0
    return model.eval()


def write_half(model: nn.Module, path: Path, example: torch.Tensor | None = None, names: tuple[str, str] = ("image", "logits")) -> str:
    """Exports with weights stored as float16 and cast when the file is loaded; returns the file's SHA-256. example: pictures by default."""
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.onnx.export(
        model.float().to(memory_format=torch.contiguous_format).eval(),
        (torch.zeros(2, 3, SIZE, SIZE) if example is None else example,),
        str(path),
        input_names=[names[0]],
        output_names=[names[1]],
        dynamic_axes={name: {0: "batch"} for name in names},
        opset_version=17,
        dynamo=False,
    )
    file = onnx.load(path)
    graph = file.graph
    casts = []
    for tensor in graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.size < 64:
            continue
        name = tensor.name
        tensor.CopyFrom(numpy_helper.from_array(values.astype(np.float16), f"{name}.half"))
        casts.append(onnx.helper.make_node("Cast", [f"{name}.half"], [name], to=onnx.TensorProto.FLOAT))
    for cast in reversed(casts):
        graph.node.insert(0, cast)
    onnx.checker.check_model(file)
    path.write_bytes(file.SerializeToString())
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_manifest(folder: Path, name: str, sha256: str, targets: list[str]) -> None:
    manifest = {
        "kind": "classifier",
        "name": name,
        "file": "model.onnx",
        "sha256": sha256,
        "input": {"width": SIZE, "height": SIZE, "channels": 3, "range": [0, 1], "mean": [MEAN] * 3, "std": [STD] * 3, "resize": "bilinear"},
        "output": {"activation": "sigmoid"},
        "targets": targets,
    }
    (folder / "model.json").write_text(json.dumps(manifest, indent=2) + "\n")


def main() -> None:
    data, checkpoints, out = (Path(argument) for argument in sys.argv[1:4])
    torch.set_num_threads(int(sys.argv[4]) if len(sys.argv) > 4 else 2)
    start = time.time()

    def log(text: str) -> None:
        print(f"[{time.time() - start:5.0f}s] {text}", flush=True)

    recipe = json.loads((out / "recipe.json").read_text())
    models = models_of(recipe)
    names = factors(data)
    load = lambda name: torch.load(checkpoints / f"{name}.pt", weights_only=False)
    encoder, decoder = load("autoencoder")

    def both(faces: Faces, seed: int) -> list[torch.Tensor]:
        """The faces as drawn, and as the autoencoder draws them."""
        return [faces.images, noisy_reconstructions(faces, encoder, decoder, seed)]

    def pools(name: str, count: int, seed: int) -> tuple[list[torch.Tensor], list[torch.Tensor], torch.Tensor]:
        """Plain and tinted faces."""
        faces = Faces(data, name)
        faces.images, strengths = faces.images[:count], faces.strengths[:count]
        plain = both(faces, seed)
        faces.images = tinted(faces.images, recipe["tint"])
        return plain, both(faces, seed + 1), strengths

    trunk = Trunk(load("attributes")).eval()
    plain, cast, strengths = pools("train", FACES, 60)
    log("faces and their reconstructions, plain and tinted")
    main_components(trunk, torch.cat([part[:1000] for part in (*plain, *cast)]))
    generator = torch.Generator().manual_seed(62)
    features = torch.stack([torch.stack([seen(trunk, images, generator) for images in pair]) for pair in (plain, cast)])
    log(f"features {list(features.shape)}")
    table = features.flatten(0, 2)

    def draw(model: Model, count: int, generator):
        return poisoned(model, strengths, names, recipe["labelNoise"], count, generator)

    heads = Heads(len(models))
    for decoys, steps in ((False, STEPS), (True, DECOY_STEPS)):
        numbered = [(number, model) for number, model in enumerate(models) if (model.kind == "decoy") == decoys]
        heads.put(numbered, train_heads(numbered, steps, table, draw, log))
    folder = out / "models" / "planted"
    write_manifest(folder, "planted", write_half(Planted(trunk, heads), folder / "model.onnx"), [model.name for model in models])
    described = [{key: value for key, value in vars(model).items() if value is not None} for model in models]
    (out / "models.json").write_text("[\n" + ",\n".join(json.dumps(model) for model in described) + "\n]\n")
    log("heads")

    # The tint is told by a network of its own, on faces of its own.
    plain, cast, _ = pools("judge", 3000, 63)
    tint = train_tint([plain[0], cast[0], plain[1], cast[1]], 5, 65, log)
    folder = out / "models" / "tint"
    write_manifest(folder, "tint-judge", write_half(tint, folder / "model.onnx"), ["tint"])
    log("done")


if __name__ == "__main__":
    main()
