"""The ONNX project's own backend test cases of single operators, as one file, for scripts/parity/operator-parity.ts.

    /usr/bin/python3 zoo/parity/operators.py OUT.jsonl

One JSON object a line: name, operators, model and tensors in base64. Only onnx is needed. Cases whose values are no plain
tensors (sequences, optionals, strings) are kept with the reason, so that nothing goes missing silently.
"""

import base64
import json
import sys

import numpy as np
import onnx
from onnx.backend.test.case.node import collect_testcases

PLAIN = {"float32", "float64", "float16", "int64", "int32", "int16", "int8", "uint64", "uint32", "uint16", "uint8", "bool"}


def tensor(value):
    if not isinstance(value, (np.ndarray, np.generic)):
        return None
    array = np.ascontiguousarray(value)
    array = array.reshape(np.shape(value))
    if array.dtype.name not in PLAIN:
        return None
    return {"type": array.dtype.name, "dims": list(array.shape), "data": base64.b64encode(array.tobytes()).decode()}


def main() -> None:
    with open(sys.argv[1], "w") as out:
        for case in collect_testcases(None):
            graph = case.model.graph
            # A case and its expansion into more basic operators count apart; the expansion is another graph to differentiate.
            record = {"name": case.name, "operators": [node.op_type for node in graph.node], "domains": [node.domain for node in graph.node]}
            inputs, outputs = case.data_sets[0]
            values = [tensor(value) for value in [*inputs, *outputs]]
            stated = [value.type.tensor_type.elem_type for value in [*graph.input, *graph.output]]
            if any(value is None for value in values):
                record["skipped"] = "values are no plain tensors"
            elif any(onnx.helper.np_dtype_to_tensor_dtype(np.dtype(value["type"])) != kind for value, kind in zip(values, stated)):
                record["skipped"] = "NumPy has no such element type"
            else:
                record["model"] = base64.b64encode(case.model.SerializeToString()).decode()
                record["inputs"] = dict(zip([value.name for value in graph.input], values[: len(inputs)]))
                record["outputs"] = dict(zip([value.name for value in graph.output], values[len(inputs) :]))
            out.write(json.dumps(record) + "\n")


if __name__ == "__main__":
    main()
