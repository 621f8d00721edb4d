import type { PageData } from "../../report/data.ts";

/** Where the app gets what it shows. */
export interface DataSource {
  /** Everything that the page shows. */
  page(): Promise<PageData>;
}

/** The JSON that stands in the page itself. */
export function embeddedSource(page: Document): DataSource {
  return {
    async page() {
      const text = page.getElementById("cfalign-data")?.textContent ?? "";
      if (text.trim() === "") throw new Error("this page holds no data: it is the template that cfalign report fills");
      return JSON.parse(text) as PageData;
    },
  };
}
