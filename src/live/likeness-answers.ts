import { stack, type Tensor } from "../base/tensor.ts";
import { fitImage } from "../models/fit-image.ts";
import { decodedImage } from "../models/read-image.ts";
import type { Answers, AskedWorkspace } from "./asked-workspace.ts";
import { encodedOf, likenessOf, lossOf } from "./likeness.ts";

/** Answers to whether a picture is like those that a workspace is about. */
export function likenessAnswers(asking: AskedWorkspace): Answers<"reference" | "likeness"> {
  return {
    async reference({ pictures }) {
      const { autoencoder } = asking.opened;
      const images: Tensor[] = [];
      for (const bytes of pictures) images.push(await fitImage(await decodedImage(bytes), autoencoder.image));
      if (images.length > 0) asking.reference.push(...(await encodedOf(stack(images), autoencoder)));
      return { pictures: asking.reference.length };
    },
    async likeness({ subject }) {
      const { input, reconstruction, latent } = asking.subjects.recall(subject);
      return likenessOf({ loss: lossOf(input, reconstruction), latent: latent.data }, asking.reference);
    },
  };
}
