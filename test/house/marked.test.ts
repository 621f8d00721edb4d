import { expect, test } from "vitest";
import { markedText, withMarked } from "./marked.ts";

const page = "# A\n\n<!-- one -->\n\nold\n\n<!-- /one -->\n\nBetween.\n\n<!-- two -->\nolder\n<!-- /two -->\n";

test("only what is between the markers of the name is written anew, with an empty line on both sides", () => {
  expect(withMarked(page, "two", { text: "\nnew\n", where: "docs/a.md" })).toBe(
    "# A\n\n<!-- one -->\n\nold\n\n<!-- /one -->\n\nBetween.\n\n<!-- two -->\n\nnew\n\n<!-- /two -->\n",
  );
  expect(markedText(page, "one", "docs/a.md")).toBe("old");
  expect(markedText(withMarked(page, "one", { text: "new", where: "docs/a.md" }), "one", "docs/a.md")).toBe("new");
});

test("a dollar sign in the text stays what it is", () => {
  expect(markedText(withMarked(page, "one", { text: "$& $1", where: "docs/a.md" }), "one", "docs/a.md")).toBe("$& $1");
});

test("a marker that is missing, there twice or out of order is refused by name", () => {
  const write = (document: string) => () => withMarked(document, "one", { text: "new", where: "docs/a.md" });
  expect(write("# A")).toThrow("docs/a.md: expected <!-- one --> once, got none: the script writes between markers");
  expect(write("<!-- one -->\nold")).toThrow(
    "docs/a.md: expected <!-- /one --> once, got none: the script writes between markers",
  );
  expect(write(`${page}${page}`)).toThrow(
    "docs/a.md: expected <!-- one --> once, got it 2 times: the script writes between markers",
  );
  expect(write("<!-- /one --> <!-- one -->")).toThrow("docs/a.md: expected <!-- one --> before <!-- /one -->");
});
