import { z } from "zod";
import type { FeatureReading } from "./feature-reading.ts";
import type { Mark } from "./label-table.ts";
import { orders } from "./next-pictures.ts";

const feature = z.string();

/** What the page asks. */
export const questionSchema = z.discriminatedUnion("ask", [
  /** What there is to label, and how far the reading of the pictures is. */
  z.strictObject({ ask: z.literal("state") }),
  /** What is said of every picture. */
  z.strictObject({ ask: z.literal("feature"), feature }),
  /** Which pictures to look at next. */
  z.strictObject({
    ask: z.literal("next"),
    feature,
    order: z.enum(orders),
    count: z.number().int().min(1).max(200),
  }),
  /** Marks by place, to be kept. */
  z.strictObject({
    ask: z.literal("mark"),
    feature,
    marks: z.array(z.tuple([z.number().int().min(0), z.union([z.literal(0), z.literal(1), z.null()])])),
  }),
]);
export type Question = z.infer<typeof questionSchema>;

/** A feature by its name, with how many pictures have it and have it not. */
export interface NamedFeature {
  readonly name: string;
  readonly has: number;
  readonly hasNot: number;
}

/** The answers, by question. */
export interface Answers {
  readonly state: {
    /** The folder, as it was given. */
    readonly folder: string;
    /** The table that is written. */
    readonly table: string;
    /** Names of the pictures, in the order of their places. */
    readonly pictures: readonly string[];
    readonly features: readonly NamedFeature[];
    /** Pictures that were read for the probe, of how many. */
    readonly read: { readonly done: number; readonly total: number; readonly failure: string | null };
    /** What one may want to know. */
    readonly notes: readonly string[];
  };
  readonly feature: {
    readonly marks: readonly Mark[];
    readonly reading: FeatureReading;
  };
  readonly next: {
    /** Places. */
    readonly pictures: readonly number[];
    /** What they are sorted by; "random" while there is no probe. */
    readonly order: (typeof orders)[number];
    readonly reading: FeatureReading;
  };
  readonly mark: { readonly seen: FeatureReading["seen"] };
}
