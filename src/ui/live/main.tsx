import { createRoot } from "react-dom/client";
import type { SiteFacts } from "../../serve/site.ts";
import { linkTo } from "./link.ts";
import { LivePage } from "./live-page.tsx";

/** Where a static host cannot send the headers that threads need, a service worker adds them, from the next load on. */
async function isolate(): Promise<void> {
  if (crossOriginIsolated || !("serviceWorker" in navigator) || navigator.serviceWorker.controller !== null) return;
  await navigator.serviceWorker.register("isolate.js");
  await navigator.serviceWorker.ready;
  location.reload();
  await new Promise(() => {});
}

async function facts(): Promise<SiteFacts> {
  const response = await fetch("site.json");
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as SiteFacts;
}

const place = document.getElementById("app");
if (place !== null) {
  const root = createRoot(place);
  facts()
    .then(async (site) => {
      if (site.isolate) await isolate().catch(() => undefined);
      const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
      root.render(<LivePage site={site} link={linkTo(worker)} />);
    })
    .catch((error: unknown) => {
      root.render(<p className="failure">{error instanceof Error ? error.message : String(error)}</p>);
    });
}
