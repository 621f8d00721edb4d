import { describe, expect, test } from "vitest";
import { pages } from "./pages.ts";
import { sharedReport } from "./shared-reports.ts";

const { onPage } = pages(async (folder) => ({
  run: await sharedReport("run", folder),
}));

describe("the numbers of the matrix in Chromium", { timeout: 240_000 }, () => {
  test.each(["light", "dark"] as const)(
    "stand out from their cells by 4.5 : 1 at least, at every strength (%s)",
    (scheme) =>
      onPage(
        "run",
        "",
        async (page) => {
          const least = await page.locator(".grid td[data-row]").evaluateAll((cells) => {
            const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
            if (context === null) throw new Error("no canvas");
            const luminance = (colour: string): number => {
              context.fillStyle = colour;
              context.fillRect(0, 0, 1, 1);
              const [r = 0, g = 0, b = 0] = [...context.getImageData(0, 0, 1, 1).data].map((byte) => {
                const value = byte / 255;
                return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
              });
              return 0.2126 * r + 0.7152 * g + 0.0722 * b;
            };
            return cells
              .filter((cell) => cell.textContent !== "")
              .map((cell) => {
                const { color } = getComputedStyle(cell);
                // The colour of the cell without the hatching that some have.
                const probe = cell.appendChild(document.createElement("i"));
                probe.style.background = "var(--fill)";
                const [a, b] = [luminance(color), luminance(getComputedStyle(probe).backgroundColor)];
                probe.remove();
                const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
                return { contrast, cell: `${cell.className} ${cell.getAttribute("style")}` };
              })
              .sort((a, b) => a.contrast - b.contrast)[0];
          });
          expect(least?.contrast, least?.cell).toBeGreaterThanOrEqual(4.5);
        },
        { colorScheme: scheme },
      ),
  );
});
