// Runs the pandas program of docs/tables.md on a run and holds its answer against DuckDB's; prints a line per check, then the counts; exits 1
// if any fails. Debian's pandas cannot read Parquet (it has no pyarrow), so that the tables reach it as JSON, which DuckDB makes of the
// Parquet files: everything of the program but the reading itself is run. Needs python3 with pandas.
// Usage: node --conditions=source --import tsx scripts/ci/pandas.ts RUN
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { blocksOf } from "../../test/house/readme.ts";
import { duckdb } from "../../test/results/duckdb.ts";
import { attempt, endChecks } from "./counted-checks.ts";

interface Cell {
  readonly base: string;
  readonly downstream: string;
  readonly mean: number;
  readonly count: number;
}

const run = resolve(process.argv[2] ?? "runs/demo");
const document = readFileSync(join(import.meta.dirname, "../../docs/tables.md"), "utf8");
const program = blocksOf(document).find(({ language }) => language === "python")?.code ?? "";
const statement = blocksOf(document).find(({ language }) => language === "sql")?.code ?? "";
const folder = mkdtempSync(join(tmpdir(), "cfalign-pandas-"));

/** In place of pyarrow: a table's rows, in the columns that are asked for. */
const reading = `
import os, pandas
def read(path, columns=None):
    frame = pandas.read_json(os.path.join("tables", os.path.basename(path) + ".json"), orient="records")
    return frame if columns is None else frame[columns]
pandas.read_parquet = read
`;
/** What the program prints is short of digits: its last expression once more, in full. */
const inFull = (code: string): string => {
  const printed = /print\((.*)\)\s*$/.exec(code)?.[1];
  return `import sys\n(${printed}).reset_index().to_json(sys.argv[1], orient="records", double_precision=15)\n`;
};

try {
  mkdirSync(join(folder, "tables"));
  for (const table of ["changes", "counterfactuals"]) {
    const rows = await duckdb(
      `SELECT to_json(list(t))::VARCHAR AS json FROM read_parquet('${join(run, table, "*.parquet")}') AS t`,
    );
    writeFileSync(join(folder, "tables", `${table}.json`), rows[0]?.json as string);
  }
  const answer = join(folder, "answer.json");
  await attempt("the pandas program of docs/tables.md runs", () => {
    execFileSync("/usr/bin/python3", ["-c", `${reading}\n${program}\n${inFull(program)}`, answer], { cwd: folder });
  });
  await attempt("it gives what the DuckDB statement before it gives", async () => {
    const found = JSON.parse(readFileSync(answer, "utf8")) as Cell[];
    const sql = statement.trim().replace(/;$/, "").replaceAll("'runs/faces", `'${run}`);
    const rows = await duckdb(`SELECT to_json(list(t))::VARCHAR AS json FROM (${sql}) AS t`);
    const expected = JSON.parse(rows[0]?.json as string) as (Cell & { readonly images: number })[];
    if (expected.length === 0 || found.length !== expected.length) {
      throw new Error(`expected ${expected.length} cells, got ${found.length}`);
    }
    const byName = new Map(found.map((cell) => [`${cell.base} ${cell.downstream}`, cell]));
    for (const { base, downstream, mean, images } of expected) {
      const own = byName.get(`${base} ${downstream}`);
      if (own === undefined || own.count !== images || Math.abs(own.mean - mean) > 1e-9) {
        throw new Error(
          `${base} → ${downstream}: expected ${mean} over ${images}, got ${own?.mean} over ${own?.count}`,
        );
      }
    }
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
endChecks();
