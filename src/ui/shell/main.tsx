import { createRoot } from "react-dom/client";
import { App, titleOf } from "./app.tsx";
import { embeddedSource } from "./source.ts";

const place = document.getElementById("app");
if (place !== null) {
  const root = createRoot(place);
  embeddedSource(document)
    .page()
    .then((data) => {
      document.title = titleOf(data);
      root.render(<App data={data} />);
    })
    .catch((error: unknown) => {
      root.render(<p className="failure">{error instanceof Error ? error.message : String(error)}</p>);
    });
}
