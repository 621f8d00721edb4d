"""Checks the files of scripts/parity/gradient-files.ts outside of cfalign: python zoo/check_gradient_files.py FOLDER

Each file passes onnx.checker with shape inference, holds standard operators only, and gives in onnxruntime's Python build
the numbers of its Node build. The gradient of `vjp` files is compared with a central difference of the model itself.
Prints what is wrong, then the counts; exits 1 if any file is wrong.
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


def wrong_with(case, worst):
    """What is wrong with a file, or None; `worst` keeps the largest differences."""
    onnx.checker.check_model(str(case["path"]), full_check=True)
    model = onnx.load(str(case["path"]), load_external_data=False)
    foreign = {node.op_type for node in model.graph.node if node.domain not in ("", "ai.onnx")}
    if foreign:
        return f"not standard operators: {sorted(foreign)}"
    feeds = {name: np.array(t["data"], np.float32).reshape(t["dims"]) for name, t in case["feeds"].items()}
    found = run(case["path"], feeds)
    if set(found) != set(case["outputs"]):
        return f"outputs {sorted(found)}, in Node {sorted(case['outputs'])}"
    for name, tensor in case["outputs"].items():
        expected = np.array(tensor["data"]).reshape(tensor["dims"])
        error = np.abs(found[name] - expected).max() / max(np.abs(expected).max(), 1e-30)
        worst["Node"] = max(worst["Node"], error)
        if not error < 1e-5:
            return f"{name} differs from Node by {error:.1e}"
    if case["method"] == "vjp":
        error = difference(case, feeds)
        worst["difference"] = max(worst["difference"], error)
        if not error < 5e-3:
            return f"the gradient differs from a central difference by {error:.1e}"
    return None


def main(folder):
    cases = json.loads((folder / "cases.json").read_text())
    worst = {"Node": 0.0, "difference": 0.0}
    failed = 0
    for case in cases:
        case["path"] = folder / case["file"]
        try:
            wrong = wrong_with(case, worst)
        except Exception as error:  # The checker's and onnxruntime's own.
            wrong = f"{type(error).__name__}: {error}"
        if wrong is not None:
            failed += 1
            print(f"not ok {case['file']}: {wrong}")
    print(
        f"onnx {onnx.__version__}, onnxruntime {onnxruntime.__version__}: "
        f"largest relative difference from Node {worst['Node']:.1e}, from a central difference {worst['difference']:.1e}"
    )
    print(f"{len(cases) - failed} passed, {failed} failed")
    sys.exit(1 if failed or not cases else 0)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
