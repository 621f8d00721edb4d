import { platform } from "#platform";
import { CfalignError } from "../base/errors.ts";
import type { Tensor } from "../base/tensor.ts";
import type { Subject } from "../explanation/subject.ts";
import type { Traversal } from "../explanation/traversal.ts";
import type { MovedFeature } from "../interventions/move.ts";
import { conceptOf } from "../models/concept.ts";
import { modelsOf } from "../models/prediction.ts";
import type { Classifier } from "../models/types.ts";
import { openWorkspace, type Workspace } from "../models/workspace.ts";
import { type Compute, computeOf } from "./compute.ts";
import { featuresIn } from "./edit-feature.ts";
import { takeGradientOnce } from "./gradient-once.ts";
import { joined } from "./join.ts";
import type { Encoded } from "./likeness.ts";
import { Memory } from "./memory.ts";
import type { Answered, Asked, Offers, OnProgress } from "./questions.ts";

/** Answers to questions of some kinds. signal: fires where what was asked last of an audit is stopped. */
export type Answers<K extends keyof Asked> = {
  readonly [Kind in K]: (asked: Asked[Kind], onProgress: OnProgress, signal: AbortSignal) => Promise<Answered[Kind]>;
};

/** The workspace that questions are about, and what was asked of it before. */
export class AskedWorkspace {
  readonly subjects = new Memory<Subject>("picture");
  readonly traversals = new Memory<Traversal>("counterfactual");
  /** The workspace's own pictures, as its autoencoder has them. */
  readonly reference: Encoded[] = [];
  private workspace: Workspace | undefined;
  private about: () => Compute = () => {
    throw noWorkspace();
  };

  /** Errors: CfalignError("usage") where none is open. */
  get opened(): Workspace {
    if (this.workspace === undefined) throw noWorkspace();
    return this.workspace;
  }

  /** Every classifier, judges last. */
  get listed(): readonly Classifier[] {
    return [...this.opened.classifiers(), ...this.opened.judges];
  }

  /** A feature that can be moved. Errors: CfalignError("usage") for one that cannot. */
  feature(name: string): MovedFeature {
    const feature = featuresIn(this.opened).find((each) => each.name === name);
    if (feature === undefined) throw new CfalignError("usage", `unknown feature "${name}"`);
    return feature;
  }

  /** What the models run on by now. */
  get compute(): Compute {
    return this.about();
  }

  /** Asks another workspace from now on: its models have not seen what was asked before. */
  ask(workspace: Workspace, compute: () => Compute = this.about): void {
    this.workspace = workspace;
    this.about = compute;
    this.subjects.forget();
    this.traversals.forget();
  }

  async dispose(): Promise<void> {
    await this.workspace?.dispose();
    this.workspace = undefined;
  }
}

function noWorkspace(): CfalignError {
  return new CfalignError("usage", "no workspace is open: ask for one first");
}

/** Answers to what is asked of a workspace as a whole. */
export function workspaceAnswers(asking: AskedWorkspace): Answers<"open" | "join" | "prepare"> {
  return {
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
      await asking.dispose();
      const { device } = opening.placements;
      asking.reference.length = 0;
      asking.ask(opening, () => computeOf({ device, asked, offers: choices, fallbacks: [...fallbacks] }));
      return offersOf(asking);
    },
    async join({ files }) {
      const { autoencoder } = asking.opened;
      const latent = await autoencoder.encode(grey(autoencoder));
      const { model, guessed, notLowered, ...wider } = await joined(files, asking.opened, latent);
      asking.ask(wider.workspace);
      return { offers: offersOf(asking), name: model.name, targets: model.targets, guessed, notLowered };
    },
    async prepare({ base: expression }) {
      const { autoencoder, classifier } = asking.opened;
      const began = performance.now();
      const latent = await autoencoder.encode(grey(autoencoder));
      for (const model of modelsOf([classifier(expression)])) await takeGradientOnce(model, { autoencoder, latent });
      return { seconds: (performance.now() - began) / 1000 };
    },
  };
}

function offersOf({ opened, listed, compute }: AskedWorkspace): Offers {
  const { autoencoder, judges } = opened;
  const { width, height, channels } = autoencoder.image;
  return {
    image: { width, height, channels },
    keepsShape: (autoencoder.image.framing?.fit ?? "stretch") !== "stretch",
    classifiers: listed.map((one) => ({
      name: one.name,
      model: one.terms[0]?.model.name ?? "",
      judge: judges.some(({ name }) => name === one.name),
      concept: conceptOf(one),
    })),
    features: featuresIn(opened).map(({ name, editors }) => ({ name, editor: editors[0]?.name ?? "" })),
    compute,
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
