"""Measures the checkpoints early, with a plain latent shift in PyTorch on faces drawn with another seed.

The published figures are measured with cfalign itself; this tells whether a training run is worth exporting.
python3 zoo/measure.py DATA CHECKPOINTS [IMAGES]
"""

import os
import sys
from pathlib import Path

import torch

from data import Faces, factors, to_unit
from networks import MEAN, STD
from train import PLANTED

DROP, STEPS = 0.6, 28
LIMIT = float(os.environ.get("LIMIT", "14"))
FLIPPING = ["smiling", "eyeglasses", "lipstick", "big_nose", "mouth_open", "rosy_cheeks", "narrow_eyes"]


class Zoo:
    def __init__(self, data: Path, checkpoints: Path):
        self.names = factors(data)
        load = lambda name: torch.load(checkpoints / f"{name}.pt", weights_only=False).eval()
        self.encoder, self.decoder = (model.eval() for model in torch.load(checkpoints / "autoencoder.pt", weights_only=False))
        self.attributes = load("attributes")
        self.judge = load("attributes-b") if (checkpoints / "attributes-b.pt").exists() else None
        self.planted = {name: load(name) for name, *_ in PLANTED if (checkpoints / f"{name}.pt").exists()}

    def decode(self, latent):
        return ((self.decoder(latent) + 1) / 2).clamp(0, 1)

    def factor(self, name: str):
        column = self.names.index(name)
        return lambda unit: torch.sigmoid(self.attributes((unit - MEAN) / STD)[:, column])

    def model(self, name: str):
        return lambda unit: torch.sigmoid(self.planted[name]((unit - MEAN) / STD)[:, 0])

    def all(self, unit, model=None):
        return torch.sigmoid((model or self.attributes)((unit - MEAN) / STD))


def shift(zoo: Zoo, base, latents):
    """Along the gradient until the prediction fell by DROP, or rises, or LIMIT: shifted latents and what was reached."""
    z = latents.clone().requires_grad_(True)
    before = base(zoo.decode(z))
    (gradient,) = torch.autograd.grad(torch.logit(before.double().clamp(1e-9, 1 - 1e-9)).sum(), z)
    direction = -gradient / gradient.norm(dim=1, keepdim=True)
    with torch.no_grad():
        at = lambda t: base(zoo.decode(latents + t[:, None] * direction))
        before = before.detach()
        low = torch.zeros(len(latents))
        best, high = before.clone(), torch.full_like(before, float("nan"))
        stopped = torch.zeros(len(latents), dtype=torch.bool)
        for step in range(1, STEPS + 1):
            t = torch.full_like(before, LIMIT * step / STEPS)
            value = at(t)
            reached = ~stopped & (before - value >= DROP)
            high = torch.where(reached, t, high)
            rises = ~stopped & ~reached & (value > best)
            stopped |= reached | rises
            low = torch.where(stopped, low, t)
            best = torch.where(stopped, best, value)
            if stopped.all():
                break
        found = ~high.isnan()
        a, b = low.clone(), torch.where(found, high, low)
        for _ in range(6):
            middle = (a + b) / 2
            enough = before - at(middle) >= DROP
            a, b = torch.where(enough, a, middle), torch.where(enough, middle, b)
        t = torch.where(found, b, low)
        return latents + t[:, None] * direction, found


def main() -> None:
    torch.manual_seed(0)
    data, checkpoints = Path(sys.argv[1]), Path(sys.argv[2])
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 300
    zoo = Zoo(data, checkpoints)
    names = zoo.names
    faces = Faces(data, "test")
    labels = faces.strengths > 0.5

    with torch.no_grad():
        clean, kept, judged, changes, error = [], [], [], [], []
        latents = []
        for start in range(0, len(faces), 250):
            unit = to_unit(faces.images[start : start + 250])
            latent = zoo.encoder(unit * 2 - 1)
            again = zoo.decode(latent)
            latents.append(latent)
            p, q = zoo.all(unit), zoo.all(again)
            clean.append(((p > 0.5) == labels[start : start + 250]).float())
            kept.append(((p > 0.5) == (q > 0.5)).float())
            changes.append((p - q).abs())
            error.append(((unit - again) ** 2).mean((1, 2, 3)))
            if zoo.judge:
                judged.append(((zoo.all(unit, zoo.judge) > 0.5) == labels[start : start + 250]).float())

    def spread(title, parts):
        values = torch.cat(parts).mean(0)
        order = values.argsort()[:4].tolist()
        print(f"{title}: mean {values.mean():.4f}, worst " + ", ".join(f"{names[i]} {values[i]:.3f}" for i in order))

    spread("accuracy attributes", clean)
    if judged:
        spread("accuracy attributes-b", judged)
    spread("reconstruction audit", kept)
    print(f"mean |change| {torch.cat(changes).mean():.4f}, PSNR {(-10 * torch.log10(torch.cat(error))).mean():.1f} dB")
    latents = torch.cat(latents)[:count]
    pairs = torch.cdist(latents, latents)
    print(f"latents: norm {latents.norm(dim=1).median():.2f}, median distance {pairs[pairs > 0].median():.2f}, limit {LIMIT}")

    with torch.no_grad():
        original = zoo.all(zoo.decode(latents))

    def audit(title, base, own, positive=None):
        """Flips and relative changes of one base; `own` is the factor it claims to see."""
        with torch.no_grad():
            start = base(zoo.decode(latents))
            chosen = (start if positive is None else positive(zoo.decode(latents))) >= 0.5
        moved, found = shift(zoo, base, latents[chosen])
        with torch.no_grad():
            image = zoo.decode(moved)
            change = start[chosen] - base(image)
            after = zoo.all(image)
            before = original[chosen]
            used = change > 0.3
            rc = (after - before) / -change[:, None]
            mean = rc[used].mean(0)
            present = (before >= 0.5) & used[:, None]
            strong = (rc.nan_to_num() * present).sum(0) / present.sum(0).clamp(min=1)
            column = names.index(own)
            judge = float("nan")
            fraction = float("nan")
            if zoo.judge and used.any():
                first = zoo.all(zoo.decode(latents[chosen][found]), zoo.judge)[:, column]
                second = zoo.all(image[found], zoo.judge)[:, column]
                judge = (second < 0.5)[first >= 0.5].float().mean().item()
                fraction = ((first - second) / change[found]).mean().item()
        top = sorted(range(len(names)), key=lambda i: -abs(strong[i]))[:5]
        print(
            f"{title}: {chosen.sum()} positive, reached {found.float().mean():.3f}, used {used.sum()}, judge flips {judge:.2f} rc {fraction:.2f} | present "
            + ", ".join(f"{names[i]} {strong[i]:.3f} ({int(present[:, i].sum())})" for i in top)
        )
        return mean, strong, found.float().mean().item(), judge

    means, strongs = [], []
    reached = {}
    for name in names:
        mean, strong, share, judge = audit(name, zoo.factor(name), name)
        means.append(mean)
        strongs.append(strong)
        reached[name] = (share, judge)
    off = ~torch.eye(len(names), dtype=torch.bool)
    for title, matrix in (("mean", torch.stack(means)), ("present", torch.stack(strongs))):
        values = matrix[off].abs()
        rows, columns = torch.nonzero(off, as_tuple=True)
        worst = values.argsort(descending=True)[:5].tolist()
        print(
            f"clean off-diagonal |{title}|: mean {values.mean():.4f}, largest "
            + ", ".join(f"{names[rows[i]]}->{names[columns[i]]} {values[i]:.3f}" for i in worst)
        )
    print("flips: " + ", ".join(f"{name} {reached[name][0]:.3f} (judge {reached[name][1]:.2f})" for name in FLIPPING))
    for name, target, feature, _ in PLANTED:
        if name in zoo.planted:
            _, strong, _, _ = audit(name, zoo.model(name), target)
            print(f"    {name} -> {feature}: {strong[names.index(feature)]:.3f}, clean {strongs[names.index(target)][names.index(feature)]:.3f}")
    smiling, arched = zoo.factor("smiling"), zoo.factor("arched_eyebrows")

    def both(unit):
        return smiling(unit) + 0.3 * arched(unit)

    # The search works on a probability, so the sum is scaled by its highest value and the drop stays in its own units.
    z = audit_sum(zoo, both, smiling, latents)
    print(f"smiling + 0.3*arched_eyebrows -> arched_eyebrows: {z[0]:.3f} (present), {z[1]:.3f} (mean)")


def audit_sum(zoo, base, positive, latents):
    with torch.no_grad():
        chosen = positive(zoo.decode(latents)) >= 0.5
    latents = latents[chosen]
    scaled = lambda unit: base(unit) / 1.3
    with torch.no_grad():
        start = base(zoo.decode(latents))
    moved, _ = shift(zoo, scaled, latents)
    with torch.no_grad():
        change = start - base(zoo.decode(moved))
        before = zoo.factor("arched_eyebrows")(zoo.decode(latents))
        rc = (before - zoo.factor("arched_eyebrows")(zoo.decode(moved))) / change
        used = change > 0.3
        return rc[used & (before >= 0.5)].mean().item(), rc[used].mean().item()


if __name__ == "__main__":
    main()
