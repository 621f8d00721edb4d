// A rectification in a process of its own, which a test kills. Arguments: workspace, faces, folder.
import { openWorkspace } from "../../src/models/workspace.ts";
import { rectify } from "../../src/rectify/rectify.ts";
import { repairOptions } from "./repair-options.ts";

const [path = "", faces = "", out = ""] = process.argv.slice(2);
const workspace = await openWorkspace(path, { threads: 1 });
const steps = rectify(faces, { workspace, out, ...repairOptions });
while (!(await steps.next()).done);
await workspace.dispose();
