import { request } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CfalignError } from "../../src/base/errors.ts";
import { type Listening, listen } from "../../src/serve/listen.ts";
import type { Site } from "../../src/serve/site.ts";

const text = (words: string, type = "text/plain") => {
  const bytes = new TextEncoder().encode(words);
  return { type, size: async () => bytes.byteLength, read: async () => bytes };
};
const site: Site = new Map([
  ["index.html", text("<h1>live</h1>", "text/html; charset=utf-8")],
  ["workspace/models/model.onnx", text("weights", "application/octet-stream")],
]);

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

describe("the local server", () => {
  let server: Listening;
  let token = "";
  let cookie = "";

  const ask = (
    path: string,
    { headers = {}, method = "GET" }: { readonly headers?: Record<string, string>; readonly method?: string } = {},
  ): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const asking = request({ host: "127.0.0.1", port: server.port, path, headers, method }, (response) => {
        let body = "";
        response.setEncoding("utf8");
        response.on("data", (part: string) => {
          body += part;
        });
        response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
      });
      asking.on("error", reject).end();
    });

  /** What is answered to a request as it stands, which no client has tidied up. */
  const raw = (lines: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect(server.port, "127.0.0.1", () => socket.end(`${lines}\r\nConnection: close\r\n\r\n`));
      let answer = "";
      socket.on("data", (part) => {
        answer += part;
      });
      socket.on("error", reject).on("close", () => resolve(answer));
    });

  beforeAll(async () => {
    server = await listen(site, 0);
    token = new URL(server.url).searchParams.get("token") ?? "";
    const { headers } = await ask(`/?token=${token}`);
    cookie = String(headers["set-cookie"]).split(";")[0] ?? "";
  });
  afterAll(() => server.close());

  test("makes the token of an address a cookie that no script reads and no other site sends", async () => {
    const { status, headers } = await ask(`/?token=${token}`);
    // In place: an address that is passed on has its token still.
    expect(status).toBe(200);
    expect(String(headers["set-cookie"])).toMatch(/; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(token).toMatch(/^[0-9a-f]{48}$/);
  });

  test("sends the page and its files with the cookie, and a file's size to who only asks for it", async () => {
    const page = await ask("/", { headers: { cookie } });
    expect([page.status, page.body, page.headers["content-type"]]).toEqual([
      200,
      "<h1>live</h1>",
      "text/html; charset=utf-8",
    ]);
    expect((await ask("/workspace/models/model.onnx", { headers: { cookie } })).body).toBe("weights");
    const head = await ask("/workspace/models/model.onnx", { headers: { cookie }, method: "HEAD" });
    expect([head.status, head.body, head.headers["content-length"]]).toEqual([200, "", "7"]);
  });

  test("isolates the page, lets no other site read it, and lets it load nothing from elsewhere", async () => {
    for (const path of ["/", "/nothing"]) {
      const { headers } = await ask(path, { headers: { cookie } });
      expect(headers["cross-origin-opener-policy"]).toBe("same-origin");
      expect(headers["cross-origin-embedder-policy"]).toBe("require-corp");
      expect(headers["cross-origin-resource-policy"]).toBe("same-origin");
      expect(headers["content-security-policy"]).toMatch(/^default-src 'self';/);
      expect(headers["content-security-policy"]).not.toMatch(/unsafe-inline|'unsafe-eval'|https?:|\*/);
      expect(Object.keys(headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
    }
  });

  test.each(["evil.example", "evil.example:7411", "127.0.0.1.evil.example", "localhost.evil.example", "192.168.1.7"])(
    "refuses the host %s, with the cookie and with the token",
    async (host) => {
      expect((await ask("/", { headers: { cookie, host } })).status).toBe(403);
      const { status, headers } = await ask(`/?token=${token}`, { headers: { host } });
      expect([status, headers["set-cookie"]]).toEqual([403, undefined]);
    },
  );

  test("answers to every name of this machine", async () => {
    for (const host of ["localhost", `LOCALHOST:${server.port}`, `127.0.0.1:${server.port}`, `[::1]:${server.port}`]) {
      expect((await ask("/", { headers: { cookie, host } })).status).toBe(200);
    }
  });

  test.each(["https://evil.example", "null", "http://127.0.0.1:1", "http://localhost"])(
    "refuses the origin %s",
    async (origin) => {
      expect((await ask("/", { headers: { cookie, origin } })).status).toBe(403);
    },
  );

  test("refuses what another site or another port asks for, though the browser sends the cookie", async () => {
    for (const from of ["cross-site", "same-site"]) {
      expect((await ask("/", { headers: { cookie, "sec-fetch-site": from } })).status).toBe(403);
    }
    expect((await ask("/", { headers: { cookie, "sec-fetch-site": "same-origin" } })).status).toBe(200);
  });

  test("refuses who has no token, a wrong one, or another server's cookie", async () => {
    const [name] = cookie.split("=");
    for (const headers of [{}, { cookie: `${name}=` }, { cookie: `${name}=${"0".repeat(48)}` }, { cookie: "a=b" }]) {
      const { status, body } = await ask("/", { headers });
      expect([status, body]).toEqual([403, "refused: open the address that cfalign serve printed, with its token\n"]);
    }
    expect((await ask(`/?token=${"0".repeat(48)}`)).status).toBe(403);
    expect((await ask("/?token=")).status).toBe(403);
  });

  test.each([
    "/../package.json",
    "/workspace/../../package.json",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/..%2f..%2fetc%2fpasswd",
    "/workspace/%2e%2e%5c%2e%2e%5cpackage.json",
    "//etc/passwd",
    "/workspace//etc/passwd",
    "/workspace/models/model.onnx%00",
    "/%",
    "/__proto__",
  ])("has nothing at %s", async (path) => {
    const answer = await raw(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: ${cookie}`);
    expect(answer).toMatch(/^HTTP\/1\.1 (404|400)/);
    expect(answer).not.toMatch(/root:|"name"/);
  });

  test("only reads", async () => {
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
      expect((await ask("/", { headers: { cookie }, method })).status).toBe(405);
    }
  });

  test("listens on this machine alone", async () => {
    const answered = await raw("GET / HTTP/1.1\r\nHost: 127.0.0.1");
    expect(answered).toMatch(/^HTTP\/1\.1 403/);
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=/);
  });

  test("says which port is taken when it was asked for", async () => {
    await expect(listen(site, server.port)).rejects.toThrow(
      `port: expected a free port, got ${server.port}, one that is in use`,
    );
  });
});

describe("a page that asks", () => {
  let server: Listening;
  let cookie = "";
  let origin = "";
  const asked: unknown[] = [];
  const post = async (
    body: string,
    headers: Record<string, string> = {},
    path = "/ask",
  ): Promise<readonly [number, string]> => {
    const given = { cookie, origin, "content-type": "application/json", ...headers };
    const all = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ""));
    return new Promise((resolve, reject) => {
      const asking = request(
        { host: "127.0.0.1", port: server.port, path, headers: all, method: "POST" },
        (response) => {
          let text = "";
          response.on("data", (part) => {
            text += part;
          });
          response.on("end", () => resolve([response.statusCode ?? 0, text]));
        },
      );
      asking.on("error", reject).end(body);
    });
  };

  beforeAll(async () => {
    server = await listen(site, 0, async (question) => {
      asked.push(question);
      if (question === "full") throw new CfalignError("runtime", "the disk is full");
      return { answer: 42 };
    });
    origin = `http://127.0.0.1:${server.port}`;
    cookie = (await fetch(server.url)).headers.get("set-cookie")?.split(";")[0] ?? "";
  });
  afterAll(() => server.close());

  test("is answered, and told in a sentence why not", async () => {
    expect(await post('"what"')).toEqual([200, '{"answer":42}']);
    expect(await post('"full"')).toEqual([500, '{"error":"the disk is full"}']);
    expect(await post("{")).toEqual([400, '{"error":"expected JSON"}']);
  });

  test("is the only one: no other origin, site or host, nobody without cookie, nobody who does not say where from", async () => {
    const before = asked.length;
    const refused = [
      { origin: "https://evil.example" },
      { origin: "null" },
      { host: "evil.example" },
      { cookie: "a=b" },
      { "sec-fetch-site": "same-site" },
      { origin: "" },
    ];
    for (const headers of refused) expect((await post('"what"', headers as Record<string, string>))[0]).toBe(403);
    // The type that a form of another page could send.
    expect((await post('"what"', { "content-type": "text/plain" }))[0]).toBe(415);
    expect((await post('"what"', {}, "/"))[0]).toBe(405);
    expect(asked.length).toBe(before);
  });

  test("asks no more than a question is long", async () => {
    expect((await post(`"${"a".repeat(1 << 20)}"`))[0]).toBe(413);
  });
});
