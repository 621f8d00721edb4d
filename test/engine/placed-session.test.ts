import { describe, expect, test } from "vitest";
import { platform } from "#platform";
import { CfalignError } from "../../src/base/errors.ts";
import { placedSession } from "../../src/engine/placed-session.ts";
import { Placements } from "../../src/engine/placement.ts";
import { GraphBuilder } from "../../src/onnx/build.ts";
import { writeModel } from "../../src/onnx/write.ts";
import type { Device } from "../../src/options/device.ts";
import type { Session, TypedTensor } from "../../src/platform/platform.ts";

/** y = factor·x. */
function times(factor: number): Promise<Session> {
  const b = new GraphBuilder();
  const info = (name: string) => ({ name, type: "float32" as const, dims: ["n"] });
  const y = b.add("Mul", ["x", b.float([factor], [1])]);
  return platform.createSession(writeModel(b.graph("times", [info("x")], [info(y)])));
}

const feeds = (...data: number[]): Record<string, TypedTensor> => ({
  x: { type: "float32", data: Float32Array.from(data), dims: [data.length] },
});

/** A part of a model whose "device" is a graph of another factor than the CPU's 2. */
function part(factor: number, { fasterOnly = false } = {}) {
  const lines: string[] = [];
  const opened: Device[] = [];
  const placements = new Placements("webgpu", { fasterOnly, onFallback: (line) => lines.push(line) });
  const placement = placements.of(["faces", "smiling"], "gradient");
  const open = (device: Device) => {
    opened.push(device);
    return times(device === "cpu" ? 2 : factor);
  };
  return { lines, opened, placements, placement, open };
}

async function values(session: Session, ...x: number[]): Promise<number[]> {
  const [y] = Object.values(await session.run(feeds(...x)));
  return [...(y as { data: Float32Array }).data];
}

describe("a session on a device", () => {
  test("stays there when its first batch agrees with the CPU, which is asked once", async () => {
    const { lines, opened, placements, placement, open } = part(2.001);
    const session = await placedSession(open, placement);
    expect((await values(session, 1, 3))[0]).toBeCloseTo(2.001, 6);
    expect((await values(session, 1, 4))[1]).toBeCloseTo(8.004, 6);
    expect(opened).toEqual(["webgpu", "cpu"]);
    expect([lines, placements.use]).toEqual([[], { faces: ["webgpu"], smiling: ["webgpu"] }]);
    await session.dispose();
  });

  test("is held against the CPU again for a larger batch", async () => {
    const { opened, placement, open } = part(2.001);
    const session = await placedSession(open, placement);
    await values(session, 1);
    await values(session, 1, 2);
    await values(session, 1);
    expect(opened).toEqual(["webgpu", "cpu", "cpu"]);
    await session.dispose();
  });

  test("falls back to the CPU with one line where its first batch differs, and gives the CPU's values", async () => {
    const { lines, placements, placement, open } = part(2.1);
    const session = await placedSession(open, placement);
    // At once: none of them may be the device's.
    const all = await Promise.all([values(session, 1), values(session, 5, 6), values(session, 7)]);
    expect(all).toEqual([[2], [10, 12], [14]]);
    expect(lines).toEqual([
      expect.stringMatching(/^faces with smiling: the gradient runs on the CPU: on webgpu ".*" differs by 0\.10, /),
    ]);
    expect(placements.use).toEqual({ faces: ["cpu"], smiling: ["cpu"] });
    await session.dispose();
  });

  test("goes to the CPU when another session of its part has", async () => {
    const { placement, open } = part(2.001);
    const session = await placedSession(open, placement);
    await values(session, 1);
    placement.fallBack("another size differs");
    expect(await values(session, 1)).toEqual([2]);
    await session.dispose();
  });

  test("runs on the CPU where the device cannot load it", async () => {
    const { lines, placement } = part(2);
    const session = await placedSession((device) => {
      if (device === "cpu") return times(2);
      throw new CfalignError("input", "onnxruntime refuses the model: no such operator");
    }, placement);
    expect(await values(session, 4)).toEqual([8]);
    expect(lines).toEqual([
      "faces with smiling: the gradient runs on the CPU: it cannot be loaded on webgpu (no such operator)",
    ]);
    await session.dispose();
  });

  test("goes to the CPU when a run fails on the device alone", async () => {
    const { lines, placement, open } = part(2.001);
    let left = 1;
    const session = await placedSession(async (device) => {
      const opened = await open(device);
      const run: Session["run"] = async (given, fetches) => {
        if (device !== "cpu" && left-- === 0) throw new CfalignError("runtime", "onnxruntime failed: device lost");
        return opened.run(given, fetches);
      };
      return { ...opened, run };
    }, placement);
    await values(session, 1);
    expect([await values(session, 1), await values(session, 1)]).toEqual([[2], [2]]);
    expect(lines).toEqual(["faces with smiling: the gradient runs on the CPU: it failed on webgpu (device lost)"]);
    await session.dispose();
  });

  test("reports what the CPU refuses as well as the file's own fault", async () => {
    const { lines, placement } = part(2);
    const open = async () => platform.createSession(Uint8Array.of(1, 2, 3));
    await expect(placedSession(open, placement)).rejects.toMatchObject({ code: "input" });
    expect(lines).toEqual([]);
  });

  test("stays on its device after an input that the CPU refuses as well", async () => {
    const { lines, placement, open } = part(2.001);
    const session = await placedSession(open, placement);
    const wrong = { x: { type: "float32", data: new Float32Array(4), dims: [2, 2] } } as const;
    await expect(session.run(wrong)).rejects.toMatchObject({ code: "runtime" });
    expect((await values(session, 1))[0]).toBeCloseTo(2.001, 6);
    expect(lines).toEqual([]);
    await session.dispose();
  });
});

describe("a device that has to be faster", () => {
  /** A session that gives the same, and takes longer. */
  const slowed = (session: Session, milliseconds: number): Session => ({
    ...session,
    async run(given, fetches) {
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      return session.run(given, fetches);
    },
  });

  test.each<[Device, Device]>([
    ["webgpu", "cpu"],
    ["cpu", "webgpu"],
  ])("%s is chosen where %s is slower", async (chosen, slow) => {
    const { lines, placement } = part(2, { fasterOnly: true });
    const session = await placedSession(async (device) => slowed(await times(2), device === slow ? 60 : 0), placement);
    await values(session, 1);
    expect(placement.device).toBe(chosen);
    expect(lines).toHaveLength(slow === "webgpu" ? 1 : 0);
    await session.dispose();
  });
});
