"""Exports the networks of the speed comparison: /usr/bin/python3 peers/export.py OUT [NAME ...]"""

import sys
from pathlib import Path

import torch

from speed_networks import NETWORKS, network


def export(model: torch.nn.Module, shape: list[int], path: Path) -> None:
    torch.onnx.export(
        model, (torch.randn([1, *shape]),), str(path), input_names=["input"], output_names=["output"],
        dynamic_axes={"input": {0: "batch"}, "output": {0: "batch"}}, opset_version=17, dynamo=False,
    )


def main() -> None:
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[2:] or NETWORKS:
        export(network(name), NETWORKS[name][1], out / f"{name}.onnx")
        print(name, flush=True)


if __name__ == "__main__":
    main()
