import { CfalignError } from "../errors.ts";
import type { Autoencoder, Classifier, ClassifierModel } from "./types.ts";

/** What is audited: an autoencoder, classifiers, judges, and a folder of images. Disposing it ends every session. */
export interface Workspace extends AsyncDisposable {
  /** Path of the workspace file. */
  readonly path: string;
  readonly autoencoder: Autoencoder;
  /** Classifier files, in workspace order. */
  readonly models: readonly ClassifierModel[];
  /** Judge files, in workspace order. */
  readonly judgeModels: readonly ClassifierModel[];
  /** The classifier that an expression means, such as `smiling + 0.3*arched_eyebrows`. */
  classifier(expression: string): Classifier;
  /** The classifiers of a comma-separated list; every target of every classifier file for `all` or nothing. */
  classifiers(list?: string): readonly Classifier[];
  /** Every target of every judge. */
  readonly judges: readonly Classifier[];
  /** Folder of images, when the workspace names one. */
  readonly images?: string;
  dispose(): Promise<void>;
}

/** Opens a workspace: the path of a `cfalign.json` or of its folder, or the name of a built-in one (`cartoon-faces`); `./cfalign.json` when absent. */
export async function openWorkspace(pathOrName = "cfalign.json"): Promise<Workspace> {
  throw new CfalignError("internal", `openWorkspace of ${pathOrName} is not written yet`);
}
