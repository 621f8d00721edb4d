import { conceptOf } from "../models/concept.ts";
import { modelsOf } from "../models/prediction.ts";
import type { Classifier, ClassifierModel } from "../models/types.ts";
import type { NoLayer } from "../onnx/last-layer.ts";
import { movedFeatures } from "../run/run-interventions.ts";
import type { Asked, Going } from "./fit-sums.ts";
import { type Layer, openLayer } from "./layer.ts";
import type { RectifyOptions } from "./options.ts";
import { type RepairContext, repairCase } from "./repair-case.ts";
import { readRepairPool } from "./repair-pool.ts";
import { type RepairMethod, type RepairRecord, repairMethods } from "./repair-schema.ts";
import { repairTarget } from "./repair-target.ts";
import type { RectifiedTarget } from "./schema.ts";

/** What became of the repairs of all targets, and of how many images. */
export interface Repairs {
  readonly repairs: readonly RepairRecord[];
  readonly images: number;
  readonly dropped: Readonly<Record<string, number>>;
}

/** What is tried where nobody says which method, and one recommended: whatever changes the target's own file and lowers its accuracy on few models of the benchmark. */
const deployedMethods: readonly RepairMethod[] = ["last-layer", "last-two"];

/** Repairs every target by the methods that were asked for. sums: what the sums came to, in the order of the targets. */
export async function makeRepairs(
  { workspace, out }: Pick<RectifyOptions, "workspace" | "out">,
  asked: Asked,
  { emit, signal, sums }: Going & { readonly sums: readonly RectifiedTarget[] | undefined },
): Promise<Repairs> {
  const { targets, against, settings, listing, unfinished } = asked;
  const { method } = settings;
  const methodsFor = (layer: Layer | NoLayer): readonly RepairMethod[] => {
    if (method === "all") return repairMethods;
    if (method !== "auto") return [method];
    return "refused" in layer || layer.under === undefined ? ["last-layer"] : deployedMethods;
  };
  const features = movedOf(workspace.judges, asked);
  const layers: (Layer | NoLayer)[] = [];
  const opened = new Map<ClassifierModel, Layer>();
  try {
    for (const target of targets) layers.push(await layerOf(target, { workspace, opened }));
    const open = layers.flatMap((layer, index) => ("refused" in layer ? [] : [{ layer, index }]));
    // Whose labels are there need not be asked.
    const labelled = new Set(listing.rows.flatMap(({ labels }) => Object.keys(labels)));
    const tellers = [...against, ...features.map(({ witness }) => witness)].filter(
      (teller) => !labelled.has(conceptOf(teller)),
    );
    const pool = await readRepairPool(listing, {
      ...{ autoencoder: workspace.autoencoder, seed: settings.seed, most: settings.fitImages, signal },
      models: modelsOf(tellers),
      wanted: open.map(({ layer, index }) => ({
        layer,
        row: layer.rowOf(targets[index]?.terms[0]?.target as number),
      })),
      progress: (done, total) => emit({ phase: "encoding", done, total }),
    });
    const context: RepairContext = { workspace, listing, pool, settings, features, out, signal };
    const repairs: RepairRecord[] = [];
    for (const [index, target] of targets.entries()) {
      const layer = layers[index] as Layer | NoLayer;
      const numbers = pool.numbers[open.findIndex((each) => each.index === index)] ?? (layer as NoLayer);
      const own = "refused" in numbers ? numbers : layer;
      const subject = repairCase(target, against, context, { layer: own, numbers });
      const progress = (share: number): void => emit({ phase: "fitting", done: index + share, total: targets.length });
      progress(0);
      repairs.push(await repairTarget(subject, methodsFor(own), { context, unfinished, sum: sums?.[index], progress }));
    }
    emit({ phase: "fitting", done: targets.length, total: targets.length });
    return { repairs, images: pool.pictures.length, dropped: pool.dropped };
  } finally {
    for (const layer of opened.values()) await layer.dispose();
  }
}

/** Targets of one file share its layer. */
async function layerOf(
  target: Classifier,
  {
    workspace,
    opened,
  }: { readonly workspace: RectifyOptions["workspace"]; readonly opened: Map<ClassifierModel, Layer> },
): Promise<Layer | NoLayer> {
  const [term, ...others] = target.terms;
  const held = term === undefined || others.length > 0 || term.coefficient !== 1 ? undefined : opened.get(term.model);
  const layer = held ?? (await openLayer(target, workspace));
  if (!("refused" in layer) && term !== undefined) opened.set(term.model, layer);
  return layer;
}

/** The features that are moved before and after: those of the targets, of what they are rectified against, and of the ledger. A target tells its own only where nobody else does. */
function movedOf(
  judges: readonly Classifier[],
  { targets, against, downstream }: Pick<Asked, "targets" | "against" | "downstream">,
): RepairContext["features"] {
  const wanted = new Set([...targets, ...against, ...downstream].map(conceptOf));
  const audited = new Set(targets.map(({ name }) => name));
  const others = [...against, ...downstream].filter(({ name }) => !audited.has(name));
  return movedFeatures({ bases: [], downstream: [...others, ...targets], judges }).filter(({ name }) =>
    wanted.has(name),
  );
}
