import { createHash } from "node:crypto";
import { nodeDevices } from "./node-devices.ts";
import { nodeFiles } from "./node-files.ts";
import { readFont } from "./node-fonts.ts";
import { nodeImages } from "./node-images.ts";
import { createNodeSession } from "./node-session.ts";
import { machine, serveQuestions, startWorker } from "./node-worker.ts";
import type { Platform } from "./platform.ts";
import { resizeTriangle } from "./resize.ts";

/** Node: the local disk, onnxruntime-node and sharp, each loaded when it is first used. */
export const platform: Platform = {
  name: "node",
  async runShell(script) {
    return (await import("./node-shell.ts")).runShell(script);
  },
  async versions() {
    const { env } = await import("onnxruntime-common");
    return { node: process.versions.node, onnxruntime: env.versions.common };
  },
  files: nodeFiles,
  sha256: async (data) => createHash("sha256").update(data).digest("hex"),
  createSession: createNodeSession,
  prepare: async () => {},
  // Sessions have threads of their own.
  urgently: (action) => action(),
  devices: nodeDevices,
  ...nodeImages,
  resizeImage: async (image, size) => resizeTriangle(image, size),
  writePdf: async (svg, page) => (await import("./node-pdf.ts")).writePdf(svg, page),
  readFont,
  machine,
  startWorker,
  serveQuestions,
};
