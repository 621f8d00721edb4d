import { platform } from "#platform";
import { CfalignError } from "../base/errors.ts";
import { assertDrop } from "../counterfactual/search-options.ts";
import { listImages } from "../images/list-images.ts";
import { modelsOf } from "../models/prediction.ts";
import type { Classifier } from "../models/types.ts";
import type { FolderLock } from "../platform/platform.ts";
import { emitting } from "../run/emitting.ts";
import { sumNote } from "../words/fitted-row.ts";
import { fitSums, type Going, type RectifyProgress } from "./fit-sums.ts";
import { makeRepairs } from "./make-repairs.ts";
import { type RectifyOptions, rectifySettings } from "./options.ts";
import type { RepairRecord } from "./repair-schema.ts";
import type { Rectification } from "./schema.ts";
import { openUnfinished } from "./unfinished.ts";

/** Name of the file that a rectification leaves in its folder. */
export const rectificationFile = "rectification.json";

/**
 * Repairs classifiers by composing them with others (Eqs. 5, 6): finds the coefficients on a folder of images, judges them
 * on images that were held out, and writes `rectification.json` and the rectified classifiers into `out`.
 * Yields progress, returns what it wrote. Errors: CfalignError("usage") for options, or an `out` that holds a
 * rectification already or is in use; ("input") for a folder without usable images; ("interrupted") when the signal fires.
 */
export function rectify(folder: string, options: RectifyOptions): AsyncGenerator<RectifyProgress, Rectification, void> {
  return emitting(async (emit, signal) => {
    try {
      const lock = await platform.files.lockFolder(options.out);
      try {
        return await run(folder, options, { emit, signal, lock });
      } finally {
        await lock.release();
      }
    } catch (error) {
      if (!signal.aborted) throw error;
      throw new CfalignError("interrupted", "interrupted: the same command goes on", { cause: error });
    }
  }, options.signal);
}

async function run(
  folder: string,
  options: RectifyOptions,
  { emit, signal, lock }: Going & { readonly lock: FolderLock },
): Promise<Rectification> {
  const { workspace, out } = options;
  const { files } = platform;
  const settings = rectifySettings(options);
  const { targets, against, downstream } = rolesOf(options);
  for (const target of targets) assertDrop(settings, target);
  const judging = settings.method === "sum" ? [] : workspace.judges;
  const models = modelsOf([...targets, ...against, ...downstream, ...judging]);
  const path = files.join(out, rectificationFile);
  if (await files.exists(path)) {
    throw new CfalignError(
      "usage",
      (named) => `"${path}" exists: choose another folder (${named("out")}), or remove it`,
      { where: path },
    );
  }

  const listing = await listImages(
    folder,
    settings.seed,
    (done, total) => emit({ phase: "listing", done, total }),
    signal,
  );
  const unfinished = await openUnfinished(
    out,
    {
      options: settings,
      images: listing.hash,
      models: [workspace.autoencoder, ...models].map(({ name, hash }) => ({ name, hash })),
      targets: targets.map(({ name }) => name),
      against: against.map(({ name }) => name),
      downstream: downstream.map(({ name }) => name),
    },
    () => lock.assertHeld(),
  );
  const asked = { targets, against, downstream, models, settings, listing, unfinished };
  const going = { emit, signal };
  const early =
    settings.method === "sum" || settings.method === "all" ? await fitSums(options, asked, going) : undefined;
  const made =
    settings.method === "sum" ? undefined : await makeRepairs(options, asked, { ...going, sums: early?.targets });
  // By itself, a classifier whose last layer cannot be fitted gets a sum.
  const left = settings.method === "auto" ? withoutFile(targets, made?.repairs ?? []) : [];
  const refused = left.map(({ name }) => made?.repairs.find(({ target }) => target === name));
  const sums = left.length > 0 ? await fitSums(options, { ...asked, targets: left }, going) : early;
  const rectification: Rectification = {
    format: "cfalign-rectification",
    formatVersion: 1,
    folder,
    out,
    autoencoder: { name: workspace.autoencoder.name, hash: workspace.autoencoder.hash },
    models: models.map(({ name, hash }) => ({ name, hash })),
    compute: {
      device: workspace.placements.device,
      ...(Object.keys(workspace.placements.use).length === 0 ? {} : { devices: workspace.placements.use }),
    },
    options: { ...settings },
    images: Math.max(sums?.images ?? 0, made?.images ?? 0),
    dropped: made?.dropped ?? sums?.dropped ?? {},
    notes: [
      ...listing.notes,
      ...refused.flatMap((repair) =>
        repair === undefined ? [] : [sumNote(repair.target, repair.methods[0]?.refused)],
      ),
    ],
    against: against.map(({ name }) => name),
    targets: sums?.targets ?? [],
    repairs: (made?.repairs ?? []).filter((repair) => !refused.includes(repair)),
  };
  lock.assertHeld();
  await files.write(path, `${JSON.stringify(rectification)}\n`);
  await unfinished.finish();
  return rectification;
}

/** Who is repaired, against whom, and who is watched. Errors: CfalignError("usage") where nobody is left. */
function rolesOf(options: RectifyOptions): Record<"targets" | "against" | "downstream", readonly Classifier[]> {
  const { workspace } = options;
  const resolve = (field: string, list: readonly (string | Classifier)[]): readonly Classifier[] => {
    const found = list.map((item) => (typeof item === "string" ? workspace.classifier(item) : item));
    if (found.length === 0) {
      throw new CfalignError("usage", (named) => `${named(field)}: expected at least one classifier, got none`, {
        option: field,
      });
    }
    return [...new Map(found.map((classifier) => [classifier.name, classifier])).values()];
  };
  const against = resolve("against", options.against);
  const named = new Set(against.map(({ name }) => name));
  // A classifier cannot be rectified against itself: with a list such as all, it is left out.
  const targets = resolve("targets", options.targets).filter(({ name }) => !named.has(name));
  if (targets.length === 0) {
    throw new CfalignError(
      "usage",
      (flag) => `${flag("targets")}: expected a classifier other than ${[...named].join(", ")}`,
      { option: "targets" },
    );
  }
  return { targets, against, downstream: resolve("downstream", options.downstream ?? workspace.classifiers("all")) };
}

/** Targets of which no method made a file. */
function withoutFile(targets: readonly Classifier[], repairs: readonly RepairRecord[]): readonly Classifier[] {
  const made = new Set(repairs.filter(({ methods }) => methods.some(({ file }) => file !== null)).map(nameOf));
  return targets.filter(({ name }) => !made.has(name));
}

function nameOf({ target }: RepairRecord): string {
  return target;
}
