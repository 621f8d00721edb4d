import { Command, InvalidArgumentError } from "commander";
import { CfalignError } from "../../errors.ts";
import type { Context } from "../context.ts";
import { listenForInterrupt } from "../interrupt.ts";
import { addWorkspaceOption } from "../options.ts";
import type { serveOutput } from "../schemas.ts";

interface Flags {
  readonly workspace?: string;
  readonly port?: number;
  readonly static?: string;
  readonly webgpu?: boolean;
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
    .option("--static <folder>", "write the page with its models as files for any static host, and serve nothing")
    .option("--webgpu", "with --static: write what browsers with WebGPU need as well, 27 MB");
  return addWorkspaceOption(command)
    .addHelpText(
      "after",
      `
Nothing is uploaded: pictures stay in the browser, where the models run. The page answers on 127.0.0.1 only, to who has the
address with its token. Stop it with Ctrl+C.

Examples:
  cfalign serve cartoon-faces
  cfalign serve my-models/cfalign.json --port 8080
  cfalign serve cartoon-faces --static public`,
    )
    .action(async (given: string | undefined, flags: Flags) => {
      if (flags.webgpu && flags.static === undefined) {
        const words = "--webgpu: expected --static beside it, got none: a page that is served has that part by itself";
        throw new CfalignError("usage", words, { option: "webgpu" });
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
      const { listen } = await import("../../serve/listen.ts");
      const server = await listen(site, flags.port);
      const interrupt = listenForInterrupt(() => output.say("stopped"));
      try {
        output.text(`${facts.title}: ${server.url}`);
        output.say("pictures stay in your browser; stop with Ctrl+C");
        output.json<typeof serveOutput>({ url: server.url, static: null, files: site.size, bytes: null });
        await new Promise((resolve) => interrupt.signal.addEventListener("abort", resolve));
      } finally {
        interrupt.dispose();
        await server.close();
      }
    });
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw new InvalidArgumentError("expected a whole number from 0 to 65535");
  return port;
}
