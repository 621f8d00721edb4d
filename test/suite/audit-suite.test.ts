import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { alignmentMatrix } from "../../src/audit/matrix.ts";
import type { Answers } from "../../src/suite/answers.ts";
import { askClassifier } from "../../src/suite/ask-classifier.ts";
import { auditSuite, type SuiteAudit } from "../../src/suite/audit-suite.ts";
import { picturesOf, type Suite } from "../../src/suite/open-suite.ts";
import { readTable, tableOf } from "../../src/suite/table-answers.ts";
import { type Fault, type InferenceServer, type InferenceServerOptions, inferenceServer } from "./inference-server.ts";
import { smallSuite } from "./small-suite.ts";

const servers: InferenceServer[] = [];

const small = await smallSuite();
const { suite } = small;
const models = dirname(small.workspace.path);
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});
afterAll(() => small.workspace.dispose());

async function serving(options: Partial<InferenceServerOptions> = {}): Promise<InferenceServer> {
  const file = join(models, "biased.onnx");
  const server = await inferenceServer({ file, input: "x", output: "y", shape: [-1, 1, 2, 3], targets: 1, ...options });
  servers.push(server);
  return server;
}

/** Manifest of the model "biased" behind a server. */
async function servedManifest(url: string): Promise<string> {
  const { file: _, sha256: __, ...rest } = JSON.parse(await readFile(join(models, "biased.json"), "utf8"));
  const path = join(small.folder, `served-${servers.length}.json`);
  await writeFile(path, JSON.stringify({ ...rest, url }));
  return path;
}

const ofFile = (): Promise<Answers> => askClassifier(suite, join(models, "biased.json"));

function cellOf(audit: SuiteAudit, feature: string) {
  const cell = audit.cells.find((each) => each.feature === feature);
  if (cell === undefined) throw new Error(`no cell of ${feature}`);
  return cell;
}

/** The largest difference of two effects on the same classifier, over all features and ends. */
function difference(a: SuiteAudit, b: SuiteAudit): number {
  const figures = ({ cells }: SuiteAudit) =>
    cells.flatMap(({ effect }) => (effect === null ? [] : [effect.value, ...(effect.ci ?? []), effect.total ?? 0]));
  const [first, second] = [figures(a), figures(b)];
  expect(first.length).toBe(second.length);
  expect(first.length).toBeGreaterThan(10);
  return Math.max(...first.map((value, at) => Math.abs(value - (second[at] as number))));
}

describe("a classifier's file", () => {
  test("gets the verdicts of the run, and figures as near as eight bits allow", async () => {
    const audit = auditSuite(suite, await ofFile());
    const cells = alignmentMatrix(small.run).cells.filter(({ base }) => base === "biased");
    const told = audit.cells.filter(({ effect }) => effect !== null);
    expect(told.map(({ feature }) => feature)).toContain("glasses");
    for (const { feature, effect, state } of told) {
      const cell = cells.find(({ downstream }) => downstream === feature);
      expect(state, feature).toBe(cell?.effect?.state);
      expect(Math.abs((effect?.value as number) - (cell?.effect?.value as number)), feature).toBeLessThan(0.03);
    }
    expect(cellOf(audit, "glasses").state).toBe("found");
    expect(cellOf(audit, "smiling")).toMatchObject({ state: null, none: "own-feature" });
  });

  test("that answers as the witness of its own feature does gets no effects", async () => {
    const audit = auditSuite(suite, await askClassifier(suite, join(models, "judge.json")));
    expect(new Set(audit.cells.map(({ none }) => none))).toEqual(new Set(["own-witness", "own-feature"]));
    expect(audit.notes[0]).toBe(
      "smiling answers as the witness of its own feature does: nothing tells what it uses beside it",
    );
  });

  test("of a softmax is asked nothing of its other classes", async () => {
    const audit = auditSuite(suite, await askClassifier(suite, join(models, "colours.json")));
    const red = audit.cells.filter(({ classifier }) => classifier === "red");
    expect(red.filter(({ none }) => none === "one-softmax").map(({ feature }) => feature)).toEqual(["green", "blue"]);
  });

  test("about a feature of another name is told which", async () => {
    const source = join(models, "biased.onnx");
    const describe = {
      name: "mine",
      size: { width: 3, height: 2 },
      channels: 1,
      targets: ["grin"],
      activation: "sigmoid",
    } as const;
    const unnamed = auditSuite(suite, await askClassifier(suite, source, { describe }));
    expect(new Set(unnamed.cells.map(({ none }) => none))).toEqual(new Set(["no-feature"]));
    const named = auditSuite(suite, await askClassifier(suite, source, { describe, about: ["smiling"] }));
    expect(difference(named, auditSuite(suite, await ofFile()))).toBeLessThan(1e-6);
    await expect(askClassifier(suite, source, { describe, about: ["grin=smile"] })).rejects.toThrow(
      'about "grin=smile": expected a feature of the suite (smiling, glasses, rare, red, green, blue), got "smile"',
    );
  });
});

describe("a table", () => {
  const written = async (text: string): Promise<string> => {
    const path = join(small.folder, "predictions.csv");
    await writeFile(path, text);
    return path;
  };
  const refused = async (text: string, message: string) => {
    const path = await written(text);
    await expect(readTable(suite, path)).rejects.toThrow(`${path}: ${message}`);
  };

  test("of the same predictions gives the same numbers", async () => {
    const answers = await ofFile();
    const path = await written(tableOf(suite, answers));
    expect(difference(auditSuite(suite, await readTable(suite, path)), auditSuite(suite, answers))).toBeLessThan(1e-6);
  });

  test("that lacks rows, repeats them, or has others is told in one line", async () => {
    const [first, second] = picturesOf(suite).map(({ file }) => file);
    const count = picturesOf(suite).length;
    await refused(
      "name,smiling\n",
      "expected columns file,prediction, or file and a column a target, found name,smiling",
    );
    await refused(
      `file,smiling\n${first},0.5\n`,
      `expected a row for each of ${count} pictures, ${count - 1} are missing, such as "${second}"`,
    );
    await refused(`file,smiling\n${first},0.5\n${first},0.5\n`, `row 3: "${first}" is in row 2 already`);
    await refused(
      "file,smiling\nother.png,0.5\n",
      'row 2: expected a file that cfalign suite list names, found "other.png"',
    );
    await refused(`file,smiling\n${first},3.2\n`, 'row 2, smiling: expected a prediction from 0 to 1, found "3.2"');
    await refused(`file,smiling\n${first},0.1,0.2\n`, "row 2: expected 2 values, found 3");
  });

  test("without a number for some pictures leaves their pairs out, and says so", async () => {
    const answers = await ofFile();
    const lines = tableOf(suite, answers).trimEnd().split("\n");
    const pair = suite.pairs[0] as Suite["pairs"][number];
    const blank = lines.map((line) => (line.startsWith(`${pair.after.file},`) ? `${pair.after.file},` : line));
    const audit = auditSuite(suite, await readTable(suite, await written(`${blank.join("\n")}\n`)));
    const lost = suite.pairs.filter(({ after }) => after.sha256 === pair.after.sha256).length;
    expect(audit.classifiers[0]?.pairs).toBe(suite.pairs.length - lost);
    expect(audit.notes).toContain(
      `smiling gave no number on ${lost} pair${lost === 1 ? ", which is" : "s, which are"} left out`,
    );
  });
});

describe("a server", () => {
  const quick = { pause: 1, patience: 20 } as const;

  for (const binary of [false, true]) {
    test(`of the same model gives the same numbers, ${binary ? "as bytes" : "as JSON"}`, async () => {
      const server = await serving({ binary });
      const audit = auditSuite(suite, await askClassifier(suite, await servedManifest(server.url)));
      expect(difference(audit, auditSuite(suite, await ofFile()))).toBeLessThan(1e-6);
      expect(server.answered).toBe(picturesOf(suite).length);
    });
  }

  test("is described by options where no manifest is, and by the shapes that it states", async () => {
    const server = await serving();
    const describe = { targets: ["smiling"], activation: "sigmoid" } as const;
    const audit = auditSuite(suite, await askClassifier(suite, server.url, { describe }));
    expect(difference(audit, auditSuite(suite, await ofFile()))).toBeLessThan(1e-6);
    expect(audit.notes[0]).toMatch(/: guessed: input\.fit "stretch", input\.resize "bilinear", input\.range \[0,1\]$/);
  });

  test("of a fixed batch is asked by it, with no more requests at a time than allowed", async () => {
    const server = await serving({ shape: [4, 1, 2, 3] });
    const answers = await askClassifier(suite, await servedManifest(server.url), { parallel: 2 });
    expect(answers.predictions.size).toBe(picturesOf(suite).length);
    expect(server.requests).toBe(Math.ceil(picturesOf(suite).length / 4));
    expect(server.atATime).toBeLessThanOrEqual(2);
  });

  test("that fails for a while, is slow, busy or drops a connection in the middle is asked again", async () => {
    const faults: Partial<Record<number, Fault>> = {
      0: "failing",
      1: "failing",
      3: "busy",
      5: "dropped",
      8: "slow",
      9: "dropped",
    };
    const server = await serving({ fault: (request) => faults[request] });
    const answers = await askClassifier(suite, await servedManifest(server.url), { ...quick, timeout: 1, parallel: 1 });
    expect(difference(auditSuite(suite, answers), auditSuite(suite, await ofFile()))).toBeLessThan(1e-6);
  });

  test("that gives up in the middle loses nothing: the next attempt asks only for what is missing", async () => {
    const all = picturesOf(suite).length;
    let broken = true;
    const server = await serving({ fault: (request) => (broken && request >= 5 ? "failing" : undefined) });
    const source = await servedManifest(server.url);
    const options = { pause: 1, patience: 0.01, parallel: 1 };
    await expect(askClassifier(suite, source, options)).rejects.toThrow(
      new RegExp(
        `^${server.url}/infer: expected an answer, got 503 "starting" \\d+ times: ask again, which goes on with what is missing$`,
      ),
    );
    expect(server.answered).toBe(5 * 16);
    broken = false;
    const answers = await askClassifier(suite, source, options);
    expect(server.answered).toBe(all);
    expect(answers.notes).toContain("80 pictures were answered in an earlier attempt, and not asked about again");
    expect(difference(auditSuite(suite, answers), auditSuite(suite, await ofFile()))).toBeLessThan(1e-6);
    // Once all are there the model may change under its name.
    await askClassifier(suite, source, options);
    expect(server.answered).toBe(2 * all);
  });

  test("with answers of another shape, or a request that it refuses, is told in one line", async () => {
    const wrong = await serving({ fault: () => "wrong-shape" });
    await expect(askClassifier(suite, await servedManifest(wrong.url), quick)).rejects.toThrow(
      `${wrong.url}: expected an output of 32 numbers for its shape [16, 2], got 16`,
    );
    const refusing = await serving({ fault: () => "refused" });
    await expect(askClassifier(suite, await servedManifest(refusing.url), quick)).rejects.toThrow(
      `${refusing.url}/infer: expected an answer, got 400 "no such input"`,
    );
    const other = await serving({ shape: [-1, 3, 8, 8] });
    await expect(askClassifier(suite, await servedManifest(other.url), quick)).rejects.toThrow(
      `${other.url}: input: expected [-1, 3, 8, 8] as the server states it, got [-1, 1, 2, 3] by the manifest`,
    );
  });

  test("that says NaN of pictures has their pairs left out", async () => {
    const server = await serving({ fault: (request) => (request === 1 ? "nan" : undefined) });
    const answers = await askClassifier(suite, await servedManifest(server.url), { parallel: 1 });
    const lost = [...answers.predictions].filter(([, [value]]) => Number.isNaN(value)).map(([sha256]) => sha256);
    expect(lost).toHaveLength(1);
    const audit = auditSuite(suite, answers);
    const pairs = suite.pairs.filter(({ before, after }) => ![before.sha256, after.sha256].includes(lost[0] as string));
    expect(audit.classifiers[0]?.pairs).toBe(pairs.length);
  });

  test("is shown a token, which is written nowhere", async () => {
    const server = await serving({ token: "open-sesame" });
    const source = await servedManifest(server.url);
    await expect(askClassifier(suite, source, quick)).rejects.toThrow(
      `${server.url}/ready: expected an answer, got 401 "who is asking?": give a token that may ask, by the environment`,
    );
    const tokenHost = new URL(server.url).host;
    const { requests } = server;
    await expect(askClassifier(suite, source, { ...quick, token: "open-sesame" })).rejects.toThrow(
      `${source}: url: expected a server that you said may be sent your token, got ${tokenHost}`,
    );
    expect(server.requests).toBe(requests);
    await expect(askClassifier(suite, source, { ...quick, tokenHost, token: "open-barley" })).rejects.toThrow(
      'got 401 "Bearer …"',
    );
    const answers = await askClassifier(suite, source, { ...quick, tokenHost, token: "open-sesame" });
    expect(JSON.stringify([answers.from, answers.notes, auditSuite(suite, answers)])).not.toContain("sesame");
    await expect(askClassifier(suite, "http://me:secret@localhost/v2/models/x")).rejects.toThrow(
      '"http://localhost/v2/models/x": expected http://host:port/v2/models/NAME, without a password: give a token by the environment',
    );
  });
});
