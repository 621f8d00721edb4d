import type { SchemaElement } from "hyparquet";
import type { ColumnType, ScalarType } from "./schema.ts";

/** Columns as Parquet's schema has them: a flat list, every element before its children. All may be null. */
export function parquetSchema(columns: Readonly<Record<string, ColumnType>>): SchemaElement[] {
  const own = Object.entries(columns).map(([name, type]) => elementsOf(name, type));
  return [{ name: "schema", num_children: own.length }, ...own.flat()];
}

function elementsOf(name: string, type: ColumnType): SchemaElement[] {
  if (typeof type !== "string") {
    const fields = Object.entries(type[0]).map(([field, own]) => scalar(field, own));
    return listOf(name, [{ name: "element", repetition_type: "OPTIONAL", num_children: fields.length }, ...fields]);
  }
  if (type !== "MAP(VARCHAR, DOUBLE)") return [scalar(name, type)];
  return [
    { ...{ name, repetition_type: "OPTIONAL", num_children: 1 }, converted_type: "MAP", logical_type: { type: "MAP" } },
    { name: "key_value", repetition_type: "REPEATED", num_children: 2 },
    { ...scalar("key", "VARCHAR"), repetition_type: "REQUIRED" },
    scalar("value", "DOUBLE"),
  ];
}

function listOf(name: string, element: readonly SchemaElement[]): SchemaElement[] {
  return [
    {
      ...{ name, repetition_type: "OPTIONAL", num_children: 1 },
      converted_type: "LIST",
      logical_type: { type: "LIST" },
    },
    { name: "list", repetition_type: "REPEATED", num_children: 1 },
    ...element,
  ];
}

const physical: Readonly<Record<ScalarType, Omit<SchemaElement, "name">>> = {
  VARCHAR: { type: "BYTE_ARRAY", converted_type: "UTF8", logical_type: { type: "STRING" } },
  INTEGER: { type: "INT32" },
  DOUBLE: { type: "DOUBLE" },
};

function scalar(name: string, type: ScalarType): SchemaElement {
  return { name, repetition_type: "OPTIONAL", ...physical[type] };
}
