import type { PageData } from "../../report/data.ts";
import { DiffPage } from "../diff/diff-page.tsx";
import { RectificationPage } from "../rectification/rectification-page.tsx";
import { OnePage } from "../run/one-page.tsx";
import { RunPage } from "../run/run-page.tsx";

/** The page for whatever the file holds. */
export function App({ data }: { readonly data: PageData }) {
  switch (data.kind) {
    case "run":
      return data.layout === "onepage" ? <OnePage report={data} /> : <RunPage report={data} />;
    case "rectification":
      return <RectificationPage data={data} />;
    case "diff":
      return <DiffPage data={data} />;
  }
}

/** What the window is called. */
export function titleOf({ kind, title }: PageData): string {
  const names = { run: "counterfactual alignment", rectification: "rectified classifiers", diff: "what changed" };
  return `${title} · ${names[kind]}`;
}
