import { type ServerType, serve } from "@hono/node-server";
import { CfalignError } from "../base/errors.ts";
import { type Answer, createApp } from "./app.ts";
import type { Site } from "./site.ts";

/** A server that listens until it is closed. */
export interface Listening {
  /** What to open, the token in it. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** The port that is tried first when none is asked for. */
export const usualPort = 7411;

/** Serves a site on 127.0.0.1. port: 0 takes any free one; when absent the usual one, or any where that is taken. answer: what its page asks. Errors: CfalignError("usage") for a port that is taken. */
export async function listen(site: Site, port?: number, answer?: Answer): Promise<Listening> {
  const token = tokenOf(crypto.getRandomValues(new Uint8Array(24)));
  const bind = (number: number) => listening(site, { token, answer }, number);
  const server = await bind(port ?? usualPort).catch((error: unknown) => {
    if (port === undefined && codeOf(error) === "EADDRINUSE") return bind(0);
    if (codeOf(error) !== "EADDRINUSE" && codeOf(error) !== "EACCES") throw error;
    const why = codeOf(error) === "EACCES" ? "one that needs more rights" : "one that is in use";
    throw new CfalignError("usage", (named) => `${named("port")}: expected a free port, got ${port}, ${why}`, {
      option: "port",
    });
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return {
    url: `http://127.0.0.1:${address.port}/?token=${token}`,
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        if ("closeAllConnections" in server) server.closeAllConnections();
      }),
  };
}

interface Access {
  readonly token: string;
  readonly answer: Answer | undefined;
}

function listening(site: Site, { token, answer }: Access, port: number): Promise<ServerType> {
  return new Promise((resolve, reject) => {
    const app = createApp(site, { token, cookie: `cfalign-${token.slice(0, 8)}`, answer });
    const server = serve({ fetch: app.fetch, hostname: "127.0.0.1", port }, () => resolve(server));
    server.once("error", reject);
  });
}

function codeOf(error: unknown): string | undefined {
  return (error as { readonly code?: string }).code;
}

const tokenOf = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
