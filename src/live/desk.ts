import type { StopReason, TracePoint } from "../counterfactual/types.ts";
import { CfalignError } from "../errors.ts";
import { isPositive, rangeOf, read } from "../models/prediction.ts";
import type { Classifier } from "../models/types.ts";
import { openWorkspace, type Workspace } from "../models/workspace.ts";
import { toPixels } from "../platform/pixels.ts";
import type { Pixels } from "../platform/platform.ts";
import { type Subject, subjectOf } from "./subject.ts";
import { type Movement, movementsOn, placeOn, type Way, wayOf } from "./way.ts";

/** A classifier as the page lists it. */
export interface Listed {
  readonly name: string;
  /** The file that it is a target of. */
  readonly model: string;
  readonly judge: boolean;
}

/** What a workspace offers. */
export interface Offers {
  readonly autoencoder: string;
  readonly image: { readonly width: number; readonly height: number; readonly channels: number };
  readonly classifiers: readonly Listed[];
}

/** A picture as the classifiers see it. */
export interface Look {
  /** What later questions call it. */
  readonly subject: number;
  readonly input: Pixels;
  readonly reconstruction: Pixels;
  readonly given: { readonly width: number; readonly height: number };
  /** On the reconstruction, from which counterfactuals start, in the order of the offers. */
  readonly predictions: readonly number[];
  readonly onInput: readonly number[];
  /** Classifiers that call the reconstruction positive, judges left out. */
  readonly positive: readonly string[];
}

/** A counterfactual. */
export interface Lowered {
  readonly subject: number;
  readonly way: number;
  /** The base by its shortest name. */
  readonly base: string;
  readonly before: number;
  readonly after: number;
  readonly range: { readonly low: number; readonly high: number };
  readonly lambda: number | null;
  readonly shift: number;
  readonly stopReason: StopReason;
  readonly evaluations: number;
  readonly trace: readonly TracePoint[];
  readonly dominantTerm: string | undefined;
  /** Every other classifier, the largest movement first. */
  readonly movements: readonly Movement[];
}

/** A place on the way to a counterfactual. */
export interface Shown {
  readonly pixels: Pixels;
  readonly lambda: number | null;
  readonly basePrediction: number;
  /** In the order of the offers. */
  readonly predictions: readonly number[];
}

/** What can be asked, by its kind. */
export interface Asked {
  /** workspace: its path; in the browser an absolute URL. */
  readonly open: { readonly workspace: string };
  /** picture: bytes of an image file. */
  readonly look: { readonly picture: Uint8Array };
  readonly lower: { readonly subject: number; readonly base: string };
  /** share: 0 is the reconstruction, 1 the counterfactual. */
  readonly show: { readonly way: number; readonly share: number };
}

/** What is answered, by the same kinds. */
export interface Answered {
  readonly open: Offers;
  readonly look: Look;
  readonly lower: Lowered;
  readonly show: Shown;
}

export type Kind = keyof Asked;

/** Answers questions about one workspace, one after the other, and remembers what was asked before. */
export interface Desk extends AsyncDisposable {
  answer<K extends Kind>(kind: K, asked: Asked[K]): Promise<Answered[K]>;
}

/** Pictures and ways that are remembered; the oldest are forgotten. */
const remembered = 32;

/** A desk without a workspace: `open` is the first question. */
export function createDesk(): Desk {
  let workspace: Workspace | undefined;
  const subjects = new Memory<Subject>("picture");
  const ways = new Memory<Way>("counterfactual");
  const opened = (): Workspace => {
    if (workspace === undefined) throw new CfalignError("usage", "no workspace is open: ask for one first");
    return workspace;
  };
  const listed = (): readonly Classifier[] => [...opened().classifiers(), ...opened().judges];

  const answers: { readonly [K in Kind]: (asked: Asked[K]) => Promise<Answered[K]> } = {
    async open({ workspace: path }) {
      await workspace?.dispose();
      workspace = await openWorkspace(path);
      const { autoencoder, judges } = workspace;
      const { width, height, channels } = autoencoder.image;
      return {
        autoencoder: autoencoder.name,
        image: { width, height, channels },
        classifiers: listed().map((one) => ({
          name: one.name,
          model: one.terms[0]?.model.name ?? "",
          judge: judges.some(({ name }) => name === one.name),
        })),
      };
    },
    async look({ picture }) {
      const { autoencoder, models, judgeModels, classifiers } = opened();
      const subject = await subjectOf(picture, { autoencoder, models: [...models, ...judgeModels] });
      const on = (outputs: Subject["onInput"]) => listed().map((one) => read(one, outputs).prediction);
      return {
        subject: subjects.keep(subject),
        input: toPixels(subject.input),
        reconstruction: toPixels(subject.reconstruction),
        given: subject.given,
        predictions: on(subject.onReconstruction),
        onInput: on(subject.onInput),
        positive: classifiers()
          .filter((one) => isPositive(one, subject.onReconstruction))
          .map(({ name }) => name),
      };
    },
    async lower({ subject, base: expression }) {
      const { autoencoder, classifier } = opened();
      const base = classifier(expression);
      const way = await wayOf(subjects.recall(subject), { autoencoder, base });
      const classifiers = listed();
      const end = await placeOn(way, 1, { autoencoder, classifiers });
      const { lambda, shift, stopReason, evaluations, trace, dominantTerm, prediction } = way.result;
      return {
        subject,
        way: ways.keep(way),
        base: base.name,
        ...prediction,
        range: rangeOf(base),
        lambda,
        shift,
        stopReason,
        evaluations,
        trace,
        dominantTerm,
        movements: movementsOn(way, end, classifiers),
      };
    },
    async show({ way: number, share }) {
      const { autoencoder } = opened();
      const way = ways.recall(number);
      const { image, predictions } = await placeOn(way, share, { autoencoder, classifiers: [way.base, ...listed()] });
      const [basePrediction = 0, ...others] = predictions;
      const { lambda } = way.result;
      return {
        pixels: toPixels(image),
        lambda: lambda === null ? null : share * lambda,
        basePrediction,
        predictions: others,
      };
    },
  };

  let last: Promise<unknown> = Promise.resolve();
  const dispose = async (): Promise<void> => {
    await last;
    await workspace?.dispose();
    workspace = undefined;
  };
  return {
    answer(kind, asked) {
      const answer = last.then(() => answers[kind](asked));
      last = answer.catch(() => undefined);
      return answer;
    },
    [Symbol.asyncDispose]: dispose,
  };
}

/** The latest things by number. */
class Memory<T> {
  private readonly held = new Map<number, T>();
  private next = 1;

  constructor(private readonly noun: string) {}

  keep(thing: T): number {
    this.held.set(this.next, thing);
    this.held.delete(this.next - remembered);
    return this.next++;
  }

  recall(number: number): T {
    const thing = this.held.get(number);
    if (thing === undefined) throw new CfalignError("usage", `the ${this.noun} is no longer remembered: ask again`);
    return thing;
  }
}
