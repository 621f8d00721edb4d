import type { ImportedModel, ImportOptions } from "../index.ts";
import { type Context, type Library, optionError, type Question } from "./context.ts";
import { numbersOf, pairOf, sizeOf, targetsOf } from "./numbers.ts";

type Import = Library["importModel"];

/** How a field is asked for: what to type, and what the answer says to an import. */
interface Asked {
  readonly how: string;
  answer(text: string, library: Library): ImportOptions;
}

const pictureSize: Asked = {
  how: "width and height, such as 224 or 320x240",
  answer: (text) => ({ size: sizeOf("size")(text) }),
};
const outputNames: Asked = {
  how: "names after commas, those with commas in single quotes",
  answer: (text, library) => ({ targets: targetsOf(text, library) }),
};

/** Of what is guessed, what makes a classifier look worse than it is when the guess is wrong; and the names of its outputs. */
const guesses: Readonly<Record<string, Asked>> = {
  "input.range": { how: "two numbers, such as -1,1", answer: (text) => ({ range: pairOf("range")(text) }) },
  "input.fit": oneOf("fit", ["stretch", "cover", "contain"], (fit) => ({ fit })),
  "input.resize": oneOf("resize", ["nearest", "bilinear", "bicubic", "lanczos", "box", "hamming"], (resize) => ({
    resize,
  })),
  "output.activation": oneOf("activation", ["sigmoid", "softmax", "none"], (activation) => ({ activation })),
  "output.name": { how: "an output of the graph", answer: (text) => ({ output: text }) },
  latent: { how: "a value of the graph", answer: (text) => ({ latent: text }) },
  targets: outputNames,
};

/** Mean and std are in no guess: without them nothing is subtracted. */
const normalisation: readonly (Asked & { readonly field: string })[] = [
  { field: "input.mean", how: "numbers per channel", answer: (text) => ({ mean: numbersOf("mean")(text) }) },
  { field: "input.std", how: "numbers per channel", answer: (text) => ({ std: numbersOf("std")(text) }) },
];

/** What nothing says and has to be said, by where an error of the import says that it is missing. */
const missing: Readonly<Record<string, Asked>> = {
  size: pictureSize,
  "input.width": pictureSize,
  "input.height": pictureSize,
  targets: outputNames,
};

/**
 * `importModel` that asks on a terminal about each guess, and for what is missing; elsewhere it is `importModel` itself.
 * demanding: ask for what is missing too, true.
 */
export async function askingImport(context: Context, demanding = true): Promise<Import> {
  const library = await context.library();
  const { importModel } = library;
  const { question } = context;
  if (question === undefined) return importModel;
  return async (source, options = {}) => {
    const [imported, given] = await complete(source, options);
    const answers = await confirmed(source, imported);
    return Object.keys(answers).length === 0
      ? imported
      : importModel(source, { ...given, ...answers, overwrite: true });
  };

  async function complete(source: string, options: ImportOptions): Promise<readonly [ImportedModel, ImportOptions]> {
    try {
      return [await importModel(source, options), options];
    } catch (error) {
      const asked = demanding ? missing[whereOf(error)] : undefined;
      const answer = asked && (await ask((error as Error).message, asked, asked.how));
      if (answer === undefined) throw error;
      return complete(source, { ...options, ...answer });
    }
  }

  async function confirmed(source: string, { kind, fields }: ImportedModel): Promise<ImportOptions> {
    let answers: ImportOptions = {};
    const open = fields.flatMap(({ field, value, from, guessed }) => {
      const asked = guessed && Object.hasOwn(guesses, field) ? guesses[field] : undefined;
      return asked === undefined ? [] : [{ field, asked, text: `is guessed: ${JSON.stringify(value)} (${from})` }];
    });
    const says = (name: string): boolean => fields.some(({ field }) => field === name);
    const silent = kind === "classifier" && open.some(({ field }) => field === "input.range") && !says("input.mean");
    const unsaid = silent
      ? normalisation.map((asked) => ({ field: asked.field, asked, text: "is said nowhere: none" }))
      : [];
    for (const { field, asked, text } of [...open, ...unsaid]) {
      const words = text.length > 160 ? `${text.slice(0, 159)}…` : text;
      const answer = await ask(`${source}: ${field} ${words}`, asked, `Enter keeps it; else ${asked.how}`);
      answers = { ...answers, ...answer };
    }
    return answers;
  }

  /** Asks until the answer can be used; undefined for an empty one. */
  async function ask(about: string, asked: Asked, how: string): Promise<ImportOptions | undefined> {
    context.output.say(about);
    const answer = (await (question as Question)(`  ${how}: `)).trim();
    if (answer === "") return undefined;
    try {
      return asked.answer(answer, library);
    } catch (error) {
      if (!(error instanceof library.CfalignError)) throw error;
      return ask(error.message, asked, how);
    }
  }
}

function whereOf(error: unknown): string {
  return error instanceof Error && "where" in error ? String(error.where) : "";
}

function oneOf<T extends string>(option: string, choices: readonly T[], answer: (value: T) => ImportOptions): Asked {
  const how = choices.join(", ");
  return {
    how,
    answer: (text) => {
      const choice = choices.find((known) => known === text);
      if (choice === undefined) throw optionError(option, how, text);
      return answer(choice);
    },
  };
}
