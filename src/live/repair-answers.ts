import type { Answers, AskedWorkspace } from "./asked-workspace.ts";
import { repairPicture, takenAway } from "./repair-picture.ts";
import { repairedFile } from "./repaired-file.ts";

/** Answers to what is asked of a repair. */
export function repairAnswers(asking: AskedWorkspace): Answers<"repairPicture" | "repairFile"> {
  return {
    async repairPicture({ target, feature, name, picture, labels, edit }) {
      const { autoencoder, classifier } = asking.opened;
      const wish = { autoencoder, target: classifier(target), feature: asking.feature(feature), edit };
      return repairPicture({ name, bytes: picture, labels }, wish);
    },
    async repairFile({ target, feature, amount, threshold }) {
      const { autoencoder, classifier } = asking.opened;
      const sum = { target: classifier(target), taken: takenAway(asking.feature(feature)), amount, threshold };
      const zip = await repairedFile({ ...sum, image: autoencoder.image });
      return new Blob([zip as Uint8Array<ArrayBuffer>], { type: "application/zip" });
    },
  };
}
