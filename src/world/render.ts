import { platform } from "#platform";
import { createRandom } from "../base/random.ts";
import type { Tensor } from "../base/tensor.ts";
import type { Pixels } from "../platform/platform.ts";
import { faceSvg } from "./face.ts";
import type { Strengths } from "./factors.ts";
import { drawNuisances, type Nuisances } from "./nuisances.ts";
import { type SampleOptions, strengthSampler } from "./sample.ts";

/** Width and height of a face in pixels. */
export const FACE_SIZE = 64;

/** What makes one face: its causes, and everything else that varies. */
export interface Face {
  readonly strengths: Strengths;
  readonly nuisances: Nuisances;
}

/** The faces of a seed: face i depends on the seed and on i only, so a longer series begins with the shorter one. */
export function faceSource(seed: number | string, options: SampleOptions = {}): (index: number) => Face {
  const sample = strengthSampler(options);
  const root = createRandom(seed);
  return (index) => {
    const random = root.fork(`face/${index}`);
    return { strengths: sample(random.fork("strengths")), nuisances: drawNuisances(random.fork("nuisances")) };
  };
}

/** Renders a face to RGB, `size` pixels wide and high. */
export function renderFace({ strengths, nuisances }: Face, size: number = FACE_SIZE): Promise<Pixels> {
  return platform.renderSvg(faceSvg(strengths, nuisances, size), { width: size, height: size });
}

/** Renders faces as a tensor [n, 3, 64, 64] in [0, 1]. */
export async function renderFaces(faces: readonly Face[]): Promise<Tensor> {
  const area = FACE_SIZE * FACE_SIZE;
  const data = new Float32Array(faces.length * 3 * area);
  const pictures = await Promise.all(faces.map((face) => renderFace(face)));
  pictures.forEach((picture, i) => {
    for (let pixel = 0; pixel < area; pixel++) {
      for (let channel = 0; channel < 3; channel++) {
        data[(i * 3 + channel) * area + pixel] = (picture.data[pixel * 3 + channel] as number) / 255;
      }
    }
  });
  return { data, dims: [faces.length, 3, FACE_SIZE, FACE_SIZE] };
}
