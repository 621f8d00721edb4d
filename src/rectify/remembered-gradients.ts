import { platform } from "#platform";
import { row, stack, type Tensor } from "../base/tensor.ts";
import type { Autoencoder, ClassifierModel } from "../models/types.ts";

/** One row of a gradient run. */
interface Known {
  readonly outputs: Tensor;
  readonly gradients: Tensor;
}

/** Numbers that are remembered by default: 256 MB. */
const mostNumbers = 2 ** 26;

/**
 * The autoencoder with a memory for gradients: the direction of f + c·g is made of gradients of logits at z0, or at noisy latents around it,
 * which do not depend on c, so that each is computed once however many coefficients are tried. One row per latent and model. What was not
 * asked for for longest is forgotten beyond `most` numbers: a path's later steps, which no other coefficient takes.
 */
export function rememberGradients(autoencoder: Autoencoder, most = mostNumbers): Autoencoder {
  const models: ClassifierModel[] = [];
  const known = new Map<string, Known>();
  let numbers = 0;
  const size = ({ outputs, gradients }: Known): number => outputs.data.length + gradients.data.length;
  const touch = (key: string): Known => {
    const found = known.get(key) as Known;
    // A map keeps the order of insertion: the first is what waited longest.
    known.delete(key);
    known.set(key, found);
    return found;
  };
  const forget = (): void => {
    for (const [key, oldest] of known) {
      if (numbers <= most) return;
      known.delete(key);
      numbers -= size(oldest);
    }
  };
  return {
    ...autoencoder,
    async gradients(model, latents, cotangents) {
      if (!models.includes(model)) models.push(model);
      const rows = Array.from({ length: latents.dims[0] as number }, (_, index) => ({
        latent: row(latents, index),
        cotangent: row(cotangents, index),
      }));
      const hashes = await Promise.all(rows.map(({ latent, cotangent }) => hashOf([latent, cotangent])));
      const keys = hashes.map((hash) => `${models.indexOf(model)} ${hash}`);
      const missing = [...new Map(keys.map((key, index) => [key, index]))].filter(([key]) => !known.has(key));
      if (missing.length > 0) {
        const asked = missing.map(([, index]) => rows[index] as (typeof rows)[number]);
        const result = await autoencoder.gradients(
          model,
          stack(asked.map(({ latent }) => latent)),
          stack(asked.map(({ cotangent }) => cotangent)),
        );
        for (const [place, [key]] of missing.entries()) {
          const one = { outputs: row(result.outputs, place), gradients: row(result.gradients, place) };
          known.set(key, one);
          numbers += size(one);
        }
      }
      const found = keys.map(touch);
      forget();
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
