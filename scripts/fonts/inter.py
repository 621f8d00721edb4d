"""Makes the fonts of figures in fonts/ from the package of the report's own font: one TrueType file per weight.

    apt-get install python3-fonttools python3-brotli
    /usr/bin/python3 scripts/fonts/inter.py

A figure's file can hold only plain TrueType fonts of one weight; the package has compressed ones of all weights, cut up by script.
"""

import os
import tempfile

from fontTools.merge import Merger
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

PACKAGE = "node_modules/@fontsource-variable/inter"
SCRIPTS = ["latin", "latin-ext", "greek", "cyrillic"]
WEIGHTS = {"Regular": 400, "SemiBold": 600}


def instance(script, weight, folder):
    font = TTFont(f"{PACKAGE}/files/inter-{script}-wght-normal.woff2")
    instantiateVariableFont(font, {"wght": weight}, inplace=True)
    font.flavor = None
    # Ligatures and alternates are in other tables than figures need; two scripts' features do not merge.
    for table in ["GSUB", "GPOS", "GDEF", "STAT", "HVAR", "MVAR", "avar"]:
        if table in font:
            del font[table]
    path = os.path.join(folder, f"{script}.ttf")
    font.save(path)
    return path


for name, weight in WEIGHTS.items():
    with tempfile.TemporaryDirectory() as folder:
        merged = Merger().merge([instance(script, weight, folder) for script in SCRIPTS])
    for record in merged["name"].names:
        if record.nameID in (2, 17):
            record.string = name
        elif record.nameID == 4:
            record.string = f"Inter {name}"
        elif record.nameID == 6:
            record.string = f"Inter-{name}"
    merged["OS/2"].usWeightClass = weight
    # The time of making is not part of a font.
    merged.recalcTimestamp = False
    merged["head"].created = merged["head"].modified = 0
    merged.save(f"fonts/Inter-{name}.ttf")
