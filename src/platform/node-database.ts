import type { DuckDBValue } from "@duckdb/node-api";
import type { Database } from "./platform.ts";

/** DuckDB in memory. Whole numbers come back as numbers where they are exact, as bigint otherwise. */
export async function openDuckDb(): Promise<Database> {
  // Loaded at first use: 70 MB that only results need.
  const { DuckDBInstance, listValue } = await import("@duckdb/node-api");
  // Nothing is ever fetched: Parquet and JSON are built in.
  const instance = await DuckDBInstance.create(":memory:", {
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
  });
  const connection = await instance.connect();
  const bound = (value: unknown): DuckDBValue =>
    Array.isArray(value) ? listValue(value.map(bound)) : ((value ?? null) as DuckDBValue);
  return {
    async query(sql, values = []) {
      const reader = await connection.runAndReadAll(sql, values.map(bound));
      return reader.getRowObjectsJS().map((row) => plain(row) as Record<string, unknown>);
    },
    async *columns(sql, values = []) {
      for await (const chunk of await connection.stream(sql, values.map(bound))) yield chunk.getColumns();
    },
    async dispose() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

function plain(value: unknown): unknown {
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }
  if (Array.isArray(value)) return value.map(plain);
  if (value !== null && typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
  }
  return value;
}
