import type { Flattened } from "../index.ts";
import { textTable } from "./table.ts";

/** The curve of components, which was taken, and what it loses. */
export function flattenText({ curve, chosen, bare, images, heldOut, latent, manifest, workspace }: Flattened): string {
  const share = (value: number | null): string => (value === null ? "–" : `${(100 * value).toFixed(1)} %`);
  const rows = curve.map(({ components, varianceKept, decisionsKept, blind }) => [
    `${components}${components === chosen.components ? " *" : ""}`,
    share(varianceKept),
    share(decisionsKept),
    String(blind.length),
  ]);
  const lost = chosen.blind.filter((target) => !bare.blind.includes(target));
  return [
    textTable([["components", "variance", "decisions kept", "blind"], ...rows]),
    textTable([[`${latent} as it is`, "", share(bare.decisionsKept), String(bare.blind.length)]]),
    "",
    `a basis of ${images} pictures, tried on ${heldOut} others: ${chosen.components} numbers keep ${share(chosen.varianceKept)} of the variance`,
    lost.length === 0
      ? `no target became blind by it on these ${heldOut}; a target that fewer than five of them have, or lack, was hardly tried`
      : `blind by it (use more components or more pictures to see them): ${lost.join(", ")}`,
    workspace === null ? `written: ${manifest}` : `written: ${manifest}, now the autoencoder of ${workspace}`,
  ].join("\n");
}
