import { createRoot } from "react-dom/client";
import { askServer } from "./ask.ts";
import { LabelPage } from "./label-page.tsx";

const place = document.getElementById("app");
if (place !== null) {
  const root = createRoot(place);
  askServer({ ask: "state" })
    .then((state) => root.render(<LabelPage opened={state} ask={askServer} />))
    .catch((error: unknown) => {
      root.render(<p className="failure">{error instanceof Error ? error.message : String(error)}</p>);
    });
}
