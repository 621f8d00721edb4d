import { chmod, mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { platform } from "#platform";
import { type Labelling, openLabelling } from "../../src/label/labelling.ts";
import type { Answers } from "../../src/label/questions.ts";
import { drawnGarments } from "./drawn-garments.ts";

let root = "";
let folder = "";
let labelling: Labelling;
const { signal } = new AbortController();
const open = (at = folder) => openLabelling(at, { signal });

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "cfalign-labelling-"));
  folder = join(root, "garments");
  await drawnGarments(folder, 60);
  await writeFile(join(folder, "broken.png"), "no picture");
  await writeFile(join(folder, "README.txt"), "about");
  labelling = await open();
  await labelling.read;
});

const state = async (of: Labelling) => (await of.answer({ ask: "state" })) as Answers["state"];
const text = (): Promise<string> => readFile(join(folder, "metadata.csv"), "utf8");

describe("a folder that is labelled", () => {
  test("has its pictures, without other files, and reads all that can be read", async () => {
    const { pictures, read, features } = await state(labelling);
    expect(pictures.length).toBe(61);
    expect(pictures).not.toContain("README.txt");
    expect(read).toEqual({ done: 61, total: 61, failure: null });
    expect(features).toEqual([]);
    const next = (await labelling.answer({
      ask: "next",
      feature: "tag",
      order: "unsure",
      count: 61,
    })) as Answers["next"];
    expect(next.pictures.length).toBe(60);
    expect(next.pictures.map((place) => pictures[place])).not.toContain("broken.png");
  });

  test("keeps each mark beside the pictures, and goes on where one left off", async () => {
    await labelling.answer({
      ask: "mark",
      feature: "tag",
      marks: [
        [0, 1],
        [1, 0],
      ],
    });
    const lines = (await text()).trim().split("\n");
    expect(lines[0]).toBe("file_name,tag");
    expect(
      lines
        .slice(1)
        .filter((line) => !line.endsWith(","))
        .sort(),
    ).toEqual([`${labelling.pictures[0]},1`, `${labelling.pictures[1]},0`].sort());
    const again = await open();
    expect((await state(again)).features).toEqual([{ name: "tag", has: 1, hasNot: 1 }]);
    const { marks } = (await again.answer({ ask: "feature", feature: "tag" })) as Answers["feature"];
    expect(marks.slice(0, 3)).toEqual([1, 0, null]);
    await again.read;
  });

  test("keeps what somebody else wrote meanwhile", async () => {
    const before = await text();
    await writeFile(
      join(folder, "metadata.csv"),
      before.replace("file_name,tag", "file_name,ring,tag").replaceAll(/^(.*\.png),/gm, "$1,1,"),
    );
    await labelling.answer({ ask: "mark", feature: "tag", marks: [[2, 1]] });
    expect((await text()).split("\n")[0]).toBe("file_name,ring,tag");
    expect((await state(labelling)).features).toEqual([
      { name: "ring", has: 61, hasNot: 0 },
      { name: "tag", has: 2, hasNot: 1 },
    ]);
  });

  test("leaves what somebody else corrected as it is, and writes what was refused before with the next mark", async () => {
    const name = labelling.pictures[2] as string;
    await writeFile(join(folder, "metadata.csv"), (await text()).replace(`${name},1,1`, `${name},1,0`));
    await labelling.answer({ ask: "mark", feature: "tag", marks: [[3, 1]] });
    expect(await text()).toContain(`${name},1,0\n`);
    const before = await text();
    await writeFile(join(folder, "metadata.csv"), before.replaceAll(",", ";"));
    await expect(labelling.answer({ ask: "mark", feature: "tag", marks: [[4, 1]] })).rejects.toThrow(
      /expected a column "file_name"/,
    );
    await writeFile(join(folder, "metadata.csv"), before);
    await labelling.answer({ ask: "mark", feature: "tag", marks: [[3, null]] });
    const after = await text();
    expect(after).toContain(`${labelling.pictures[4]},1,1\n`);
    expect(after).toContain(`${labelling.pictures[3]},1,\n`);
  });

  test("opens with whatever a table calls its columns", async () => {
    const before = await text();
    await writeFile(join(folder, "metadata.csv"), before.replace("file_name,ring,tag", "file_name, ring,tag"));
    expect((await state(labelling)).features.map(({ name }) => name)).toEqual([" ring", "tag"]);
    await writeFile(join(folder, "metadata.csv"), before);
    await state(labelling);
  });

  test("shows a picture in small, grey where there is none", async () => {
    const sizes = await Promise.all(
      [labelling.pictures.indexOf("broken.png"), 0].map(async (place) => {
        const { width } = await platform.decodeImage(await labelling.thumbnail(place));
        return width;
      }),
    );
    expect([sizes[0], (sizes[1] as number) > 1]).toEqual([1, true]);
  });

  test.each([
    [{ ask: "feature", feature: " " }, /feature " ": expected a name/],
    [{ ask: "mark", feature: "file_name", marks: [[0, 1]] }, /has this column with something else in it/],
    [{ ask: "mark", feature: "tag", marks: [[999, 1]] }, /picture 999: expected one of 61/],
    [{ ask: "mark", feature: "tag", marks: [[0, 2]] }, /expected a question of the Label page/],
    [{ ask: "write", path: "/etc/passwd" }, /expected a question of the Label page/],
  ])("refuses %j in one line", async (question, expected) => {
    await expect(labelling.answer(question)).rejects.toThrow(expected);
  });
});

describe("a folder that cannot be labelled is refused in one line:", () => {
  test("that is not there, or has too few pictures", async () => {
    await expect(open(join(root, "nowhere"))).rejects.toThrow(/cannot list ".*nowhere": no such folder/);
    const few = join(root, "few");
    await drawnGarments(few, 5);
    await expect(open(few)).rejects.toThrow(/expected at least 40 different pictures, found 5: bring some hundred/);
  });

  test("whose table is of other files", async () => {
    const other = join(root, "other");
    await drawnGarments(other, 40);
    await writeFile(join(other, "metadata.csv"), "file_name,hat\nx.png,1\n");
    await expect(open(other)).rejects.toThrow(/none of its 1 file names is in the folder/);
  });

  test("in which something else has the name of the table", async () => {
    const taken = join(root, "taken");
    await drawnGarments(taken, 40);
    await mkdir(join(taken, "metadata.csv"));
    await expect(open(taken)).rejects.toThrow(/cannot read ".*metadata\.csv": expected a file, found a folder/);
  });

  test.skipIf(process.getuid?.() === 0)("that cannot be written", async () => {
    const shut = join(root, "shut");
    await drawnGarments(shut, 40);
    await chmod(shut, 0o555);
    await expect(open(shut)).rejects.toThrow(/cannot write ".*metadata\.csv\..*\.part": .*permission denied/);
    await chmod(shut, 0o755);
  });

  test("whose table is read-only, which stays as it is", async () => {
    const kept = join(root, "kept");
    await drawnGarments(kept, 40);
    const table = join(kept, "metadata.csv");
    const [name] = (await platform.files.list(kept)) as [string];
    await writeFile(table, `file_name,hat\n${name},1\n`);
    const marks = await open(kept);
    await marks.read;
    await chmod(table, 0o444);
    const line = `cannot write "${table}": it is read-only, make it writable first`;
    await expect(open(kept)).rejects.toThrow(line);
    await expect(marks.answer({ ask: "mark", feature: "hat", marks: [[1, 1]] })).rejects.toThrow(line);
    expect(await readFile(table, "utf8")).toBe(`file_name,hat\n${name},1\n`);
  });

  test("and a file of another program beside the table stays", async () => {
    const whole = join(root, "whole");
    await drawnGarments(whole, 40);
    await writeFile(join(whole, "metadata.csv.part"), "a download");
    await (await open(whole)).read;
    expect(await readFile(join(whole, "metadata.csv.part"), "utf8")).toBe("a download");
  });
});
