import { platform } from "#platform";

/** What an interrupted benchmark has already computed: JSON files in its folder, by name and by what the values depend on. */
export type Remember = <T>(name: string, dependsOn: unknown, make: () => Promise<T>) => Promise<T>;

/** Twelve hexadecimal digits that stand for a JSON value. */
export async function shortHash(value: unknown): Promise<string> {
  return (await platform.sha256(new TextEncoder().encode(JSON.stringify(value)))).slice(0, 12);
}

/** Remembers in a folder. */
export function rememberIn(folder: string): Remember {
  return async (name, dependsOn, make) => {
    const { files } = platform;
    const path = files.join(folder, `${name}-${await shortHash(dependsOn)}.json`);
    if (await files.exists(path)) return JSON.parse(new TextDecoder().decode(await files.read(path)));
    const value = await make();
    await files.write(path, JSON.stringify(value));
    return value;
  };
}
