import { platform } from "#platform";
import { magnitudes } from "../attribution/map-similarity.ts";
import { saliency } from "../attribution/saliency.ts";
import { CfalignError, throwIfInterrupted } from "../errors.ts";
import { explanationJson } from "../explanation/json.ts";
import { type Subject, subjectOf } from "../explanation/subject.ts";
import { explanationOf, figuresOn, movementsOn, placeOn, type Traversal, traverse } from "../explanation/traversal.ts";
import { isPositive, modelsOf, rangeOf, read } from "../models/prediction.ts";
import type { Classifier } from "../models/types.ts";
import { openWorkspace, type Workspace } from "../models/workspace.ts";
import { animationFigures, thereAndBack } from "../pictures/animation.ts";
import { fullColour, overlay } from "../pictures/saliency-map.ts";
import { type StripFrame, stripFigure } from "../pictures/strip.ts";
import { toPixels } from "../platform/pixels.ts";
import type { Pixels } from "../platform/platform.ts";
import { row, stack, type Tensor } from "../tensor.ts";
import { beginAudit, type LiveAudit } from "./audit.ts";
import { type Compute, computeOf } from "./compute.ts";
import { takeGradientOnce } from "./gradient-once.ts";
import { joined } from "./join.ts";
import { partsOf } from "./parts.ts";
import type { Answered, Asked, Kind, Offers, OnProgress } from "./questions.ts";

/**
 * Answers questions about one workspace, one after the other, and remembers what was asked before. What takes long is answered beside
 * the others, which go first.
 */
export interface QuestionHandler extends AsyncDisposable {
  /** onProgress: called with how far it is, where that is known. */
  answer<K extends Kind>(kind: K, asked: Asked[K], onProgress?: OnProgress): Promise<Answered[K]>;
}

/** Pictures and traversals that are remembered; the oldest are forgotten. */
const remembered = 32;

/** What takes long. */
const long: ReadonlySet<Kind> = new Set<Kind>(["prepare", "parts", "audit", "auditLook"]);

/** Pictures of a strip and of an animation, as `explain` has them. */
const stripFrames = 8;
const animationFrames = 12;

/** A handler without a workspace: `open` is the first question. */
export function createQuestionHandler(): QuestionHandler {
  // Where it fails, so does the first model, and says why.
  platform.prepare().catch(() => undefined);
  let workspace: Workspace | undefined;
  let auditing: LiveAudit | undefined;
  let compute: () => Compute;
  const subjects = new Memory<Subject>("picture");
  const traversals = new Memory<Traversal>("counterfactual");
  const opened = (): Workspace => {
    if (workspace === undefined) throw new CfalignError("usage", "no workspace is open: ask for one first");
    return workspace;
  };
  const listed = (): readonly Classifier[] => [...opened().classifiers(), ...opened().judges];

  const offers = (): Offers => {
    const { autoencoder, judges } = opened();
    const { width, height, channels } = autoencoder.image;
    return {
      autoencoder: autoencoder.name,
      image: { width, height, channels },
      classifiers: listed().map((one) => ({
        name: one.name,
        model: one.terms[0]?.model.name ?? "",
        judge: judges.some(({ name }) => name === one.name),
      })),
      compute: compute(),
    };
  };
  const audits = new Memory<LiveAudit>("audit", 1);

  /** Stops what was asked last of an audit. */
  let stop = new AbortController();

  const answers: {
    readonly [K in Kind]: (asked: Asked[K], onProgress: OnProgress, signal: AbortSignal) => Promise<Answered[K]>;
  } = {
    async open({ workspace: path, device: asked = "cpu" }, onProgress) {
      const fallbacks: string[] = [];
      const choices = asked === "cpu" ? [] : await platform.devices();
      const opening = await openWorkspace(path, { device: asked, onFallback: (line) => fallbacks.push(line) });
      try {
        await wakeUp(opening, onProgress);
      } catch (error) {
        await opening.dispose();
        throw error;
      }
      await workspace?.dispose();
      workspace = opening;
      // The new models have not seen them.
      subjects.forget();
      traversals.forget();
      const { device } = workspace.placements;
      compute = () => computeOf({ device, asked, offers: choices, fallbacks: [...fallbacks] });
      return offers();
    },
    async join({ files }) {
      const { autoencoder } = opened();
      const latent = await autoencoder.encode(grey(autoencoder));
      const { model, guessed, notLowered, ...wider } = await joined(files, opened(), latent);
      workspace = wider.workspace;
      // It has not seen the pictures before.
      subjects.forget();
      traversals.forget();
      return { offers: offers(), name: model.name, targets: model.targets, guessed, notLowered };
    },
    async look({ name, picture }) {
      const { autoencoder, models, judgeModels, classifiers } = opened();
      const began = performance.now();
      const subject = await subjectOf({ name, bytes: picture }, { autoencoder, models: [...models, ...judgeModels] });
      const on = (outputs: Subject["onInput"]) => listed().map((one) => read(one, outputs).prediction);
      return {
        subject: subjects.keep(subject),
        name,
        input: toPixels(subject.input),
        reconstruction: toPixels(subject.reconstruction),
        given: subject.given,
        predictions: on(subject.onReconstruction),
        onInput: on(subject.onInput),
        positive: classifiers()
          .filter((one) => isPositive(one, subject.onReconstruction))
          .map(({ name }) => name),
        seconds: (performance.now() - began) / 1000,
        compute: compute(),
      };
    },
    async prepare({ base: expression }) {
      const { autoencoder, classifier } = opened();
      const began = performance.now();
      const latent = await autoencoder.encode(grey(autoencoder));
      for (const model of modelsOf([classifier(expression)])) await takeGradientOnce(model, { autoencoder, latent });
      return { seconds: (performance.now() - began) / 1000 };
    },
    async lower({ subject, base: expression }, onProgress) {
      const { autoencoder, classifier } = opened();
      const base = classifier(expression);
      const began = performance.now();
      const traversal = await traverse(subjects.recall(subject), { autoencoder, base, onProgress });
      const seconds = (performance.now() - began) / 1000;
      const classifiers = listed();
      const end = await placeOn(traversal, 1, { autoencoder, classifiers });
      const { basePrediction, ...figures } = figuresOn(traversal);
      return {
        subject,
        traversal: traversals.keep(traversal),
        ...figures,
        ...basePrediction,
        range: rangeOf(base),
        seconds,
        compute: compute(),
        movements: movementsOn(traversal, end, classifiers),
        end: {
          pixels: toPixels(end.image),
          lambda: figures.lambda,
          basePrediction: basePrediction.after,
          predictions: end.predictions,
        },
      };
    },
    async show({ traversal: number, share }) {
      const { autoencoder } = opened();
      const traversal = traversals.recall(number);
      const { image, predictions } = await placeOn(traversal, share, {
        autoencoder,
        classifiers: [traversal.base, ...listed()],
      });
      const [basePrediction = 0, ...others] = predictions;
      const { lambda } = traversal.result;
      return {
        pixels: toPixels(image),
        lambda: lambda === null ? null : share * lambda,
        basePrediction,
        predictions: others,
      };
    },
    async strip({ traversal: number }) {
      const traversal = traversals.recall(number);
      const { name, input } = traversal.subject;
      const frames = await along(traversal, stripFrames);
      return stripFigure([{ title: name, base: traversal.base.name, input: { pixels: toPixels(input) }, frames }]);
    },
    async frames({ traversal: number }) {
      const traversal = traversals.recall(number);
      return animationFigures(await along(traversal, animationFrames), { base: traversal.base.name });
    },
    gif: ({ frames }) => platform.encodeAnimation(thereAndBack(frames), { format: "gif", delayMs: 110 }),
    async saliency({ traversal: number }) {
      const { subject, base, result } = traversals.recall(number);
      const images = [subject.reconstruction, result.image];
      const { maps } = await saliency(stack(images), { classifier: base, method: "input-gradients" });
      const sizes = images.map((_, index) => magnitudes(row(maps, index)));
      // One scale for both, so that what fades is seen to fade.
      const full = Math.max(...sizes.map((values) => fullColour(values)));
      const [before, after] = images.map((image, index) => overlay(toPixels(image), sizes[index] ?? [], full));
      return { before: before as Pixels, after: after as Pixels };
    },
    async parts({ traversal: number }) {
      const { autoencoder, classifiers, judges } = opened();
      // Probes of the latent explain every direction in it.
      const candidates = classifiers().filter(({ terms }) => terms.every(({ model }) => model.probeOf === undefined));
      const found = await partsOf(traversals.recall(number), { autoencoder, candidates, judges });
      return (
        found && {
          shares: found.shares,
          explained: found.explained,
          moved: found.moved.map(({ part, length, frames, predictions }) => ({
            part,
            length,
            pixels: toPixels(row(frames, 1)),
            before: predictions[0] as number,
            after: predictions[1] as number,
          })),
        }
      );
    },
    async record({ traversal: number }) {
      const traversal = traversals.recall(number);
      const classifiers = listed();
      const end = await placeOn(traversal, 1, { autoencoder: opened().autoencoder, classifiers });
      return explanationJson(explanationOf(traversal, movementsOn(traversal, end, classifiers)));
    },
    async audit({ pictures, ...about }, _, signal) {
      const live = await beginAudit(pictures, { workspace: opened(), ...about, signal });
      await auditing?.dispose();
      auditing = live;
      return { audit: audits.keep(live), bases: live.bases, models: live.models };
    },
    async auditLook({ audit }, onProgress, signal) {
      throwIfInterrupted(signal);
      return audits.recall(audit).next(onProgress, signal);
    },
    async auditStop() {
      stop.abort();
      return undefined;
    },
    async auditRun({ audit }) {
      const zip = await audits.recall(audit).save();
      return new Blob([zip as Uint8Array<ArrayBuffer>], { type: "application/zip" });
    },
  };

  const along = async (traversal: Traversal, count: number): Promise<readonly StripFrame[]> => {
    const frames: StripFrame[] = [];
    for (let step = 0; step < count; step++) {
      const place = await placeOn(traversal, step / (count - 1), {
        autoencoder: opened().autoencoder,
        classifiers: [traversal.base],
      });
      frames.push({ pixels: toPixels(place.image), prediction: place.predictions[0] as number });
    }
    return frames;
  };

  const lines = { short: Promise.resolve<unknown>(undefined), long: Promise.resolve<unknown>(undefined) };
  const dispose = async (): Promise<void> => {
    stop.abort();
    await Promise.all([lines.short, lines.long]);
    await auditing?.dispose();
    await workspace?.dispose();
    workspace = undefined;
  };
  return {
    answer(kind, asked, onProgress = () => {}) {
      if (kind === "auditStop") return answers[kind](asked, onProgress, stop.signal);
      // Of its own from when it is asked, so that it can be stopped before its turn comes.
      if (kind === "audit" || kind === "auditLook") stop = new AbortController();
      const { signal } = stop;
      const line = long.has(kind) ? "long" : "short";
      const answer = lines[line].then(() =>
        line === "long"
          ? answers[kind](asked, onProgress, signal)
          : platform.urgently(() => answers[kind](asked, onProgress, signal)),
      );
      lines[line] = answer.catch(() => undefined);
      return answer;
    },
    [Symbol.asyncDispose]: dispose,
  };
}

/** Runs every model once, on grey: their sessions are made now and not when a reader waits for the first answer. */
async function wakeUp({ autoencoder, models, judgeModels }: Workspace, onProgress: OnProgress): Promise<void> {
  const image = await autoencoder.decode(await autoencoder.encode(grey(autoencoder)));
  const all = [...models, ...judgeModels];
  for (const [index, model] of all.entries()) {
    onProgress((index + 1) / (all.length + 1));
    await model.logits(image);
  }
}

function grey({ image: { channels, height, width } }: Workspace["autoencoder"]): Tensor {
  return { data: new Float32Array(channels * height * width).fill(0.5), dims: [1, channels, height, width] };
}

/** The latest things by number. */
class Memory<T> {
  private readonly held = new Map<number, T>();
  private next = 1;

  constructor(
    private readonly noun: string,
    private readonly size = remembered,
  ) {}

  keep(thing: T): number {
    this.held.set(this.next, thing);
    this.held.delete(this.next - this.size);
    return this.next++;
  }

  forget(): void {
    this.held.clear();
  }

  recall(number: number): T {
    const thing = this.held.get(number);
    if (thing === undefined) throw new CfalignError("usage", `the ${this.noun} is no longer remembered: ask again`);
    return thing;
  }
}
