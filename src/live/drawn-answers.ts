import { platform } from "#platform";
import { magnitudes } from "../attribution/map-similarity.ts";
import { saliency } from "../attribution/saliency.ts";
import { row, stack } from "../base/tensor.ts";
import { placeOn, type Traversal } from "../explanation/traversal.ts";
import { animationFigures, thereAndBack } from "../pictures/animation.ts";
import { fullColour, overlay } from "../pictures/saliency-map.ts";
import { type StripFrame, stripFigure } from "../pictures/strip.ts";
import { toPixels } from "../platform/pixels.ts";
import type { Pixels } from "../platform/platform.ts";
import type { Answers, AskedWorkspace } from "./asked-workspace.ts";

/** Pictures of a strip and of an animation, as `explain` has them. */
const stripFrames = 8;
const animationFrames = 12;

/** Answers that are drawings of a traversal. */
export function drawnAnswers(asking: AskedWorkspace): Answers<"strip" | "frames" | "gif" | "saliency"> {
  return {
    async strip({ traversal: number }) {
      const traversal = asking.traversals.recall(number);
      const { name, input } = traversal.subject;
      const frames = await along(asking, traversal, stripFrames);
      return stripFigure([{ title: name, base: traversal.base.name, input: { pixels: toPixels(input) }, frames }]);
    },
    async frames({ traversal: number }) {
      const traversal = asking.traversals.recall(number);
      return animationFigures(await along(asking, traversal, animationFrames), { base: traversal.base.name });
    },
    gif: ({ frames }) => platform.encodeAnimation(thereAndBack(frames), { format: "gif", delayMs: 110 }),
    async saliency({ traversal: number }) {
      const { subject, base, result } = asking.traversals.recall(number);
      const images = [subject.reconstruction, result.image];
      const { maps } = await saliency(stack(images), { classifier: base, method: "input-gradients" });
      const sizes = images.map((_, index) => magnitudes(row(maps, index)));
      // One scale for both, so that what fades is seen to fade.
      const full = Math.max(...sizes.map((values) => fullColour(values)));
      const [before, after] = images.map((image, index) => overlay(toPixels(image), sizes[index] ?? [], full));
      return { before: before as Pixels, after: after as Pixels };
    },
  };
}

/** Pictures on a traversal, evenly from the reconstruction to the counterfactual. */
async function along({ opened }: AskedWorkspace, traversal: Traversal, count: number): Promise<readonly StripFrame[]> {
  const frames: StripFrame[] = [];
  for (let step = 0; step < count; step++) {
    const place = await placeOn(traversal, step / (count - 1), {
      autoencoder: opened.autoencoder,
      classifiers: [traversal.base],
    });
    frames.push({ pixels: toPixels(place.image), prediction: place.predictions[0] as number });
  }
  return frames;
}
