import { CfalignError } from "../base/errors.ts";
import type { Platform } from "./platform.ts";
import { resizeTriangle } from "./resize.ts";
import { webDevices } from "./web-devices.ts";
import { webFiles } from "./web-files.ts";
import { webImages } from "./web-images.ts";
import { createWebSession, loadRuntime } from "./web-session.ts";
import { urgently } from "./web-turns.ts";

/** The browser: URLs, onnxruntime-web on WebAssembly or WebGPU, and the canvas. */
export const platform: Platform = {
  name: "web",
  runShell() {
    throw new CfalignError("usage", "a browser has no shell: submit from Node");
  },
  versions: async () => ({ browser: navigator.userAgent }),
  files: webFiles,
  async sha256(data) {
    if (globalThis.crypto?.subtle === undefined) {
      throw new CfalignError("runtime", "SHA-256 needs a secure page: serve it over https or from localhost");
    }
    const digest = await crypto.subtle.digest("SHA-256", data as Uint8Array<ArrayBuffer>);
    return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
  },
  createSession: createWebSession,
  prepare: loadRuntime,
  urgently,
  devices: webDevices,
  ...webImages,
  resizeImage: async (image, size) => resizeTriangle(image, size),
  async writePdf() {
    throw new CfalignError("usage", "a browser prints to PDF by itself: print the page");
  },
  async readFont() {
    throw new CfalignError("usage", "fonts of figures are read by Node only");
  },
  // A page is one process, and is not told how much memory there is.
  machine: () => ({ cores: 1, freeBytes: 0, usedBytes: 0, heapBytes: 0 }),
  startWorker() {
    throw new CfalignError("usage", "a browser starts no processes: use Node");
  },
  serveQuestions() {
    throw new CfalignError("usage", "a browser starts no processes: use Node");
  },
};
