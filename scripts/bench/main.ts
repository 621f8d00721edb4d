import { runProcess } from "../../src/cli/run-process.ts";
import { benchCommand } from "./bench-command.ts";

// The command line of a clone: what is installed, and the benchmark.
await runProcess([benchCommand]);
