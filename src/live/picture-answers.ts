import { row } from "../base/tensor.ts";
import { explanationJson } from "../explanation/json.ts";
import { type Subject, subjectOf } from "../explanation/subject.ts";
import { explanationOf, figuresOn, movementsOn, placeOn, type Traversal, traverse } from "../explanation/traversal.ts";
import { isPositive, rangeOf, read } from "../models/prediction.ts";
import { toPixels } from "../platform/pixels.ts";
import type { Answers, AskedWorkspace } from "./asked-workspace.ts";
import { editFeature, witnessed } from "./edit-feature.ts";
import { partsOf } from "./parts.ts";
import type { Lowered } from "./questions.ts";

/** Answers to what is asked of a picture and of the way to its counterfactual. */
export function pictureAnswers(asking: AskedWorkspace): Answers<"look" | "lower" | "edit" | "show"> {
  return {
    async look({ name, picture }) {
      const { autoencoder, models, judgeModels, classifiers } = asking.opened;
      const began = performance.now();
      const subject = await subjectOf({ name, bytes: picture }, { autoencoder, models: [...models, ...judgeModels] });
      const on = (outputs: Subject["onInput"]) => asking.listed.map((one) => read(one, outputs).prediction);
      return {
        subject: asking.subjects.keep(subject),
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
        compute: asking.compute,
      };
    },
    async lower({ subject, base: expression, direction = "gradient" }, onProgress) {
      const { autoencoder, classifier } = asking.opened;
      const base = classifier(expression);
      const began = performance.now();
      const options = { autoencoder, base, direction, onProgress };
      return loweredBy(asking, { subject, traversal: await traverse(asking.subjects.recall(subject), options), began });
    },
    async edit({ subject, feature: name }, onProgress) {
      const { autoencoder } = asking.opened;
      const feature = asking.feature(name);
      const began = performance.now();
      const edit = await editFeature(asking.subjects.recall(subject), feature, { autoencoder, onProgress });
      const end = await placeOn(edit.traversal, 1, { autoencoder, classifiers: [feature.witness] });
      const about = { feature: name, side: edit.side, witness: witnessed(feature, edit, end) };
      return { ...(await loweredBy(asking, { subject, traversal: edit.traversal, began })), ...about };
    },
    async show({ traversal: number, share }) {
      const { autoencoder } = asking.opened;
      const traversal = asking.traversals.recall(number);
      const { image, predictions } = await placeOn(traversal, share, {
        autoencoder,
        classifiers: [traversal.base, ...asking.listed],
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
  };
}

/** subject: its number; began: when the search did. */
async function loweredBy(
  asking: AskedWorkspace,
  { subject, traversal, began }: { readonly subject: number; readonly traversal: Traversal; readonly began: number },
): Promise<Lowered> {
  const seconds = (performance.now() - began) / 1000;
  const classifiers = asking.listed;
  const end = await placeOn(traversal, 1, { autoencoder: asking.opened.autoencoder, classifiers });
  const { basePrediction, ...figures } = figuresOn(traversal);
  return {
    subject,
    traversal: asking.traversals.keep(traversal),
    ...figures,
    ...basePrediction,
    range: rangeOf(traversal.base),
    seconds,
    compute: asking.compute,
    movements: movementsOn(traversal, end, classifiers),
    end: {
      pixels: toPixels(end.image),
      lambda: figures.lambda,
      basePrediction: basePrediction.after,
      predictions: end.predictions,
    },
  };
}

/** Answers to what is asked of a counterfactual's figures. */
export function figureAnswers(asking: AskedWorkspace): Answers<"parts" | "record"> {
  return {
    async parts({ traversal: number }) {
      const { autoencoder, classifiers, judges } = asking.opened;
      // Probes of the latent explain every direction in it.
      const candidates = classifiers().filter(({ terms }) => terms.every(({ model }) => model.probeOf === undefined));
      const found = await partsOf(asking.traversals.recall(number), { autoencoder, candidates, judges });
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
      const traversal = asking.traversals.recall(number);
      const classifiers = asking.listed;
      const end = await placeOn(traversal, 1, { autoencoder: asking.opened.autoencoder, classifiers });
      return explanationJson(explanationOf(traversal, movementsOn(traversal, end, classifiers)));
    },
  };
}
