import { Command, InvalidArgumentError } from "commander";
import { platform } from "#platform";
import { CfalignError } from "../../base/errors.ts";
import type { AskedDevice } from "../../options/device.ts";
import type { FolderLock } from "../../platform/platform.ts";
import type { Answer } from "../../serve/app.ts";
import type { Site } from "../../serve/site.ts";
import type { Context } from "../context.ts";
import { listenForInterrupt } from "../interrupt.ts";
import { addWorkspaceOption, defined } from "../options.ts";
import type { serveOutput } from "../schemas.ts";
import { workspaceOf } from "../workspace.ts";

interface Flags {
  readonly workspace?: string;
  readonly port?: number;
  readonly static?: string;
  readonly webgpu?: boolean;
  readonly label?: string;
  readonly device?: AskedDevice;
}

/** `cfalign serve`: the live page, in which one's own picture answers. */
export function serveCommand(context: Context): Command {
  const command = new Command("serve")
    .description("a page on this machine that runs a workspace's models in the browser, on your own pictures")
    .argument(
      "[workspace]",
      "workspace file, its folder, or a built-in one (cartoon-faces); ./cfalign.json when absent",
    )
    .option("--port <number>", "port on 127.0.0.1 (7411, or a free one)", portOf)
    .option(
      "--label <folder>",
      "the page Label: say which pictures of a folder have a feature, kept in its metadata.csv",
    )
    .option("--static <folder>", "write the page with its models as files for any static host, and serve nothing")
    .option("--webgpu", "with --static: write what browsers with WebGPU need as well, 27 MB");
  return addWorkspaceOption(command)
    .addHelpText(
      "after",
      `
Nothing is uploaded: pictures stay in the browser, where the models run. The page answers on 127.0.0.1 only, to who has the
address with its token. Stop it with Ctrl+C.

With --label the pictures are read where they are, by the latent of a workspace where one is named, else by their pixels.

Examples:
  cfalign serve cartoon-faces
  cfalign serve my-models/cfalign.json --port 8080
  cfalign serve cartoon-faces --static public
  cfalign serve --label photos`,
    )
    .action(async (given: string | undefined, flags: Flags) => {
      if (flags.webgpu && flags.static === undefined) {
        const words = "--webgpu: expected --static beside it, got none: a page that is served has that part by itself";
        throw new CfalignError("usage", words, { option: "webgpu" });
      }
      if (flags.label !== undefined) {
        if (flags.static !== undefined) {
          throw new CfalignError(
            "usage",
            "--label: expected no --static beside it: labels are written where they are served",
            {
              option: "label",
            },
          );
        }
        const { label: folder, port, device } = flags;
        return serveLabelling(context, { folder, port, device, workspace: given ?? flags.workspace });
      }
      const { siteOf } = await import("../../serve/site.ts");
      const { site, facts } = await siteOf(given ?? flags.workspace, {
        isolate: flags.static !== undefined,
        // A server sends it to browsers that ask for it.
        ...(flags.static === undefined ? {} : { webgpu: flags.webgpu ?? false }),
      });
      const { output } = context;
      if (flags.static !== undefined) {
        const { writeSite } = await import("../../serve/write-site.ts");
        const { files, bytes } = await writeSite(site, flags.static);
        output.text(`${flags.static}: ${files} files, ${(bytes / 1e6).toFixed(1)} MB`);
        output.json<typeof serveOutput>({ url: null, static: flags.static, files, bytes });
        return;
      }
      await serveUntilStopped(context, {
        ...{ site, title: facts.title, port: flags.port, words: "pictures stay in your browser; stop with Ctrl+C" },
      });
    });
}

interface Served {
  readonly site: Site;
  readonly title: string;
  readonly port: number | undefined;
  /** What is said below the address. */
  readonly words: string;
  readonly answer?: Answer;
}

/** Serves a site until it is interrupted. */
async function serveUntilStopped(context: Context, { site, title, port, words, answer }: Served): Promise<void> {
  const { output } = context;
  const { listen } = await import("../../serve/listen.ts");
  const server = await listen(site, port, answer);
  using interrupt = listenForInterrupt(() => output.say("stopped"));
  try {
    output.text(`${title}: ${server.url}`);
    output.say(words);
    output.json<typeof serveOutput>({ url: server.url, static: null, files: site.size, bytes: null });
    await new Promise((resolve) => interrupt.signal.addEventListener("abort", resolve));
  } finally {
    await server.close();
  }
}

interface LabelFlags {
  readonly folder: string;
  readonly port: number | undefined;
  readonly device: AskedDevice | undefined;
  readonly workspace: string | undefined;
}

/** Serves the Label page of a folder. A workspace is opened only where one is named: pixels need none. */
async function serveLabelling(context: Context, { folder, workspace: path, port, device }: LabelFlags): Promise<void> {
  const { labelSite } = await import("../../serve/label-site.ts");
  const workspace = path === undefined ? undefined : await workspaceOf(context, defined({ workspace: path, device }));
  const stop = new AbortController();
  let read: Promise<void> | undefined;
  let lock: FolderLock | undefined;
  try {
    const { site, labelling } = await labelSite(folder, { autoencoder: workspace?.autoencoder, signal: stop.signal });
    const { pictures, table, answer } = labelling;
    read = labelling.read;
    // Two that write one table would each hold what the other has not.
    lock = await platform.files.lockFolder(folder);
    const words = `labels go to ${table}; stop with Ctrl+C`;
    await serveUntilStopped(context, { site, title: `${pictures.length} pictures of ${folder}`, port, words, answer });
  } finally {
    stop.abort();
    await read;
    await lock?.release();
    await workspace?.dispose();
  }
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw new InvalidArgumentError("expected a whole number from 0 to 65535");
  return port;
}
