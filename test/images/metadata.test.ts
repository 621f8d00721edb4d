import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Metadata, readMetadata } from "../../src/images/metadata.ts";

const images = ["a.png", "b.png", "sub/c.png"];

async function read(files: Readonly<Record<string, string>>): Promise<Metadata> {
  const folder = await mkdtemp(join(tmpdir(), "cfalign-metadata-"));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return readMetadata(folder, [...images, ...Object.keys(files)].sort());
}

describe("metadata", () => {
  test("of no file has no labels", async () => {
    expect(await read({})).toEqual({ labels: new Map(), columns: [], notes: [] });
  });

  test("as CSV gives numbers and booleans as labels, and says which columns are none", async () => {
    const { labels, columns, notes } = await read({
      "metadata.csv":
        '\uFEFFfile_name,smiling,young,"age, years",caption\r\na.png,1,True,0.5,"a ""good"" face,\nsmiling"\r\nb.png,-1,false,,plain\r\n\r\n',
    });
    expect(columns).toEqual(["smiling", "young", "age, years"]);
    expect([...labels]).toEqual([
      ["a.png", { smiling: 1, young: 1, "age, years": 0.5 }],
      ["b.png", { smiling: -1, young: 0 }],
    ]);
    expect(notes).toEqual(["metadata.csv: not labels, because not numbers: caption"]);
  });

  test("as JSON lines gives the same", async () => {
    const { labels, columns } = await read({
      "metadata.jsonl":
        '{"file_name": "a.png", "smiling": true, "age": 3}\n\n{"file_name": "./b.png", "smiling": null, "age": 4, "objects": {"bbox": [1]}}\n',
    });
    expect(columns).toEqual(["smiling", "age"]);
    expect([...labels]).toEqual([
      ["a.png", { smiling: 1, age: 3 }],
      ["b.png", { age: 4 }],
    ]);
  });

  test("in a folder below names files of that folder", async () => {
    const { labels } = await read({ "sub/metadata.csv": "file_name,old\nc.png,1\n" });
    expect([...labels]).toEqual([["sub/c.png", { old: 1 }]]);
  });

  test("that names files which are not there says so", async () => {
    const { labels, notes } = await read({ "metadata.csv": "file_name,old\na.png,1\nz.png,0\n" });
    expect([...labels.keys()]).toEqual(["a.png"]);
    expect(notes).toEqual(['metadata.csv: 1 of 2 file names are not in the folder, such as "z.png"']);
  });

  test.each([
    [{ "metadata.csv": "" }, 'metadata.csv: expected a column "file_name", found an empty file'],
    [{ "metadata.csv": "name,old\na.png,1" }, 'metadata.csv: expected a column "file_name", found "name", "old"'],
    [{ "metadata.csv": "file_name,old,old\na.png,1,1" }, 'metadata.csv: expected distinct columns, got "old" twice'],
    [{ "metadata.csv": "file_name,old\na.png,1\nb.png" }, "metadata.csv: row 3: expected 2 values, found 1"],
    [{ "metadata.csv": "file_name,old\n,1" }, 'metadata.csv: row 2: expected "file_name", found ""'],
    [
      { "metadata.csv": "file_name,old\na.png,1\na.png,0" },
      'metadata.csv: row 3: "a.png" was described in row 2 already',
    ],
    [
      { "metadata.csv": "file_name,old\ny.png,1\nz.png,0" },
      'metadata.csv: none of its 2 file names is in the folder, such as "y.png"',
    ],
    [{ "metadata.jsonl": "[1]" }, "metadata.jsonl: row 1: expected an object, found [1]"],
    [{ "metadata.jsonl": '{"old": 1}' }, 'metadata.jsonl: row 1: expected "file_name", found none'],
    [
      { "metadata.csv": "file_name\na.png", "metadata.jsonl": '{"file_name": "a.png"}' },
      '"metadata.csv" and "metadata.jsonl" describe the same images: keep one of them',
    ],
  ])("as %j is refused", async (files, message) => {
    await expect(read(files as unknown as Record<string, string>)).rejects.toMatchObject({ code: "input", message });
  });

  test("that is not JSON is refused with its row", async () => {
    await expect(read({ "metadata.jsonl": '{"file_name": "a.png"}\n{oops' })).rejects.toMatchObject({
      code: "input",
      message: expect.stringMatching(/^metadata\.jsonl: row 2: expected JSON: /),
    });
  });
});
