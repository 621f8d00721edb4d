import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { changeColumns, predictionColumns } from "../../src/results/columns.ts";
import { parquetOf } from "../../src/results/parquet.ts";
import { readColumns, readParts, writePart } from "../../src/results/parts.ts";
import type { Rows } from "../../src/results/schema.ts";
import { temporaryFolder } from "../run/small-world.ts";
import { duckdb } from "./duckdb.ts";

const folder = await temporaryFolder();

const part = (path: string) => ({ path, remedy: "align again" });

// A sign of zero is not kept, and means nothing in a row.
const double = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const text = fc.string({ unit: "grapheme", maxLength: 12 });

describe("a part", () => {
  test("gives back every number to the last bit, and every text", async () => {
    const counterfactual: fc.Arbitrary<Rows["counterfactuals"]> = fc.record({
      image: text,
      base: text,
      lambda: fc.option(double),
      shift: double,
      displacement: fc.option(double),
      length: fc.option(double),
      stopReason: fc.constantFrom("dropped", "floor", "rebounded"),
      evaluations: fc.nat(),
      gradients: fc.option(fc.nat()),
      before: double,
      after: double,
      dominantTerm: fc.option(text),
      trace: fc.array(fc.record({ lambda: fc.option(double), prediction: double, step: fc.nat(), length: double }), {
        maxLength: 4,
      }),
      // An own "__proto__" is lost by any JSON.
      perturbed: fc
        .dictionary(
          text.filter((key) => key !== "__proto__"),
          double,
          { maxKeys: 3 },
        )
        .map((map) => ({ ...map })),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(counterfactual, { maxLength: 5 }), async (rows) => {
        const path = join(folder, "counterfactuals.parquet");
        await writePart(path, "counterfactuals", rows);
        expect(await readParts([part(path)], "counterfactuals")).toEqual(rows);
      }),
      { numRuns: 60 },
    );
  });

  test("keeps labels by column, also those with odd names", async () => {
    const row = (position: number, labels: Record<string, number>): Rows["listing"] => ({
      image: `${position}.png`,
      sha256: position === 0 ? null : "ab",
      position,
      labels,
    });
    const rows = [row(0, {}), row(1, { 'a "quoted", name': 1, "strength:hat": 0.1 }), row(2, { é: -1 })];
    const path = join(folder, "listing.parquet");
    await writePart(path, "listing", rows);
    expect(await readParts([part(path)], "listing")).toEqual(rows);
  });

  test("is read in the order of the files that are named, whatever their names", async () => {
    const rows = Array.from({ length: 150 }, (_, i) => ({
      image: `${i}`,
      classifier: "it's",
      input: i,
      reconstruction: i / 3,
    }));
    const paths = await Promise.all(
      rows.map(async (_, i) => {
        const path = join(folder, `it's ${150 - i}.parquet`);
        await writePart(path, "predictions", rows.slice(i, i + 1));
        return path;
      }),
    );
    expect(await readParts(paths.map(part), "predictions")).toEqual(rows);
  });

  test("of a long table gives back the same rows by column", async () => {
    const change: fc.Arbitrary<Rows["changes"]> = fc.record({
      image: text,
      base: text,
      downstream: text,
      before: double,
      after: double,
      relativeChange: fc.option(double),
    });
    const dir = join(folder, "columns");
    await mkdir(dir);
    let count = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(change, { maxLength: 5 }), { minLength: 1, maxLength: 3 }), async (parts) => {
        const paths: string[] = [];
        for (const part of parts) {
          const path = join(dir, `${count++}.parquet`);
          await writePart(path, "changes", part);
          paths.push(path);
        }
        const rows = await readColumns(paths.map(part), "changes", changeColumns(parts.flat().length));
        expect([...rows]).toEqual(parts.flat());
        expect(rows.at(rows.length)).toBeUndefined();
        expect(rows.filter(({ before, after }) => before > after)).toEqual(
          parts.flat().filter(({ before, after }) => before > after),
        );
      }),
      { numRuns: 40 },
    );
  });

  test("of a long table keeps the order of many parts, and lacks what an earlier version did not write", async () => {
    const dir = join(folder, "many");
    await mkdir(dir);
    const parts = Array.from({ length: 70 }, (_, part) =>
      Array.from({ length: 3 }, (_, row) => ({
        image: `image ${part}`,
        classifier: `c${row}`,
        input: part + row / 10,
        reconstruction: row,
      })),
    );
    const paths: string[] = [];
    for (const [part, rows] of parts.entries()) {
      paths.push(join(dir, `${part}.parquet`));
      await writePart(paths.at(-1) as string, "predictions", rows);
    }
    expect([...(await readColumns(paths.map(part), "predictions", predictionColumns(210)))]).toEqual(parts.flat());

    for (const [room, found] of [
      [209, "more"],
      [211, "210"],
    ] as const) {
      await expect(readColumns(paths.map(part), "predictions", predictionColumns(room))).rejects.toMatchObject({
        code: "input",
        message: `cannot read table "predictions" of the run: expected ${room} rows, as its commits say, found ${found}`,
      });
    }

    const nameless = join(dir, "nameless.parquet");
    await duckdb(`COPY (SELECT NULL AS image, 'b' AS classifier) TO '${nameless}' (FORMAT parquet)`);
    await expect(readColumns([part(nameless)], "predictions", predictionColumns(1))).rejects.toMatchObject({
      code: "input",
      message: `${nameless}: cannot read table "predictions" of the run (column "image" is empty in a row): align again`,
    });

    const early = join(dir, "early.parquet");
    await duckdb(
      `COPY (SELECT 'a' AS image, 'b' AS base, 'c' AS downstream, 0.5 AS "before", 0.25 AS "after", 0.5 AS relativeChange) TO '${early}' (FORMAT parquet)`,
    );
    expect([...(await readColumns([part(early)], "changes", changeColumns(1)))]).toEqual([
      { image: "a", base: "b", downstream: "c", before: 0.5, after: 0.25, relativeChange: 0.5 },
    ]);
  });

  test("of an earlier version, which DuckDB wrote, is read without columns that went since", async () => {
    const path = join(folder, "duckdb.parquet");
    const trace = "[{'lambda': -0.5, 'prediction': 0.75, 'step': NULL, 'length': 2.0::DOUBLE}]";
    const row = `'ä.png' AS image, 'b' AS base, NULL::DOUBLE AS "lambda", 1e-300 AS shift, 0.1::DOUBLE AS displacement, NULL::DOUBLE AS length, 'floor' AS stopReason,
      7 AS evaluations, NULL::INTEGER AS gradients, 0.9::DOUBLE AS before, 0.3::DOUBLE AS after, NULL::VARCHAR AS dominantTerm,
      ${trace} AS trace, ['c.png', 'd.png'] AS nullTowards, MAP {'jpeg': 0.5::DOUBLE} AS perturbed`;
    await duckdb(`COPY (SELECT ${row} FROM range(3000)) TO '${path}' (FORMAT parquet, COMPRESSION zstd)`);
    const rows = await readParts([part(path)], "counterfactuals");
    const expected: Rows["counterfactuals"] = {
      ...{ image: "ä.png", base: "b", lambda: null, shift: 1e-300, displacement: 0.1, length: null },
      ...{ stopReason: "floor", evaluations: 7, gradients: null, before: 0.9, after: 0.3, dominantTerm: null },
      trace: [{ lambda: -0.5, prediction: 0.75, step: null as never, length: 2 }],
      perturbed: { jpeg: 0.5 },
    };
    expect(rows).toEqual(Array(3000).fill(expected));
  });

  test("has the same bytes whenever its rows are the same", () => {
    const row = (before: number): Rows["changes"] => ({
      ...{ image: "a.png", base: "b", downstream: "c", before, after: 0.5, relativeChange: null },
    });
    expect(parquetOf("changes", [row(-0), row(0)])).toEqual(parquetOf("changes", [row(0), row(0)]));
    expect(parquetOf("changes", [row(0), row(1)])).not.toEqual(parquetOf("changes", [row(0), row(0)]));
  });

  test("of a version that knew fewer columns has null in the others", async () => {
    const path = join(folder, "old.parquet");
    const made =
      "SELECT 'a.png' AS image, 'smiling' AS base, -3.5 AS \"lambda\", 2.0 AS shift, 'dropped' AS stopReason, 4 AS evaluations";
    const rest = "0.9 AS before, 0.3 AS after, NULL AS dominantTerm, [{'lambda': 0.0, 'prediction': 0.9}] AS trace";
    await duckdb(`COPY (${made}, ${rest}, MAP {'jpeg': 0.5} AS perturbed) TO '${path}' (FORMAT parquet)`);
    const [row] = await readParts([part(path)], "counterfactuals");
    expect(row).toMatchObject({ image: "a.png", lambda: -3.5, displacement: null, length: null, gradients: null });
    expect(row).toMatchObject({ perturbed: { jpeg: 0.5 } });
  });

  test("that cannot be written says where, and leaves nothing half-written", async () => {
    const path = join(folder, "blocked", "part.parquet");
    await mkdir(join(path, "in-the-way"), { recursive: true });
    await expect(writePart(path, "changes", [])).rejects.toMatchObject({
      code: "runtime",
      where: path,
      message: expect.stringMatching(new RegExp(`^cannot write "${path}": `)),
    });
    expect(await readdir(join(folder, "blocked"))).toEqual(["part.parquet"]);
    const nowhere = join(folder, "nowhere", "part.parquet");
    await expect(writePart(nowhere, "changes", [])).rejects.toMatchObject({ code: "runtime" });
  });
});
