"""Checks the files of scripts/parity/gradient-files.ts outside of cfalign: python zoo/check_gradient_files.py FOLDER

Each file passes onnx.checker with shape inference, holds standard operators only, and gives in onnxruntime's Python build
the numbers of its Node build. The gradient of `vjp` files is compared with a central difference of the model itself.
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime


def run(path, feeds):
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    wanted = {value.name for value in session.get_inputs()}
    names = [value.name for value in session.get_outputs()]
    return dict(zip(names, session.run(None, {name: feeds[name] for name in wanted})))


def difference(case, feeds):
    """|⟨g, u⟩ − (s(x + hu) − s(x − hu)) / 2h| / |⟨g, u⟩| with s = ct · score, u along the gradient; the best of three steps."""
    wrt, score = case["wrt"], case["score"]
    gradient = run(case["path"], feeds)[f"grad:{wrt}"].astype(np.float64)
    direction = gradient / np.linalg.norm(gradient)
    slope = np.linalg.norm(gradient)

    def at(step):
        moved = {**feeds, wrt: (feeds[wrt] + step * direction).astype(np.float32)}
        return np.sum(run(case["path"], moved)[score].astype(np.float64) * feeds[f"ct:{score}"])

    return min(abs((at(h) - at(-h)) / (2 * h) - slope) / slope for h in (1e-2, 3e-3, 1e-3))


def main(folder):
    cases = json.loads((folder / "cases.json").read_text())
    worst = {"Node": 0.0, "difference": 0.0}
    for case in cases:
        case["path"] = folder / case["file"]
        onnx.checker.check_model(str(case["path"]), full_check=True)
        model = onnx.load(str(case["path"]), load_external_data=False)
        foreign = {node.op_type for node in model.graph.node if node.domain not in ("", "ai.onnx")}
        assert not foreign, f"{case['file']}: {foreign}"
        feeds = {name: np.array(t["data"], np.float32).reshape(t["dims"]) for name, t in case["feeds"].items()}
        found = run(case["path"], feeds)
        assert set(found) == set(case["outputs"]), f"{case['file']}: {sorted(found)}"
        for name, tensor in case["outputs"].items():
            expected = np.array(tensor["data"]).reshape(tensor["dims"])
            error = np.abs(found[name] - expected).max() / max(np.abs(expected).max(), 1e-30)
            assert error < 1e-5, f"{case['file']}: {name} differs by {error:.1e}"
            worst["Node"] = max(worst["Node"], error)
        if case["method"] == "vjp":
            error = difference(case, feeds)
            assert error < 5e-3, f"{case['file']}: the gradient differs from a central difference by {error:.1e}"
            worst["difference"] = max(worst["difference"], error)
    print(
        f"onnx {onnx.__version__}, onnxruntime {onnxruntime.__version__}: {len(cases)} files pass the checker; "
        f"largest relative difference from Node {worst['Node']:.1e}, from a central difference {worst['difference']:.1e}"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
