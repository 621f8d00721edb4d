"""PyTorch's side of scripts/measure/measure-training.ts: the same network trained on the same pictures.

    /usr/bin/python3 peers/training.py FOLDER THREADS

FOLDER holds task.json (side, widths, targets, levels, learned, test, rate, decay, batch, steps, shift, colour), pixels.bin (uint8, [n, 3, side,
side]), labels.bin and importance.bin (float32, [n, targets]), numbers.bin (what the network begins with) and probe.bin (numbers whose gradient is asked for).
Writes gradient.bin (float64: the gradient of the probe's loss on the first batch, computed exactly) and prints one line of JSON: seconds
and processor seconds of the quicker of two memory layouts, its logits' AUROC on the test pictures, and the largest resident set in bytes.
"""

import json
import resource
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn


class Witness(nn.Module):
    def __init__(self, widths: list[int], targets: int):
        super().__init__()
        inputs = [3, *widths]
        self.layers = nn.ModuleList(
            nn.ModuleList([nn.Conv2d(inputs[i], width, 3, 2, 1, bias=False), nn.BatchNorm2d(width)])
            for i, width in enumerate(widths)
        )
        self.head = nn.Linear(widths[-1], targets)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for convolution, norm in self.layers:
            x = F.relu(norm(convolution(x)))
        return self.head(x.mean((2, 3)))

    def ordered(self) -> list[nn.Parameter]:
        layers = [p for convolution, norm in self.layers for p in (convolution.weight, norm.weight, norm.bias)]
        return [*layers, self.head.weight, self.head.bias]

    def begin(self, numbers: np.ndarray) -> None:
        offset = 0
        for parameter in self.ordered():
            part = numbers[offset : offset + parameter.numel()]
            parameter.data.copy_(torch.from_numpy(part.copy()).reshape(parameter.shape))
            offset += parameter.numel()


def augmented(x: torch.Tensor, shift: int, colour: float) -> torch.Tensor:
    n, _, side, _ = x.shape
    padded = F.pad(x, (shift,) * 4, mode="replicate")
    corners = torch.randint(0, 2 * shift + 1, (n, 2)).tolist()
    x = torch.stack([padded[i, :, top : top + side, left : left + side] for i, (top, left) in enumerate(corners)])
    factor = 1 + colour * (2 * torch.rand(n, 1, 1, 1) - 1)
    return (x - 0.5) * factor + 0.5 + colour / 2 * (2 * torch.rand(n, 3, 1, 1) - 1)


def loss_of(logits: torch.Tensor, labels: torch.Tensor, importance: torch.Tensor) -> torch.Tensor:
    return (importance * F.binary_cross_entropy_with_logits(logits, labels, reduction="none")).sum()


def auroc(scores: np.ndarray, labels: np.ndarray) -> float:
    ranks = np.empty(len(scores))
    ranks[np.argsort(scores, kind="stable")] = np.arange(1, len(scores) + 1)
    ones = labels == 1
    return (ranks[ones].sum() - ones.sum() * (ones.sum() + 1) / 2) / (ones.sum() * (~ones).sum())


def main() -> None:
    folder, threads = sys.argv[1], int(sys.argv[2])
    torch.set_num_threads(threads)
    with open(f"{folder}/task.json") as file:
        task = json.load(file)
    side, targets, batch = task["side"], len(task["targets"]), task["batch"]
    read = lambda name, kind: np.fromfile(f"{folder}/{name}.bin", dtype=kind)
    pixels = torch.from_numpy(read("pixels", np.uint8)).reshape(-1, 3, side, side)
    labels = torch.from_numpy(read("labels", np.float32)).reshape(-1, targets)
    importance = torch.from_numpy(read("importance", np.float32)).reshape(-1, targets)
    mean, std = (torch.tensor(task["levels"][name]).reshape(1, 3, 1, 1) for name in ("mean", "std"))
    learned, test = torch.tensor(task["learned"]), torch.tensor(task["test"])

    exact = Witness(task["widths"], targets).double()
    exact.begin(read("probe", np.float32))
    first = learned[:batch]
    x = (pixels[first].double() / 255 - mean.double()) / std.double()
    loss_of(exact(x.float().double()), labels[first].double(), importance[first].double()).backward()
    torch.cat([p.grad.flatten() for p in exact.ordered()]).numpy().tofile(f"{folder}/gradient.bin")

    best = None
    for layout in (torch.contiguous_format, torch.channels_last):
        torch.manual_seed(1)
        net = Witness(task["widths"], targets)
        net.begin(read("numbers", np.float32))
        net = net.to(memory_format=layout)
        decaying = [p for p in net.parameters() if p.dim() > 1]
        others = [p for p in net.parameters() if p.dim() == 1]
        groups = [{"params": decaying, "weight_decay": task["decay"]}, {"params": others, "weight_decay": 0.0}]
        optimizer = torch.optim.AdamW(groups, lr=task["rate"])
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimizer, task["rate"], total_steps=task["steps"], pct_start=0.25, cycle_momentum=False
        )
        wall, cpu = time.perf_counter(), time.process_time()
        waiting = torch.empty(0, dtype=torch.int64)
        for _ in range(task["steps"]):
            while len(waiting) < batch:
                waiting = torch.cat([waiting, learned[torch.randperm(len(learned))]])
            chosen, waiting = waiting[:batch], waiting[batch:]
            x = (augmented(pixels[chosen].float() / 255, task["shift"], task["colour"]) - mean) / std
            loss = loss_of(net(x.contiguous(memory_format=layout)), labels[chosen], importance[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        if best is None or cpu < best["cpu"]:
            net.eval()
            with torch.inference_mode():
                logits = torch.cat([net((pixels[part].float() / 255 - mean) / std) for part in test.split(200)])
            found = [auroc(logits[:, k].numpy(), labels[test][:, k].numpy()) for k in range(targets)]
            best = {"seconds": wall, "cpu": cpu, "aurocs": found}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({**best, "peak": peak}))


if __name__ == "__main__":
    main()
