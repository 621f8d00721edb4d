import { platform } from "#platform";
import type { Autoencoder, ClassifierModel } from "../models/types.ts";
import { row, stack, type Tensor } from "../tensor.ts";

/** One row of a gradient run. */
interface Known {
  readonly outputs: Tensor;
  readonly gradients: Tensor;
}

/**
 * The autoencoder with a memory for gradients: the direction of f + c·g is made of gradients of logits at z0 (Eq. 1), which
 * do not depend on c, so that each is computed once however many coefficients are tried. One row per image and target.
 */
export function rememberGradients(autoencoder: Autoencoder): Autoencoder {
  const memory = new Map<ClassifierModel, Map<string, Known>>();
  return {
    ...autoencoder,
    async gradients(model, latents, cotangents) {
      const known = memory.get(model) ?? new Map<string, Known>();
      memory.set(model, known);
      const rows = Array.from({ length: latents.dims[0] as number }, (_, index) => ({
        latent: row(latents, index),
        cotangent: row(cotangents, index),
      }));
      const keys = await Promise.all(rows.map(({ latent, cotangent }) => hashOf([latent, cotangent])));
      const missing = [...new Map(keys.map((key, index) => [key, index]))].filter(([key]) => !known.has(key));
      if (missing.length > 0) {
        const asked = missing.map(([, index]) => rows[index] as (typeof rows)[number]);
        const result = await autoencoder.gradients(
          model,
          stack(asked.map(({ latent }) => latent)),
          stack(asked.map(({ cotangent }) => cotangent)),
        );
        for (const [place, [key]] of missing.entries()) {
          known.set(key, { outputs: row(result.outputs, place), gradients: row(result.gradients, place) });
        }
      }
      const found = keys.map((key) => known.get(key) as Known);
      return {
        outputs: stack(found.map(({ outputs }) => outputs)),
        gradients: stack(found.map(({ gradients }) => gradients)),
      };
    },
  };
}

function hashOf(tensors: readonly Tensor[]): Promise<string> {
  const { data } = stack(tensors.map(({ data }) => ({ data, dims: [data.length] })));
  return platform.sha256(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}
