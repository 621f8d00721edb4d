import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { getCookie, setCookie } from "hono/cookie";
import { platform } from "#platform";
import { CfalignError } from "../base/errors.ts";
import type { Site } from "./site.ts";

/** Answers a question of the page, both as JSON. Errors: CfalignError for what the page is told in a sentence. */
export type Answer = (question: unknown) => Promise<unknown>;

export interface AppOptions {
  /** Who has it may look: it comes in the address once, and then as a cookie. */
  readonly token: string;
  /** Name of that cookie: browsers send those of one port to every other. */
  readonly cookie: string;
  /** Answers what the page posts to `askPath`; without it files are only read. */
  readonly answer?: Answer | undefined;
}

/** Where a page posts its questions. */
const askPath = "/ask";
/** Bytes of a question at most. */
const longestQuestion = 1 << 20;

/**
 * What everything is sent with: nothing from elsewhere is loaded, no other page gets at this one or its files, and threads, which need
 * a page to be isolated.
 */
const headers: Readonly<Record<string, string>> = {
  "Content-Security-Policy":
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' blob: data:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cache-Control": "no-store",
};

/** Names of this machine. Any other Host is a page elsewhere whose name was made to lead here (DNS rebinding). */
const local = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;

/**
 * Sends the files of a site to a browser on this machine: refused with 403, before anything is looked up, are another Host, another
 * origin, and who does not have the token.
 */
export function createApp(site: Site, { token, cookie, answer }: AppOptions): Hono {
  const app = new Hono();
  app.use(async (c, next) => {
    for (const [name, value] of Object.entries(headers)) c.header(name, value);
    const host = c.req.header("host") ?? "";
    if (!local.test(host)) return c.text(`refused: expected the host 127.0.0.1 or localhost\n`, 403);
    const origin = c.req.header("origin");
    if (origin !== undefined && origin !== `http://${host}`) return c.text("refused: another origin\n", 403);
    const fetchSite = c.req.header("sec-fetch-site");
    if (fetchSite !== undefined && fetchSite !== "same-origin" && fetchSite !== "none") {
      return c.text("refused: asked for by another site; open the address in a tab of its own\n", 403);
    }
    const given = c.req.query("token");
    if (given !== undefined && (await same(given, token))) {
      // The page's files are asked for by the cookie; the address keeps its token, so that a link to a view works in any browser here.
      setCookie(c, cookie, token, { httpOnly: true, sameSite: "Strict", path: "/" });
    } else if (!(await same(getCookie(c, cookie) ?? "", token))) {
      return c.text("refused: open the address that cfalign serve printed, with its token\n", 403);
    }
    const isQuestion = answer !== undefined && c.req.method === "POST" && c.req.path === askPath;
    // A page always says where it is from when it posts; what does not is none.
    if (isQuestion && origin === undefined) return c.text("refused: asked by no page of this server\n", 403);
    if (!isQuestion && c.req.method !== "GET" && c.req.method !== "HEAD") {
      return c.text("refused: files are only read\n", 405);
    }
    return next();
  });
  if (answer !== undefined) app.post(askPath, bodyLimit({ maxSize: longestQuestion }), (c) => answered(c, answer));
  app.get("*", async (c) => {
    const file = site.get(pathIn(c.req.path));
    if (file === undefined) return c.text("nothing here\n", 404);
    c.header("Content-Type", file.type);
    c.header("Content-Length", String(await file.size()));
    if (c.req.method === "HEAD") return c.body(null);
    return c.body((await file.read()) as Uint8Array<ArrayBuffer>);
  });
  return app;
}

/** A question's answer, or why there is none as { error }. */
async function answered(c: Context, answer: Answer): Promise<Response> {
  // No form of another page can send this type.
  if (c.req.header("content-type") !== "application/json") return c.json({ error: "expected JSON" }, 415);
  try {
    return c.json((await answer(await c.req.json())) as object);
  } catch (error) {
    if (error instanceof CfalignError) return c.json({ error: error.message }, error.code === "input" ? 400 : 500);
    if (error instanceof SyntaxError) return c.json({ error: "expected JSON" }, 400);
    throw error;
  }
}

/** The site's own name for what an address asks for; a path that cannot be decoded is none. */
function pathIn(path: string): string {
  try {
    return decodeURIComponent(path).slice(1) || "index.html";
  } catch {
    return "";
  }
}

/** Whether two secrets are the same; hashes take as long to compare whatever they share. */
async function same(given: string, secret: string): Promise<boolean> {
  const [a, b] = await Promise.all([given, secret].map((text) => platform.sha256(new TextEncoder().encode(text))));
  return a === b;
}
