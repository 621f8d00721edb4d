#!/bin/sh
# Draws the training faces, trains every model of the built-in world and writes zoo/cartoon-faces.
# Needs python3 with torch, onnx and numpy. A stage that finished is skipped; delete .tmp/zoo to start over.
set -eu
cd "$(dirname "$0")/.."
work=.tmp/zoo
python=${PYTHON:-python3}
[ -e "$work/factors.json" ] || node --conditions=source --import tsx zoo/draw-data.ts "$work"
"$python" zoo/train.py "$work" "$work/checkpoints"
"$python" zoo/measure.py "$work" "$work/checkpoints"
"$python" zoo/export.py "$work" "$work/checkpoints" zoo/cartoon-faces
