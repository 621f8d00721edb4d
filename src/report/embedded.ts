/**
 * A page as one element that can stand in another page, such as the output of a notebook: a frame of its own, so that the styles and scripts of the two never meet.
 * The frame may run its script and save files, and reaches nothing of the page around it.
 */
export function embedded(page: string): string {
  const attribute = page.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  return `<iframe title="cfalign report" sandbox="allow-scripts allow-downloads" style="width: 100%; height: 85vh; min-height: 600px; border: 0" srcdoc="${attribute}"></iframe>\n`;
}
