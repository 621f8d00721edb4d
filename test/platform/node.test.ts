import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { lstat, mkdtemp, readFile, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { platform } from "#platform";
import { GraphBuilder } from "../../src/onnx/build.ts";
import { writeModel } from "../../src/onnx/write.ts";

const folder = () => mkdtemp(join(tmpdir(), "cfalign-"));
const { files } = platform;

function addOne(): Uint8Array {
  const b = new GraphBuilder();
  const sum = b.add("Add", ["x", b.float(1)]);
  return writeModel(
    b.graph("add", [{ name: "x", type: "float32", dims: ["n"] }], [{ name: sum, type: "float32", dims: ["n"] }]),
  );
}

describe("sessions", () => {
  test("a session runs a graph that was written here", async () => {
    const session = await platform.createSession(addOne());
    const x = { type: "float32" as const, data: Float32Array.of(1, 2, 3), dims: [3] };
    const [output] = Object.values(await session.run({ x }));
    expect(output).toEqual({ type: "float32", data: Float32Array.of(2, 3, 4), dims: [3] });
    await session.dispose();
  });

  test("bytes that are no model are refused with onnxruntime's own words", async () => {
    await expect(platform.createSession(Uint8Array.of(1, 2, 3))).rejects.toMatchObject({
      code: "input",
      message: expect.stringMatching(/^onnxruntime refuses the model: /),
    });
  });
});

describe("files", () => {
  test("list gives regular files and links to them, sorted, with forward slashes", async () => {
    const root = await folder();
    await files.makeDirectory(join(root, "b/c"));
    await writeFile(join(root, "b/c/2.png"), "x");
    await writeFile(join(root, "a.png"), "x");
    await symlink(join(root, "a.png"), join(root, "b/link.png"));
    expect(await files.list(root)).toEqual(["a.png", "b/c/2.png", "b/link.png"]);
  });

  test("a link that leads to itself is no file, and the others are listed", async () => {
    const root = await folder();
    await symlink("loop.png", join(root, "loop.png"));
    await writeFile(join(root, "a.png"), "x");
    expect(await files.list(root)).toEqual(["a.png"]);
    expect(await files.exists(join(root, "loop.png"))).toBe(false);
    await expect(files.read(join(root, "loop.png"))).rejects.toMatchObject({
      code: "input",
      message: `cannot read "${join(root, "loop.png")}": a link that leads to itself`,
    });
    await expect(files.write(join(root, "loop.png"), "x")).rejects.toMatchObject({ code: "input" });
  });

  test("many who write one file at once leave one of their texts, whole, and nothing beside it", async () => {
    const root = await folder();
    const texts = Array.from({ length: 12 }, (_, place) => `${place}`.repeat(1e5));
    await Promise.all(texts.map((text) => files.write(join(root, "one"), text)));
    expect(texts).toContain(new TextDecoder().decode(await files.read(join(root, "one"))));
    expect(await files.list(root)).toEqual(["one"]);
  });

  test("write follows links to where they lead, there or not yet", async () => {
    const root = await folder();
    await writeFile(join(root, "old"), "old");
    await files.makeDirectory(join(root, "links"));
    await symlink("../old", join(root, "links/there"));
    await symlink("there", join(root, "links/twice"));
    await symlink("../new", join(root, "links/not-yet"));
    await files.write(join(root, "links/twice"), "1");
    await files.write(join(root, "links/not-yet"), "2");
    expect(await readFile(join(root, "old"), "utf8")).toBe("1");
    expect(await readFile(join(root, "new"), "utf8")).toBe("2");
    for (const name of ["there", "twice", "not-yet"]) {
      expect((await lstat(join(root, "links", name))).isSymbolicLink()).toBe(true);
    }
  });

  test.runIf(process.platform === "linux")("write leaves devices, pipes and sockets as they are", async () => {
    const root = await folder();
    execFileSync("mkfifo", [join(root, "pipe")]);
    await symlink("/dev/null", join(root, "null"));
    await symlink("pipe", join(root, "link"));
    const server = createServer().listen(join(root, "socket"));
    await once(server, "listening");
    for (const name of ["pipe", "null", "link", "socket"]) {
      await expect(files.write(join(root, name), "x")).rejects.toMatchObject({
        code: "input",
        message: expect.stringMatching(/expected a file, found a device, pipe or socket$/),
      });
    }
    server.close();
    expect((await lstat(join(root, "pipe"))).isFIFO()).toBe(true);
    expect((await lstat("/dev/null")).isCharacterDevice()).toBe(true);
  });

  test.skipIf(process.platform === "win32")("write keeps a file from whom it was kept before", async () => {
    const path = join(await folder(), "table.csv");
    await writeFile(path, "old", { mode: 0o600 });
    await files.write(path, "new");
    expect([await readFile(path, "utf8"), (await lstat(path)).mode & 0o777]).toEqual(["new", 0o600]);
  });

  test("write replaces a file and leaves nothing beside it", async () => {
    const root = await folder();
    const path = join(root, "run.json");
    await files.write(path, "old");
    await files.write(path, "new");
    expect(new TextDecoder().decode(await files.read(path))).toBe("new");
    expect(await files.list(root)).toEqual(["run.json"]);
    expect(await files.size(path)).toBe(3);
    await files.remove(path);
    expect(await files.exists(path)).toBe(false);
  });

  test("a missing file is named in the message", async () => {
    await expect(files.read("/nowhere/face.png")).rejects.toThrow('cannot read "/nowhere/face.png": no such file');
    await expect(files.read(tmpdir())).rejects.toThrow("expected a file, found a folder");
    await expect(files.list("/nowhere")).rejects.toThrow('cannot list "/nowhere": no such folder');
    const file = fileURLToPath(import.meta.url);
    await expect(files.list(file)).rejects.toThrow(`cannot list "${file}": expected a folder, found a file`);
  });

  test("what stands in the way of writing is named, and is the user's to mend", async () => {
    const root = await folder();
    const file = join(root, "taken");
    await writeFile(file, "");
    const aFile = { code: "input", message: `cannot write "${file}": expected a folder, found a file` };
    await expect(files.makeDirectory(file)).rejects.toMatchObject(aFile);
    const aFolder = { code: "input", message: `cannot write "${root}": expected a file, found a folder` };
    await expect(files.write(root, "x")).rejects.toMatchObject(aFolder);
  });

  test("the package folder holds package.json", async () => {
    expect(await files.exists(files.join(files.packageFolder(), "package.json"))).toBe(true);
  });

  test("sha256 is the one of the standard", async () => {
    expect(await platform.sha256(new TextEncoder().encode("abc"))).toBe(
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    );
  });
});

describe("pictures", () => {
  const red = { data: Uint8Array.of(255, 0, 0, 255, 0, 0), width: 2, height: 1, channels: 3 as const };

  test("PNG keeps every pixel", async () => {
    expect(await platform.decodeImage(await platform.encodeImage(red, "png"))).toMatchObject({
      width: 2,
      height: 1,
      channels: 3,
      data: Buffer.from(red.data),
    });
  });

  test.each([
    ["grey", sharp(Buffer.from([128]), { raw: { width: 1, height: 1, channels: 1 } }).png(), [128, 128, 128]],
    [
      "half-transparent black over white",
      sharp(Buffer.from([0, 0, 0, 128]), { raw: { width: 1, height: 1, channels: 4 } }).png(),
      [127, 127, 127],
    ],
    [
      "16 bit",
      sharp({ create: { width: 1, height: 1, channels: 3, background: { r: 200, g: 100, b: 50 } } })
        .toColourspace("rgb16")
        .png(),
      [200, 100, 50],
    ],
  ])("%s is decoded to 8-bit RGB", async (_, image, expected) => {
    const { data, channels } = await platform.decodeImage(await image.toBuffer());
    expect([channels, ...data]).toEqual([3, ...expected]);
  });

  test("the EXIF orientation is applied", async () => {
    const turned = await sharp(red.data, { raw: red }).withMetadata({ orientation: 6 }).png().toBuffer();
    expect(await platform.decodeImage(turned)).toMatchObject({ width: 1, height: 2 });
  });

  test("what is no image is refused in one line", async () => {
    const refused = (text: string) => platform.decodeImage(new TextEncoder().encode(text));
    await expect(refused("not an image")).rejects.toThrow(
      "cannot decode the image: input buffer contains unsupported image format",
    );
    await expect(refused("")).rejects.toMatchObject({ code: "input" });
    await expect(refused('<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>')).rejects.toThrow(
      "expected an image (png, jpeg, webp, gif, tiff), found svg",
    );
  });

  test("a truncated image is refused", async () => {
    const whole = await sharp({ create: { width: 64, height: 64, channels: 3, background: "red" } })
      .png()
      .toBuffer();
    await expect(platform.decodeImage(whole.subarray(0, whole.length - 40))).rejects.toMatchObject({ code: "input" });
  });

  test("a picture of too many pixels is refused before it is decoded", async () => {
    const huge = await sharp({ create: { width: 20_000, height: 6_000, channels: 3, background: "red" } })
      .png()
      .toBuffer();
    await expect(platform.decodeImage(huge)).rejects.toThrow("exceeds pixel limit");
  });

  test.each(["gif", "webp"] as const)("an animation has as many pages as frames (%s)", async (format) => {
    const blue = { ...red, data: Uint8Array.of(0, 0, 255, 0, 0, 255) };
    const bytes = await platform.encodeAnimation([red, blue, red], { format, delayMs: 80 });
    expect(await sharp(bytes, { animated: true }).metadata()).toMatchObject({ format, pages: 3, delay: [80, 80, 80] });
  });

  test("a drawing is rendered at the asked size, over white", async () => {
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 2" width="2" height="2"><rect width="1" height="2" fill="#f00"/></svg>';
    const { data, width, height, channels } = await platform.renderSvg(svg, { width: 8, height: 8 });
    expect([width, height, channels]).toEqual([8, 8, 3]);
    expect([...data.subarray(0, 3), ...data.subarray(21, 24)]).toEqual([255, 0, 0, 255, 255, 255]);
  });
});
