import { platform } from "#platform";
import { CfalignError } from "../../src/base/errors.ts";

/** The folder of a world's models: recipe.json, models.json and the workspace cfalign.json. */
export interface ModelFolder {
  /** Path of a file in it. */
  at(name: string): string;
  json(name: string): Promise<unknown>;
}

/** Opens the folder of a world's models. expected: the start of the message where one of its files is not there, a CfalignError("input"). */
export async function modelFolder(folder: string, expected: string): Promise<ModelFolder> {
  const { files } = platform;
  const at = (name: string): string => files.join(folder, name);
  for (const name of ["recipe.json", "models.json", "cfalign.json"]) {
    if (await files.exists(at(name))) continue;
    throw new CfalignError(
      "input",
      `${expected} in "${folder}", got no ${name} there: they come with the repository, not with the package; clone it, or give --models that folder`,
      { where: folder },
    );
  }
  return { at, json: async (name) => JSON.parse(new TextDecoder().decode(await files.read(at(name)))) };
}
