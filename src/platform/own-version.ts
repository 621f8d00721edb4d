import { platform } from "#platform";

/** Version of the package. Of Node alone: a page is told. */
export async function ownVersion(): Promise<string> {
  const { files } = platform;
  const text = new TextDecoder().decode(await files.read(files.join(files.packageFolder(), "package.json")));
  return (JSON.parse(text) as { readonly version: string }).version;
}
