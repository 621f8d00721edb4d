"""Checks the file of scripts/measure/measure-large-file.ts outside of cfalign: python zoo/check_large_file.py FOLDER SIZES

It passes onnx.checker; the gradients of onnxruntime's Node build (grad.raw) and of its Python build are compared with
numpy's in float64, from the weights of the model itself. SIZES: the layers' sizes as JSON. Prints JSON.
"""

import json
import resource
import sys
import time
from pathlib import Path

import numpy as np
import onnx
import onnxruntime


def reference(folder, sizes, x, ct):
    """∂(ct·y)/∂x of a ReLU network whose matrices follow each other in model.data."""
    data = np.memmap(folder / "model.data", np.float32, "r")
    offset, matrices = 0, []
    for rows, columns in zip(sizes, sizes[1:]):
        matrices.append(data[offset : offset + rows * columns].reshape(rows, columns))
        offset += rows * columns
    value, masks = x.astype(np.float64), []
    for index, matrix in enumerate(matrices):
        value = value @ matrix.astype(np.float64)
        if index < len(matrices) - 1:
            masks.append(value > 0)
            value = value * masks[-1]
    gradient = ct.astype(np.float64)
    for matrix, mask in zip(reversed(matrices), [None, *reversed(masks)]):
        gradient = gradient if mask is None else gradient * mask
        gradient = gradient @ matrix.astype(np.float64).T
    return gradient


def main(folder, sizes):
    path = str(folder / "grad.onnx")
    x, ct, node = (np.fromfile(folder / f"{name}.raw", np.float32)[None] for name in ("x", "ct", "grad"))
    start = time.perf_counter()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    cotangent = next(value.name for value in session.get_inputs() if value.name != "x")
    (python,) = session.run(["grad:x"], {"x": x, cotangent: ct})
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    onnx.checker.check_model(path)
    expected = reference(folder, sizes, x, ct)
    error = lambda found: float(np.linalg.norm(found - expected) / np.linalg.norm(expected))
    print(json.dumps({"seconds": seconds, "bytes": peak, "version": onnxruntime.__version__, "node": error(node), "python": error(python)}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), json.loads(sys.argv[2]))
