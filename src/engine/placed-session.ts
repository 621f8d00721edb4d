import { CfalignError } from "../base/errors.ts";
import type { Device } from "../options/device.ts";
import type { Session, TypedTensor } from "../platform/platform.ts";
import { disagreement } from "./agreement.ts";
import { type Placement, reasonOf } from "./placement.ts";

/**
 * A session where its part is placed. What another device than the CPU gives first, and for a larger batch than before, is held
 * against the CPU; what differs there, cannot be loaded or fails makes the part fall back. open: opens it on a device.
 */
export async function placedSession(
  open: (device: Device) => Promise<Session>,
  placement: Placement,
): Promise<Session> {
  let { session, device } = await opened(open, placement);
  /** Numbers in the largest batch that was held against the CPU: a device may have other programs for larger ones. */
  let checked = 0;
  const moveTo = async (other: Session): Promise<void> => {
    await session.dispose();
    session = other;
    device = "cpu";
  };
  const runOnce: Session["run"] = async (feeds, fetches) => {
    // Another session of the part may have fallen back meanwhile.
    if (device !== placement.device) await moveTo(await open("cpu"));
    if (device === "cpu") return session.run(feeds, fetches);
    let found: Record<string, TypedTensor>;
    try {
      found = await session.run(feeds, fetches);
    } catch (error) {
      const reason = messageOf(error);
      if (reason === undefined) throw error;
      const cpu = await open("cpu");
      const expected = await cpu.run(feeds, fetches).catch(async (fault) => {
        // The CPU refuses it as well: the device is not to blame.
        await cpu.dispose();
        throw fault;
      });
      await moveTo(cpu);
      placement.fallBack(`it failed on ${placement.device} (${reason})`);
      return expected;
    }
    const size = numbersIn(feeds);
    if (size <= checked) return found;
    const cpu = await open("cpu");
    try {
      const expected = await cpu.run(feeds, fetches);
      const reason =
        differenceReason(expected, found, device) ??
        (placement.fasterOnly ? await slownessReason(session, cpu, { feeds, fetches, device }) : undefined);
      checked = size;
      if (reason === undefined) placement.keep();
      else {
        placement.fallBack(reason);
        await moveTo(cpu);
        return expected;
      }
    } finally {
      if (session !== cpu) await cpu.dispose();
    }
    return found;
  };
  let last: Promise<unknown> = Promise.resolve();
  const { inputNames, outputNames, outputTypes, outputShapes } = session;
  return {
    ...{ inputNames, outputNames, outputTypes, outputShapes },
    run(feeds, fetches) {
      // One after the other: the first decides where the next one runs.
      const result = last.then(async () => {
        const values = await runOnce(feeds, fetches);
        placement.ranOn(device);
        return values;
      });
      last = result.catch(() => undefined);
      return result;
    },
    async dispose() {
      await last;
      await session.dispose();
    },
  };
}

/** The session where it is placed, or on the CPU where it cannot be loaded there. */
async function opened(
  open: (device: Device) => Promise<Session>,
  placement: Placement,
): Promise<{ readonly session: Session; readonly device: Device }> {
  const { device } = placement;
  try {
    return { session: await open(device), device };
  } catch (error) {
    const reason = device === "cpu" ? undefined : messageOf(error);
    if (reason === undefined) throw error;
    // Where the CPU refuses it as well, the device is not to blame.
    const session = await open("cpu");
    placement.fallBack(`it cannot be loaded on ${device} (${reason})`);
    return { session, device: "cpu" };
  }
}

function numbersIn(feeds: Readonly<Record<string, TypedTensor>>): number {
  return Object.values(feeds).reduce((sum, { data }) => sum + data.length, 0);
}

function differenceReason(
  expected: Readonly<Record<string, TypedTensor>>,
  found: Readonly<Record<string, TypedTensor>>,
  device: Device,
): string | undefined {
  const difference = disagreement(expected, found);
  return difference && `on ${device} ${difference}`;
}

interface Batch {
  readonly feeds: Readonly<Record<string, TypedTensor>>;
  readonly fetches: readonly string[] | undefined;
  readonly device: Device;
}

/** Both have run once: what a first run prepares is not counted. */
async function slownessReason(session: Session, cpu: Session, batch: Batch): Promise<string | undefined> {
  const there = await millisecondsOf(session, batch);
  const here = await millisecondsOf(cpu, batch);
  if (there < here) return undefined;
  return `${batch.device} is no faster (a batch takes ${there.toPrecision(2)} ms, ${here.toPrecision(2)} ms on the CPU)`;
}

async function millisecondsOf(session: Session, { feeds, fetches }: Batch): Promise<number> {
  const start = performance.now();
  await session.run(feeds, fetches);
  return performance.now() - start;
}

/** What onnxruntime says of a failure; undefined for a mistake of the program. */
function messageOf(error: unknown): string | undefined {
  return error instanceof CfalignError && error.code !== "internal" ? reasonOf(error) : undefined;
}
