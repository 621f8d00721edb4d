import type { ShardState } from "../index.ts";
import { textTable } from "./table.ts";

const words: Readonly<Record<ShardState["state"], string>> = {
  missing: "no run there",
  unfinished: "not finished",
  asked: "has to look further",
  finished: "finished",
};

/** The shards of a run as a table, and the shards that none of the folders holds. */
export function shardsText(states: readonly ShardState[]): string {
  const rows = states.map(({ run, shard, state, images, counterfactuals }) => [
    run,
    shard ?? "—",
    words[state],
    `${images}`,
    `${counterfactuals}`,
  ]);
  const table = textTable([["run", "shard", "state", "images", "counterfactuals"], ...rows], new Set([0, 1, 2]));
  const absent = absentShards(states);
  const line = absent.length === 0 ? [] : [`not among them: shard ${absent.join(", ")}`];
  return [table, ...line].join("\n");
}

function absentShards(states: readonly ShardState[]): readonly string[] {
  const there = new Set(states.flatMap(({ shard }) => shard ?? []));
  const [count] = [...there].map((shard) => Number(shard.split("/")[1]));
  return Array.from({ length: count ?? 0 }, (_, place) => `${place + 1}/${count}`).filter((shard) => !there.has(shard));
}
