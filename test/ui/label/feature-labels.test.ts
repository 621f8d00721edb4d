import { expect, test } from "vitest";
import type { FeatureReading } from "../../../src/label/feature-reading.ts";
import type { Mark } from "../../../src/label/label-table.ts";
import type { Answers, Question } from "../../../src/label/questions.ts";
import type { Ask } from "../../../src/ui/label/ask.ts";
import { FeatureLabels } from "../../../src/ui/label/feature-labels.ts";

const nobody = { has: 0, hasNot: 0 };
const reading: FeatureReading = { seen: nobody, judged: nobody, auroc: null, advice: "more-of-both" };

/** Forty pictures that are asked about in pages of four, in order; what was kept can be read, and a disk can be full. */
function server() {
  const kept: Mark[] = new Array<Mark>(40).fill(null);
  const disk = { full: false };
  const answer = (question: Question): Answers[Question["ask"]] | undefined => {
    if (question.ask === "feature") return { marks: [...kept], reading };
    if (question.ask === "next") {
      const open = kept.flatMap((mark, place) => (mark === null ? [place] : []));
      return { pictures: open.slice(0, 4), order: "random", reading };
    }
    if (question.ask !== "mark") return undefined;
    if (disk.full) throw new Error("the disk is full");
    for (const [place, mark] of question.marks) kept[place] = mark;
    return { seen: reading.seen };
  };
  const ask = (async (question: Question) => answer(question)) as Ask;
  return { ask, kept, disk };
}

const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

test("says of the others of a page that they have not, keeps it, and goes on", async () => {
  const { ask, kept } = server();
  const labels = new FeatureLabels(ask, "hat");
  await labels.open("unsure");
  expect(labels.current().page).toEqual([0, 1, 2, 3]);
  labels.mark([1, 3], 1);
  expect(labels.current().marks.slice(0, 4)).toEqual([null, 1, null, 1]);
  await labels.othersHaveNot("unsure");
  expect(kept.slice(0, 5)).toEqual([0, 1, 0, 1, null]);
  expect(labels.current()).toMatchObject({ page: [4, 5, 6, 7], saved: true, canUndo: true });
});

test("takes back step after step, to the page that each was on", async () => {
  const { ask, kept } = server();
  const labels = new FeatureLabels(ask, "hat");
  await labels.open("unsure");
  labels.mark([1], 1);
  await labels.othersHaveNot("unsure");
  labels.undo();
  expect(labels.current().page).toEqual([0, 1, 2, 3]);
  labels.undo();
  await soon();
  expect(kept.slice(0, 4)).toEqual([null, null, null, null]);
  expect(labels.current().canUndo).toBe(false);
  labels.undo();
  expect(labels.current().page).toEqual([0, 1, 2, 3]);
});

test("tells what could not be kept, goes nowhere with it, and sends it with what comes next", async () => {
  const { ask, kept, disk } = server();
  const labels = new FeatureLabels(ask, "hat");
  await labels.open("unsure");
  disk.full = true;
  labels.mark([0], 1);
  await labels.othersHaveNot("unsure");
  expect(labels.current()).toMatchObject({ saved: false, failure: "the disk is full", page: [0, 1, 2, 3] });
  expect(kept[0]).toBeNull();
  disk.full = false;
  labels.send();
  await soon();
  expect(labels.current()).toMatchObject({ saved: true, failure: undefined });
  expect(kept.slice(0, 4)).toEqual([1, 0, 0, 0]);
});

test("that is opened again sends what could not be kept", async () => {
  const { ask, kept, disk } = server();
  const labels = new FeatureLabels(ask, "hat");
  await labels.open("unsure");
  disk.full = true;
  labels.mark([2], 1);
  await labels.open("unsure");
  expect(labels.current()).toMatchObject({ saved: false, failure: "the disk is full" });
  expect(labels.current().marks[2]).toBe(1);
  disk.full = false;
  await labels.open("unsure");
  expect([labels.current().saved, kept[2]]).toEqual([true, 1]);
});

test("goes on where one left off", async () => {
  const { ask, kept } = server();
  kept.fill(0, 0, 10);
  const labels = new FeatureLabels(ask, "hat");
  await labels.open("unsure");
  expect(labels.current()).toMatchObject({ page: [10, 11, 12, 13], saved: true, canUndo: false });
  expect(labels.current().marks[9]).toBe(0);
});
