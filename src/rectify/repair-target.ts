import type { Classifier } from "../models/types.ts";
import { fewInGroups } from "../words/fitted-row.ts";
import { adviceOn } from "../words/repair-advice.ts";
import { judgedRepair, lookAt } from "./judge-repairs.ts";
import { fewInGroup, makeRepair } from "./make-repair.ts";
import { describedCase, type RepairCase, type RepairContext } from "./repair-case.ts";
import { type OpenRepaired, openRepaired } from "./repair-file.ts";
import { repairPictures } from "./repair-pictures.ts";
import type { MadeRepair, RepairMethod, RepairRecord } from "./repair-schema.ts";
import { recommended } from "./repair-verdict.ts";
import type { RectifiedTarget } from "./schema.ts";
import type { Unfinished } from "./unfinished.ts";

/** Repairs one target by the methods that were asked for, recommends one by the chosen part, and judges all, once. */
export async function repairTarget(
  subject: RepairCase,
  methods: readonly RepairMethod[],
  {
    context,
    unfinished,
    sum,
    progress,
  }: {
    readonly context: RepairContext;
    readonly unfinished: Unfinished;
    /** What the sum came to, where it was asked for. */
    readonly sum: RectifiedTarget | undefined;
    progress(share: number): void;
  },
): Promise<RepairRecord> {
  const { target } = subject;
  const made: MadeRepair[] = [];
  for (const [index, method] of methods.entries()) {
    const make = async () => (method === "sum" ? madeSum(sum) : makeRepair(method, subject, context));
    made.push(await unfinished.step(`${target.name}: ${method}`, make));
    progress((0.5 * (index + 1)) / methods.length);
  }
  return unfinished.step(`${target.name}: judged`, () =>
    judged(subject, made, context, (share) => progress(0.5 + 0.5 * share)),
  );
}

async function judged(
  subject: RepairCase,
  made: readonly MadeRepair[],
  context: RepairContext,
  progress: (share: number) => void,
): Promise<RepairRecord> {
  const { target } = subject;
  const there = made.filter(({ manifest }) => manifest !== null);
  const opened: OpenRepaired[] = [];
  try {
    for (const { method, manifest } of there) {
      const index = method === "sum" ? 0 : (target.terms[0]?.target as number);
      opened.push(await openRepaired(context, manifest as string, index));
    }
    const repaired = opened.map(({ classifier }) => classifier);
    const look = (split: "validation" | "test", classifiers: readonly Classifier[], from: number) =>
      lookAt(split, classifiers, { subject, context, progress: (share) => progress(from + 0.5 * share) });
    // Only to choose among several.
    const chosen = there.length > 1 ? (await look("validation", repaired, 0)).looked : undefined;
    const choice = await pick(subject, context, { there, chosen });
    const part = there.length === 0 ? undefined : await look("test", [target, ...repaired], 0.5);
    const records = made.map((each) => {
      const place = there.indexOf(each);
      return {
        ...each,
        chosen: chosen?.[place] ?? null,
        judged: part === undefined || place < 0 ? null : judgedRepair(part, place + 1, { subject, context }),
      };
    });
    const shown = [
      { method: null, classifier: target },
      ...opened.map(({ classifier }, place) => ({ method: there[place]?.method ?? null, classifier })),
    ];
    const record = {
      ...describedCase(subject),
      notes: notesOn(subject),
      before: part?.looked[0] ?? null,
      methods: records,
      recommended: choice,
      shown: part === undefined ? [] : await repairPictures(part, shown, context.out),
    };
    return { ...record, advice: adviceOn(record) };
  } finally {
    for (const each of opened) await each.dispose();
  }
}

async function pick(
  { features }: RepairCase,
  { settings }: RepairContext,
  { there, chosen }: { readonly there: readonly MadeRepair[]; readonly chosen: Parameters<typeof looks>[1] },
): Promise<RepairMethod | null> {
  return chosen === undefined
    ? (there[0]?.method ?? null)
    : recommended(looks(there, chosen), features, settings.minEffect);
}

function looks(
  there: readonly MadeRepair[],
  chosen: Awaited<ReturnType<typeof lookAt>>["looked"] | undefined,
): Parameters<typeof recommended>[0] {
  return there.flatMap(({ method }, place) => {
    const own = chosen?.[place];
    return own === undefined ? [] : [{ method, chosen: own }];
  });
}

function madeSum(sum: RectifiedTarget | undefined): MadeRepair {
  const saved = sum?.saved ?? null;
  return {
    method: "sum",
    refused: saved === null ? (sum?.reason ?? "nothing was fitted") : null,
    file: saved?.file ?? null,
    manifest: saved?.manifest ?? null,
    done: saved === null ? null : `sum: ${sum?.rectified}`,
    ...{ node: null, penalty: null, perGroup: null, fits: null, edited: 0, beside: false },
  };
}

/** What is worth saying of the pictures: groups that are small. */
function notesOn(subject: RepairCase): readonly string[] {
  const { groups } = describedCase(subject);
  return (["fitted", "judged"] as const).flatMap((part) => {
    const few = groups.flatMap(({ name, [part]: count }) => (count < fewInGroup ? [{ name, count }] : []));
    return few.length === 0 ? [] : [fewInGroups(part, few, fewInGroup)];
  });
}
