"""Trains a small classifier of the ten kinds of Fashion-MNIST and leaves it as transformers and Optimum would.

/usr/bin/python3 zoo/garment_kinds.py FASHION_MNIST zoo/garment-kinds
"""

import gzip
import json
import sys
from pathlib import Path

import numpy as np
import torch
from torch import nn

SIDE = 28
KINDS = ["t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle-boot"]
PICTURES, EPOCHS, BATCH, PEAK = 10_000, 5, 64, 5e-3
MEAN, STD = 0.5, 0.5


def network() -> nn.Module:
    layers: list[nn.Module] = []
    for inputs, outputs in ((3, 12), (12, 24), (24, 32)):
        layers += [nn.Conv2d(inputs, outputs, 3, stride=2, padding=1), nn.ReLU()]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(32 * 16, len(KINDS)))


def part(folder: Path, name: str) -> tuple[torch.Tensor, torch.Tensor]:
    """Pictures [n, 3, 28, 28] as the processor gives them, and their kinds."""
    raw = np.frombuffer(gzip.open(folder / f"{name}-images-idx3-ubyte.gz").read(), np.uint8, offset=16)
    kinds = np.frombuffer(gzip.open(folder / f"{name}-labels-idx1-ubyte.gz").read(), np.uint8, offset=8)
    grey = torch.from_numpy(raw.reshape(-1, 1, SIDE, SIDE).astype(np.float32) / 255)
    return ((grey - MEAN) / STD).expand(-1, 3, -1, -1), torch.from_numpy(kinds.astype(np.int64))


def main() -> None:
    data, out = Path(sys.argv[1]), Path(sys.argv[2])
    torch.manual_seed(1)
    torch.set_num_threads(1)
    images, kinds = part(data, "train")
    images, kinds = images[:PICTURES], kinds[:PICTURES]
    model = network()
    optimizer = torch.optim.AdamW(model.parameters(), lr=PEAK, weight_decay=0.02)
    count = PICTURES // BATCH
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, PEAK, total_steps=EPOCHS * count)
    for _ in range(EPOCHS):
        for rows in torch.randperm(PICTURES)[: count * BATCH].view(count, BATCH):
            loss = nn.functional.cross_entropy(model(images[rows]), kinds[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    model.eval()
    tests, answers = part(data, "t10k")
    with torch.no_grad():
        right = (model(tests).argmax(1) == answers).float().mean().item()
    print(f"{right:.3f} of the test pictures right, {sum(p.numel() for p in model.parameters())} weights")
    (out / "onnx").mkdir(parents=True, exist_ok=True)
    axes = {0: "batch_size"}
    torch.onnx.export(
        model, (images[:1].contiguous(),), str(out / "onnx" / "model.onnx"), opset_version=17, dynamo=False,
        input_names=["pixel_values"], output_names=["logits"], dynamic_axes={"pixel_values": axes, "logits": axes},
    )
    labels = dict(enumerate(KINDS))
    config = {
        "architectures": ["GarmentForImageClassification"],
        "id2label": labels,
        "label2id": {name: place for place, name in labels.items()},
        "problem_type": "single_label_classification",
    }
    processor = {
        "image_processor_type": "ViTImageProcessor",
        "do_resize": True,
        "size": {"height": SIDE, "width": SIDE},
        "resample": 2,
        "do_rescale": True,
        "rescale_factor": 1 / 255,
        "do_normalize": True,
        "image_mean": [MEAN] * 3,
        "image_std": [STD] * 3,
    }
    for name, content in (("config", config), ("preprocessor_config", processor)):
        (out / f"{name}.json").write_text(json.dumps(content, indent=2) + "\n")


main()
