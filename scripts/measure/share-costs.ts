// What sharing a limit among shards costs, as docs/scale.md sums up: counts of a world in which an image counts for a base or
// does not. Prints the table.
import { limitedShards, randomWorld } from "../../test/results/shared-world.ts";

const orders = 40;
console.log("| positive images | limit | shards | mean | largest | second round |");
console.log("|---|---|---|---|---|---|");
for (const rate of [0.3, 0.05]) {
  for (const limit of [60, 400]) {
    // There must be enough images for the limit.
    if (rate * 4000 < 1.5 * limit) continue;
    for (const count of [2, 4, 8, 16]) {
      const all = Array.from({ length: orders }, (_, seed) => limitedShards(randomWorld(rate, count, seed + 1), limit));
      const ratios = all.map(({ made, whole }) => made / whole);
      const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / orders;
      const second = all.filter(({ rounds }) => rounds > 2).length;
      const cells = [
        `${100 * rate} %`,
        limit,
        count,
        mean.toFixed(2),
        Math.max(...ratios).toFixed(2),
        `${second} of ${orders}`,
      ];
      console.log(`| ${cells.join(" | ")} |`);
    }
  }
}
