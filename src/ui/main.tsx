import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { embeddedSource } from "./source.ts";

const place = document.getElementById("app");
if (place !== null) {
  const root = createRoot(place);
  embeddedSource(document)
    .report()
    .then((report) => {
      document.title = `${report.title} · counterfactual alignment`;
      root.render(<App report={report} />);
    })
    .catch((error: unknown) => {
      root.render(<p className="failure">{error instanceof Error ? error.message : String(error)}</p>);
    });
}
