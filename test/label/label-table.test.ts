import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { platform } from "#platform";
import { type Marks, readLabelTable, writeMarks } from "../../src/label/label-table.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "cfalign-label-table-"));
});
afterEach(() => rm(folder, { recursive: true }));

const pictures = ["a.png", "b.png", "c.png"];
const at = (name = "metadata.csv"): string => join(folder, name);
const read = async () => readLabelTable(folder, [...(await platform.files.list(folder)), ...pictures]);
const written = (): Promise<string> => readFile(at(), "utf8");
const marks = (of: Record<string, Record<string, 1 | 0 | null>>): Marks =>
  new Map(Object.entries(of).map(([feature, said]) => [feature, new Map(Object.entries(said))]));

describe("the table of a folder", () => {
  test("that is not there is written with a row a picture, blank where nobody has looked", async () => {
    expect(await read()).toEqual({ marks: new Map(), others: [] });
    await writeMarks(folder, pictures, marks({ hat: { "b.png": 1, "c.png": 0 } }));
    expect(await written()).toBe("file_name,hat\na.png,\nb.png,1\nc.png,0\n");
    const { marks: found } = await read();
    expect([...(found.get("hat") ?? [])]).toEqual([
      ["a.png", null],
      ["b.png", 1],
      ["c.png", 0],
    ]);
  });

  test("keeps other columns, other rows, their order, and words that say the same", async () => {
    const before = 'split,file_name,hat,note\ntrain,./c.png,true,"says ""hi"", twice"\ntest,gone.png,0,\n,a.png,,x\n';
    await writeFile(at(), before);
    const { marks: found, others } = await read();
    expect(others).toEqual(["split", "note"]);
    expect(found.get("hat")?.get("c.png")).toBe(1);
    await writeMarks(folder, pictures, marks({ hat: { "c.png": 1, "a.png": 0 }, coat: { "b.png": 1 } }));
    expect(await written()).toBe(
      'split,file_name,hat,note,coat\ntrain,./c.png,true,"says ""hi"", twice",\ntest,gone.png,0,,\n,a.png,0,x,\n,b.png,,,1\n',
    );
  });

  test("of first labels with blanks opens, its blank columns too; numbers that are no labels are kept", async () => {
    await writeFile(at(), "file_name,mode-1,mode-2,age\na.png,1,,30\nb.png,,,\nc.png,0,,41\n");
    const { marks: found, others } = await read();
    expect([...found.keys()]).toEqual(["mode-1", "mode-2"]);
    expect(others).toEqual(["age"]);
  });

  test("takes a mark back", async () => {
    await writeFile(at(), "file_name,hat\na.png,1\n");
    await writeMarks(folder, ["a.png"], marks({ hat: { "a.png": null } }));
    expect(await written()).toBe("file_name,hat\na.png,\n");
  });

  test("keeps how it was written: the mark before it, line ends, lines within a cell", async () => {
    await writeFile(at(), '\uFEFFfile_name,hat,note\r\na.png,,"two\nlines"\r\nb.png,1,Grün\r\n');
    await writeMarks(folder, pictures, marks({ hat: { "a.png": 0 } }));
    expect(await written()).toBe('\uFEFFfile_name,hat,note\r\na.png,0,"two\nlines"\r\nb.png,1,Grün\r\nc.png,,\r\n');
  });

  test("takes a column without a name, and one with spaces around it, as they are", async () => {
    await writeFile(at(), ",file_name, hat\n0,a.png,1\n1,b.png,\n");
    const { marks: found, others } = await read();
    expect([[...found.keys()], others]).toEqual([[" hat"], [""]]);
  });

  test("names a picture as its folder does, with a backslash too, and gives it one row", async () => {
    const odd = ["a\\b.png"];
    for (const mark of [1, 0] as const) await writeMarks(folder, odd, marks({ hat: { "a\\b.png": mark } }));
    expect(await written()).toBe("file_name,hat\na\\b.png,0\n");
  });

  test.each([
    ["file_name;hat\na.png;1\n", /^\S+\/metadata\.csv: expected a column "file_name", found "file_name;hat"/],
    ["file_name,hat\na.png,1,more\n", /row 2: expected 2 values, found 3/],
    ["", /expected a column "file_name", found an empty file/],
    [Buffer.from("file_name,note\na.png,Gr\xfcn\n", "latin1"), /expected UTF-8, found other bytes: save it as/],
  ])("that became %j meanwhile is not written over", async (content, expected) => {
    await writeFile(at(), content);
    await expect(writeMarks(folder, pictures, marks({ hat: { "b.png": 1 } }))).rejects.toThrow(expected);
    expect(await readFile(at())).toEqual(Buffer.from(content));
  });

  test.each([
    ["metadata.csv", "file_name,hat\nx.png,1\n", /none of its 1 file names is in the folder, such as "x.png"/],
    ["metadata.csv", "picture,hat\na.png,1\n", /expected a column "file_name"/],
    ["metadata.csv", "file_name,hat\na.png,1\na.png,0\n", /was described in row 2 already/],
    ["metadata.jsonl", '{"file_name":"a.png"}\n', /expected labels in metadata\.csv alone, found metadata\.jsonl/],
  ])("that is a %s with %j is refused in one line", async (name, text, expected) => {
    await writeFile(at(name), text);
    await expect(read()).rejects.toThrow(expected);
    await expect(read()).rejects.toThrow(/^[^\n]*$/);
  });
});
