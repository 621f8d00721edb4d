import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { csvParseRows } from "d3-dsv";
import { beforeAll, describe, expect, test } from "vitest";
import { alignmentMatrix } from "../../src/audit/matrix.ts";
import { writePart } from "../../src/results/parts.ts";
import { type ColumnType, columns, type Table } from "../../src/results/schema.ts";
import { exampleRun } from "../audit/example-run.ts";
import { blocksOf } from "../house/readme.ts";
import { duckdb } from "./duckdb.ts";

const root = join(import.meta.dirname, "../..");
const run = exampleRun({
  bases: ["smiling", "hat"],
  downstream: ["smiling", "eyeglasses"],
  count: 40,
  fall: (_, image) => (image % 4 === 0 ? 0.2 : 0.6),
  labels: (image) => ({ young: image % 2 }),
});

let folder = "";
let document = "";
beforeAll(async () => {
  document = await readFile(join(root, "docs/tables.md"), "utf8");
  folder = await mkdtemp(join(tmpdir(), "cfalign-tables-"));
  // In two parts, as a run has them.
  const { images, predictions, counterfactuals, changes } = run;
  for (const [table, rows] of Object.entries({ images, predictions, counterfactuals, changes })) {
    const at = join(folder, "runs/faces", table);
    await mkdir(at, { recursive: true });
    const half = Math.ceil(rows.length / 2);
    for (const [part, some] of [[...rows].slice(0, half), [...rows].slice(half)].entries()) {
      await writePart(join(at, `1of1-0000${part}.parquet`), table as Table, some as never);
    }
  }
});

/** A statement with its paths in the test's folder. */
const inFolder = (sql: string): string =>
  sql
    .trim()
    .replace(/;$/, "")
    .replaceAll("'runs/faces", `'${folder}/runs/faces`)
    .replace("'changes.parquet'", `'${folder}/changes.parquet'`);

/** A column's type in one line. */
function typeOf(type: ColumnType): string {
  if (typeof type === "string") return type;
  const fields = Object.entries(type[0]).map(([name, of]) => `${name} ${of}`);
  return `STRUCT(${fields.join(", ")})[]`;
}

describe("docs/tables.md", () => {
  test("lists every column of every table with its type, in order, and none that there is not", async () => {
    const known = Object.entries(columns).flatMap(([table, some]) =>
      Object.entries(some).map(([name, type]) => `${table} ${name} ${typeOf(type as ColumnType)}`),
    );
    const rows = csvParseRows(await readFile(join(root, "docs/columns.csv"), "utf8"));
    expect(rows.filter(({ length }) => length !== 4)).toEqual([]);
    const told = rows.map((cells) => cells.slice(0, 3).join(" "));
    expect(told).toEqual(["table column type", ...known]);
  });

  test("has the types that DuckDB finds in every table, and in one without rows", async () => {
    const path = join(folder, "types.parquet");
    for (const [table, types] of Object.entries(columns)) {
      await writePart(path, table as Table, []);
      const found = await duckdb(`DESCRIBE SELECT * FROM '${path}'`);
      expect(found.map(({ column_name, column_type }) => [column_name, `${column_type}`.replaceAll('"', "")])).toEqual(
        Object.entries(types).map(([name, type]) => [name, typeOf(type as ColumnType)]),
      );
    }
  });

  test("has statements that run, and whose means are those of the matrix", async () => {
    const [means, byLabel, copy, query, ...more] = blocksOf(document).filter(({ language }) => language === "sql");
    expect(more).toEqual([]);
    const matrix = alignmentMatrix(run, { resamples: 100 });
    const rows = await duckdb(inFolder(means?.code ?? ""));
    expect(rows).toHaveLength(matrix.cells.length);
    for (const { base, downstream, mean, count } of matrix.cells) {
      const row = rows.find((each) => each.base === base && each.downstream === downstream);
      expect([row?.mean, Number(row?.images)]).toEqual([expect.closeTo(mean ?? Number.NaN, 12), count]);
    }
    // Thirty images of each cell moved: those of even number in the half that is not a multiple of four.
    const labelled = await duckdb(inFolder(byLabel?.code ?? ""));
    expect(labelled.map(({ young, images }) => [young, Number(images)])).toEqual([
      ...matrix.cells.map(() => [0, 10]),
      ...matrix.cells.map(() => [1, 20]),
    ]);
    await duckdb(inFolder(copy?.code ?? ""));
    const asked = (query?.code ?? "")
      .trim()
      .replace(/;$/, "")
      .replace("FROM changes", `FROM '${folder}/changes.parquet'`);
    expect(await duckdb(asked)).toHaveLength(run.changes.length);
  });

  test("has a program that runs on Node", async () => {
    const program =
      blocksOf(document).find(({ language, code }) => language === "js" && code.includes("import "))?.code ?? "";
    // Packages are found from where a program lies.
    const path = join(root, ".tmp", "tables-program.mjs");
    await mkdir(join(root, ".tmp"), { recursive: true });
    await writeFile(path, program);
    const printed = execFileSync("node", [path], { cwd: folder, encoding: "utf8" });
    expect(JSON.parse(printed)).toEqual([
      { stopReason: "dropped", images: 60 },
      { stopReason: "shift-limit", images: 20 },
    ]);
  });

  test("names in its pandas program only tables and columns that there are", () => {
    const program = blocksOf(document).find(({ language }) => language === "python")?.code ?? "";
    const tables = [...program.matchAll(/runs\/faces\/(\w+)/g)].map(([, table]) => table as Table);
    expect(tables).toEqual(["changes", "counterfactuals"]);
    const known = new Set(tables.flatMap((table) => Object.keys(columns[table])));
    const named = [...program.matchAll(/"(\w+)"/g)].map(([, name]) => (name as string).replace(/_base$/, ""));
    expect(named.filter((name) => name !== "" && !known.has(name) && !["mean", "count"].includes(name))).toEqual([]);
  });
});
