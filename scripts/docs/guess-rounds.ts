// Looks for rounds of the live page's game: faces on which a clean and a biased classifier are lowered along a path, the clean one leaves the
// feature alone, and the biased one changes it for the eye. Prints the best of every biased classifier, for src/serve/guess-rounds.ts.
// Usage: node --conditions=source --import tsx scripts/docs/guess-rounds.ts
import { platform } from "#platform";
import { createQuestionHandler } from "../../src/live/question-handler.ts";
import { planted } from "../../src/world/factors.ts";
import { faceSource, renderFace } from "../../src/world/render.ts";

const count = 60;
await using handler = createQuestionHandler();
const { classifiers } = await handler.answer("open", { workspace: "cartoon-faces" });
const judges = new Map(classifiers.flatMap(({ name, judge, concept }) => (judge ? [[concept, name] as const] : [])));
const found: { readonly picture: string; readonly biased: string; readonly difference: number }[] = [];
for (let index = 0; index < count; index++) {
  const name = `face-${String(index).padStart(5, "0")}.png`;
  const picture = await platform.encodeImage(await renderFace(faceSource(7)(index)), "png");
  const { subject, positive } = await handler.answer("look", { name, picture });
  if (!positive.includes("smiling-clean")) continue;
  for (const [biased, feature] of Object.entries(planted)) {
    if (!biased.startsWith("smiling") || !positive.includes(biased)) continue;
    const [clean, other] = [
      await handler.answer("lower", { subject, base: "smiling-clean", direction: "path" }),
      await handler.answer("lower", { subject, base: biased, direction: "path" }),
    ];
    const fall = (lowered: typeof clean): number => {
      const seen = lowered.movements.find((each) => each.name === judges.get(feature));
      return (seen?.before ?? 0) - (seen?.after ?? 0);
    };
    const both = [clean, other].every(({ before, after }) => before - after > 0.5);
    const difference = fall(other) - Math.abs(fall(clean));
    if (both) found.push({ picture: name, biased, difference });
  }
}
for (const biased of Object.keys(planted)) {
  const own = found.filter((each) => each.biased === biased).sort((a, b) => b.difference - a.difference);
  console.log(
    biased,
    own
      .slice(0, 6)
      .map(({ picture, difference }) => `${picture} ${difference.toFixed(2)}`)
      .join(", "),
  );
}
