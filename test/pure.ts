import { syncBuiltinESMExports } from "node:module";

// A pure test computes: whatever it imports, it loads no onnxruntime or database and starts no process (which a browser is).
const refused = (what: string): never => {
  throw new Error(`a pure test ${what}: import what does so at the top of a file, where test/tiers.ts sees it`);
};

const { dlopen } = process;
process.dlopen = (...args: Parameters<typeof dlopen>) =>
  /onnxruntime|duckdb/.test(args[1]) ? refused(`loads "${args[1]}"`) : dlopen(...args);

const children = process.getBuiltinModule("node:child_process");
const starting = ["exec", "execFile", "execFileSync", "execSync", "fork", "spawn", "spawnSync"] as const;
for (const name of starting) Object.assign(children, { [name]: () => refused("starts a process") });
syncBuiltinESMExports();
