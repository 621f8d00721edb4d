import { expect, test } from "vitest";
import { decisions } from "../../../src/audit/cells/presence.ts";
import { reconstructionAudit } from "../../../src/audit/cells/reconstruction-audit.ts";
import { exampleRun } from "../example-run.ts";

/** Audit of "eyeglasses" with predictions given by image on input and reconstruction. */
function audited(input: (image: number) => number, reconstruction: (image: number) => number, count = 100) {
  const run = exampleRun({ count });
  const place = new Map(run.images.map((row) => [row.image, row.position]));
  const predictions = run.predictions.map((row) => {
    const image = place.get(row.image) as number;
    return row.classifier === "eyeglasses"
      ? { ...row, input: input(image), reconstruction: reconstruction(image) }
      : row;
  });
  const edited = { ...run, predictions };
  return reconstructionAudit(edited, decisions(edited)).find((row) => row.classifier === "eyeglasses");
}

test("agreement is the share of kept decisions, mean change that of predictions", () => {
  const row = audited(
    (image) => (image % 2 === 0 ? 0.9 : 0.1),
    (image) => (image % 2 === 0 ? (image < 20 ? 0.4 : 0.9) : 0.1),
  );
  expect(row).toMatchObject({ agreement: 0.9, count: 100, blind: false });
  expect(row?.meanChange).toBeCloseTo(-0.05, 12);
});

test("a rare feature that the autoencoder wipes out is blind, although most decisions agree", () => {
  const row = audited(
    (image) => (image < 8 ? 0.9 : 0.1),
    (image) => (image < 2 ? 0.8 : 0.1),
  );
  expect(row).toMatchObject({ agreement: 0.94, blind: true });
});

test("predictions that collapse onto one value are blind", () => {
  expect(
    audited(
      (image) => 0.6 + 0.4 * (image / 99),
      () => 0.8,
    )?.blind,
  ).toBe(true);
});

test("fewer than ten images blind nothing", () => {
  expect(
    audited(
      () => 0.9,
      () => 0.1,
      9,
    ),
  ).toMatchObject({ agreement: 0, blind: false });
});

test("downstream classifiers come first, then bases and judges that are not among them", () => {
  const run = exampleRun({ bases: ["smiling-95"], downstream: ["smiling", "eyeglasses"], judges: ["b/smiling"] });
  expect(reconstructionAudit(run, decisions(run)).map((row) => row.classifier)).toEqual([
    "smiling",
    "eyeglasses",
    "smiling-95",
    "b/smiling",
  ]);
});
