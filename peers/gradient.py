"""PyTorch's side of scripts/speed/bench-speed.ts: answers lines of JSON until stdin ends.

    /usr/bin/python3 peers/gradient.py NAME THREADS

A request {"pass": "forward" | "gradient", "layout": "nchw" | "channels_last", "input": PATH, "shape": [...], "cotangent": PATH,
"save": PATH?} gives {"ms", "cpu", "peak"}: wall and processor time in milliseconds, and the process's largest resident set
in bytes so far. Inputs and results are raw float32. With "exact": true everything between is computed in float64.
"""

import json
import resource
import sys
import time

import numpy as np
import torch

from speed_networks import NETWORKS, network

FORMATS = {"nchw": torch.contiguous_format, "channels_last": torch.channels_last}


def read(path: str) -> torch.Tensor:
    return torch.from_numpy(np.fromfile(path, dtype=np.float32))


def main() -> None:
    name, threads = sys.argv[1], int(sys.argv[2])
    torch.set_num_threads(threads)
    model = network(name)
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    print(json.dumps({"ready": NETWORKS[name][1]}), flush=True)
    layout = None
    for line in sys.stdin:
        request = json.loads(line)
        if request["layout"] != layout:
            layout = request["layout"]
            model.to(memory_format=FORMATS[layout])
        precision = torch.float64 if request.get("exact") else torch.float32
        model.to(precision)
        x = read(request["input"]).reshape(request["shape"]).to(precision, memory_format=FORMATS[layout])
        wall, cpu = time.perf_counter(), time.process_time()
        if request["pass"] == "forward":
            with torch.inference_mode():
                result = model(x)
        else:
            x.requires_grad_(True)
            output = model(x)
            (result,) = torch.autograd.grad(output, x, read(request["cotangent"]).to(precision).reshape(output.shape))
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        if "save" in request:
            result.contiguous().float().numpy().tofile(request["save"])
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        print(json.dumps({"ms": 1000 * wall, "cpu": 1000 * cpu, "peak": peak}), flush=True)


if __name__ == "__main__":
    main()
