import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { platform } from "#platform";
import { recordsIn } from "../../src/pipeline/records.ts";
import { temporaryFolder } from "../run/small-world.ts";

const schema = z.object({ files: z.array(z.string()), count: z.number() });
let folder = "";
beforeEach(async () => {
  folder = await temporaryFolder();
});

describe("what a stage made", () => {
  test("is found by what it was made from, and by nothing else", async () => {
    const records = recordsIn(folder);
    await records.keep("basis", { pictures: "a" }, { files: [], count: 3 });
    expect(await records.find("basis", { pictures: "a" }, schema)).toEqual({ files: [], count: 3 });
    expect(await records.find("basis", { pictures: "b" }, schema)).toBeUndefined();
    expect(await records.find("probes", { pictures: "a" }, schema)).toBeUndefined();
  });

  test("is made again where a file of it is gone, or where the record is damaged or of another form", async () => {
    const records = recordsIn(folder);
    const file = join(folder, "model.onnx");
    writeFileSync(file, "");
    await records.keep("basis", 1, { files: [file], count: 3 });
    expect(await records.find("basis", 1, schema)).toBeDefined();
    expect(await records.find("basis", 1, z.object({ count: z.string() }))).toBeUndefined();
    await platform.files.remove(file);
    expect(await records.find("basis", 1, schema)).toBeUndefined();
    writeFileSync(file, "");
    const [name = ""] = readdirSync(folder).filter((each) => each.startsWith("basis-"));
    const text = readFileSync(join(folder, name), "utf8");
    for (const damaged of [text.replace('"count": 3', '"count": 4'), text.slice(0, 40)]) {
      writeFileSync(join(folder, name), damaged);
      expect(await records.find("basis", 1, schema)).toBeUndefined();
    }
  });
});
