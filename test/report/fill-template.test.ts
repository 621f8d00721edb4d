import { describe, expect, test } from "vitest";
import { CfalignError } from "../../src/base/errors.ts";
import type { ReportData } from "../../src/report/data.ts";
import { fillTemplate, scriptJson } from "../../src/report/fill-template.ts";

const page = '<head><script type="application/json" id="cfalign-data"></script></head><body></body>';

describe("the page's data", () => {
  test("cannot end its script element and reads back whole", () => {
    const data = { title: "</script><!-- <script> $& $1 \u2028" };
    const html = fillTemplate(page, data as unknown as ReportData);
    const inner = html.slice(html.indexOf('data">') + 6, html.indexOf("</script>"));
    expect(inner).not.toContain("<");
    expect(JSON.parse(inner)).toEqual(data);
    expect(html.replace(inner, "")).toBe(page);
  });

  test("has no less-than sign in keys either", () => {
    expect(scriptJson({ "</script>": 1 })).toBe('{"\\u003c/script>":1}');
  });

  test("is refused by a page without a place for it", () => {
    expect(() => fillTemplate("<html></html>", {} as ReportData)).toThrow(CfalignError);
  });
});
