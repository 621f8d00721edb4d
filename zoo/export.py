"""Writes the trained models as ONNX files with their manifests, and the workspace that names them.

python3 zoo/export.py DATA CHECKPOINTS OUT
"""

import hashlib
import json
import sys
from pathlib import Path

import torch
from torch import nn

from data import SIZE, factors
from networks import LATENT, MEAN, STD
from train import PLANTED

OPSET = 17


def write_json(path: Path, value) -> None:
    path.write_text(json.dumps(value, indent=2) + "\n")


def write_onnx(model: nn.Module, example: torch.Tensor, path: Path, names: tuple[str, str]) -> str:
    """Exports with a free batch axis; returns the file's SHA-256."""
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.onnx.export(
        model.float().to(memory_format=torch.contiguous_format).eval(),
        (example,),
        str(path),
        input_names=[names[0]],
        output_names=[names[1]],
        dynamic_axes={names[0]: {0: "batch"}, names[1]: {0: "batch"}},
        opset_version=OPSET,
        dynamo=False,
    )
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_autoencoder(encoder: nn.Module, decoder: nn.Module, folder: Path) -> None:
    encoder_hash = write_onnx(encoder, torch.zeros(2, 3, SIZE, SIZE), folder / "encoder.onnx", ("image", "latent"))
    decoder_hash = write_onnx(decoder, torch.zeros(2, LATENT), folder / "decoder.onnx", ("latent", "image"))
    write_json(
        folder / "model.json",
        {
            "kind": "autoencoder",
            "name": "autoencoder",
            "encoder": {"file": "encoder.onnx", "sha256": encoder_hash},
            "decoder": {"file": "decoder.onnx", "sha256": decoder_hash},
            "input": {"width": SIZE, "height": SIZE, "channels": 3, "range": [-1, 1], "resize": "bilinear"},
        },
    )


def main() -> None:
    data, checkpoints, out = (Path(argument) for argument in sys.argv[1:4])
    names = factors(data)
    image = torch.zeros(2, 3, SIZE, SIZE)

    def load(name: str):
        return torch.load(checkpoints / f"{name}.pt", weights_only=False)

    write_autoencoder(*load("autoencoder"), out / "models" / "autoencoder")
    size = {"width": SIZE, "height": SIZE, "channels": 3}
    classifiers = [("attributes", names), *((name, [target]) for name, target, _, _ in PLANTED), ("attributes-b", names)]
    for name, targets in classifiers:
        folder = out / "models" / name
        sha256 = write_onnx(load(name), image, folder / "model.onnx", ("image", "logits"))
        write_json(
            folder / "model.json",
            {
                "kind": "classifier",
                "name": name,
                "file": "model.onnx",
                "sha256": sha256,
                "input": {**size, "range": [0, 1], "mean": [MEAN] * 3, "std": [STD] * 3, "resize": "bilinear"},
                "output": {"activation": "sigmoid"},
                "targets": targets,
            },
        )

    write_json(
        out / "cfalign.json",
        {
            "autoencoder": "models/autoencoder/model.json",
            "classifiers": [f"models/{name}/model.json" for name, _ in classifiers[:-1]],
            "judges": ["models/attributes-b/model.json"],
        },
    )


if __name__ == "__main__":
    main()
