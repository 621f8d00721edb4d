import { suggestion } from "../../base/nearest-names.ts";
import type { RunData } from "../../results/run-data.ts";
import type { CellColumns } from "../cells/cell.ts";
import { type Condition, type Operand, type Operator, queryError } from "./find-query.ts";

type Stratum = "present" | "absent";

/** How one classifier moved on one counterfactual. */
export interface Move {
  /** The images of the cell, and which of them it is. */
  readonly cell: CellColumns;
  readonly at: number;
  /** RC (Eq. 3); undefined where the base did not move. */
  readonly relativeChange: number | undefined;
  readonly before: number;
  readonly after: number;
}

/** What a query is asked about: an image, its counterfactual for a base, and one downstream classifier. */
export interface FindRow {
  readonly image: RunData["images"][number];
  readonly counterfactual: RunData["counterfactuals"][number];
  readonly downstream: string;
  /** The row's own classifier, or another one, on the same counterfactual; undefined where it was not evaluated. */
  move(classifier: string): Move | undefined;
}

/** Value of a field; undefined where the row has none. */
type Value<T> = (row: FindRow) => T | undefined;

const moveNumbers: Readonly<Record<string, (move: Move) => number | undefined>> = {
  rc: ({ relativeChange }) => relativeChange,
  change: ({ cell, at }) => cell.change[at],
  before: ({ before }) => before,
  after: ({ after }) => after,
};

const rowNumbers: Readonly<Record<string, Value<number>>> = {
  drop: ({ counterfactual }) => counterfactual.before - counterfactual.after,
  "base.before": ({ counterfactual }) => counterfactual.before,
  "base.after": ({ counterfactual }) => counterfactual.after,
  shift: ({ counterfactual }) => counterfactual.shift,
  displacement: ({ counterfactual }) => counterfactual.displacement ?? undefined,
  length: ({ counterfactual }) => counterfactual.length ?? undefined,
  lambda: ({ counterfactual }) => counterfactual.lambda ?? undefined,
  evaluations: ({ counterfactual }) => counterfactual.evaluations,
  gradients: ({ counterfactual }) => counterfactual.gradients ?? undefined,
};

const rowTexts: Readonly<Record<string, Value<string>>> = {
  image: ({ image }) => image.image,
  base: ({ counterfactual }) => counterfactual.base,
  downstream: ({ downstream }) => downstream,
  stop: ({ counterfactual }) => counterfactual.stopReason,
  stratum: (row) => stratumOf(row.move(row.downstream)),
};

/** By the codes of a cell. */
const strata: readonly (Stratum | undefined)[] = ["absent", "present", undefined];

/** Whether the downstream feature was there before the move; undefined where a softmax does not settle it. */
export function stratumOf(move: Move | undefined): Stratum | undefined {
  return move === undefined ? undefined : strata[move.cell.present[move.at] as number];
}

const fieldList =
  "base, downstream, image, stratum, stop, rc, change, before, after, drop, base.before, base.after, shift, displacement, length, lambda, evaluations, gradients, NAME.rc (also .change, .before, .after, .stratum) of a downstream classifier, label.NAME";

/** A condition, ready to be asked about rows; undefined where a missing value leaves it open. */
export type Predicate = (row: FindRow) => boolean | undefined;

/** A query's names, resolved: what it speaks of decides which rows are looked at. */
export interface Binding {
  predicate(condition: Condition): Predicate;
  /** Numbers sort from the largest, texts from A, unless told otherwise. */
  key(operand: Operand): { readonly kind: "number" | "text"; readonly value: Value<number | string> };
  /** Classifiers named by their own fields (NAME.rc), in the order of the query. */
  readonly classifiers: ReadonlySet<string>;
  /** Bases and downstream classifiers that are asked for by name. */
  readonly bases: ReadonlySet<string>;
  readonly downstream: ReadonlySet<string>;
  /** Whether the query says anything about the field `downstream`. */
  readonly asksDownstream: () => boolean;
}

/** Resolves the names of a query against a run. Errors of what it returns: CfalignError("usage") with the place in the query. */
export function bindTo(run: RunData): Binding {
  const fields = new RunFields(run);
  return {
    predicate: (condition) => predicateOf(condition, fields),
    key: (operand) => {
      const value = fields.text(operand);
      return value === undefined ? { kind: "number", value: fields.number(operand) } : { kind: "text", value };
    },
    classifiers: fields.classifiers,
    bases: fields.bases,
    downstream: fields.downstream,
    asksDownstream: () => fields.asksDownstream,
  };
}

/** The fields of a run's rows, and which of them were asked for. */
class RunFields {
  readonly classifiers = new Set<string>();
  readonly bases = new Set<string>();
  readonly downstream = new Set<string>();
  asksDownstream = false;
  private readonly watched: readonly string[];
  private readonly labels: ReadonlySet<string>;

  constructor(private readonly run: RunData) {
    this.watched = [...run.downstream, ...run.judges];
    this.labels = new Set(run.images.flatMap((row) => Object.keys(row.labels)));
  }

  /** A field that is a text; undefined where it is none. */
  text(operand: Operand): Value<string> | undefined {
    if (operand.kind !== "word") return undefined;
    if (Object.hasOwn(rowTexts, operand.value)) {
      this.asksDownstream ||= operand.value === "downstream";
      return rowTexts[operand.value];
    }
    const of = moveField(operand.value);
    if (of?.field !== "stratum") return undefined;
    const name = this.named(of.name, operand.at);
    return (row) => stratumOf(row.move(name));
  }

  number(operand: Operand): Value<number> {
    if (operand.kind === "number") return () => operand.value;
    if (operand.kind === "abs") {
      const of = this.number(operand.of);
      return (row) => {
        const value = of(row);
        return value === undefined ? undefined : Math.abs(value);
      };
    }
    const { value: word, at } = operand;
    if (operand.kind === "text" || this.text(operand) !== undefined) {
      throw queryError(at, `expected a number or a field that is one, got "${word}"`);
    }
    if (Object.hasOwn(rowNumbers, word)) return rowNumbers[word] as Value<number>;
    if (Object.hasOwn(moveNumbers, word)) return ofMove(word, (row) => row.downstream);
    if (word.startsWith("label.")) {
      const label = word.slice("label.".length);
      if (!this.labels.has(label))
        throw queryError(at, `the images have no label "${label}"${suggestion(label, [...this.labels])}`);
      return ({ image }) => image.labels[label];
    }
    const field = moveField(word);
    if (field === undefined) throw queryError(at, `unknown field "${word}": the fields are ${fieldList}`);
    const name = this.named(field.name, at);
    return ofMove(field.field, () => name);
  }

  /** The value that a text field is compared with: names must exist. */
  wanted(field: string, operand: Operand): string {
    if (operand.kind !== "word" && operand.kind !== "text") {
      throw queryError(operand.at, `expected a ${field} after ${field}, got a number`);
    }
    const { value, at } = operand;
    const known = field === "base" ? this.run.bases : field === "downstream" ? this.watched : undefined;
    if (known !== undefined && !known.includes(value)) {
      throw queryError(
        at,
        `the run has no ${field === "base" ? "base" : "downstream classifier"} "${value}"${suggestion(value, known)}`,
      );
    }
    if (field.endsWith("stratum") && value !== "present" && value !== "absent") {
      throw queryError(at, `expected present or absent, got "${value}"`);
    }
    if (field === "base") this.bases.add(value);
    if (field === "downstream") this.downstream.add(value);
    return value;
  }

  private named(name: string, at: number): string {
    if (!this.watched.includes(name)) {
      throw queryError(at, `the run has no downstream classifier "${name}"${suggestion(name, this.watched)}`);
    }
    this.classifiers.add(name);
    return name;
  }
}

/** "NAME.rc" as a name and a field of a downstream classifier; undefined for other words. */
function moveField(word: string): { readonly name: string; readonly field: string } | undefined {
  const dot = word.lastIndexOf(".");
  const [name, field] = [word.slice(0, dot), word.slice(dot + 1)];
  return dot > 0 && (Object.hasOwn(moveNumbers, field) || field === "stratum") ? { name, field } : undefined;
}

/** A number of a downstream classifier's move. */
function ofMove(field: string, nameOf: (row: FindRow) => string): Value<number> {
  const of = moveNumbers[field] as (move: Move) => number | undefined;
  return (row) => {
    const move = row.move(nameOf(row));
    return move === undefined ? undefined : of(move);
  };
}

function comparison(
  { operator, left, right }: Extract<Condition, { readonly kind: "compare" }>,
  fields: RunFields,
): Predicate {
  const field = fields.text(left);
  if (field === undefined) {
    const [a, b] = [fields.number(left), fields.number(right)];
    return (row) => compare(operator, a(row), b(row));
  }
  if (operator !== "=" && operator !== "!=") {
    throw queryError(
      left.at,
      `"${(left as { value: string }).value}" is text: expected = or != after it, got "${operator}"`,
    );
  }
  const value = fields.wanted((left as { value: string }).value, right);
  return (row) => compare(operator, field(row), value);
}

function predicateOf(condition: Condition, fields: RunFields): Predicate {
  if (condition.kind === "compare") return comparison(condition, fields);
  if (condition.kind === "not") {
    const part = predicateOf(condition.part, fields);
    return (row) => {
      const holds = part(row);
      return holds === undefined ? undefined : !holds;
    };
  }
  // Three-valued: one part that decides outweighs those that are open.
  const parts = condition.parts.map((part) => predicateOf(part, fields));
  const decisive = condition.kind === "or";
  return (row) => {
    const values = parts.map((part) => part(row));
    return values.includes(decisive) ? decisive : values.includes(undefined) ? undefined : !decisive;
  };
}

function compare<T extends number | string>(
  operator: Operator,
  a: T | undefined,
  b: T | undefined,
): boolean | undefined {
  if (a === undefined || b === undefined) return undefined;
  switch (operator) {
    case "=":
      return a === b;
    case "!=":
      return a !== b;
    case "<":
      return a < b;
    case "<=":
      return a <= b;
    case ">":
      return a > b;
    case ">=":
      return a >= b;
  }
}
