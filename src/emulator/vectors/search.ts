// Searching an index: exact cosine over all rows, words, or both by their ranks.
import { embed, cosine, wordsOf } from "./embedding.ts";
import type { VectorRow } from "./indexes.ts";

export interface Search {
  readonly text: string | undefined;
  readonly vector: readonly number[] | undefined;
  readonly type: "ANN" | "HYBRID" | "FULL_TEXT";
  readonly threshold: number | undefined;
}

export interface Hit {
  readonly row: VectorRow;
  readonly score: number;
}

/** The rows from the nearest on; rows with the same score in the order of their keys. */
export function search(rows: readonly VectorRow[], wanted: Search): readonly Hit[] {
  const hits = sorted(scored(rows, wanted));
  const { threshold } = wanted;
  return threshold === undefined ? hits : hits.filter(({ score }) => score >= threshold);
}

function scored(rows: readonly VectorRow[], wanted: Search): readonly Hit[] {
  if (wanted.type === "ANN") return near(rows, wanted);
  const words = byWords(rows, wanted.text ?? "");
  if (wanted.type === "FULL_TEXT") return words;
  const ranks = [sorted(near(rows, wanted)), sorted(words)].map(
    (hits) => new Map(hits.map(({ row }, at) => [row.key, at + 1])),
  );
  // Reciprocal rank fusion, scaled so that the first of both lists has 1.
  return rows.map((row) => {
    const score = ranks.reduce((sum, rank) => sum + 1 / (60 + (rank.get(row.key) ?? rows.length + 60)), 0);
    return { row, score: (score * 61) / 2 };
  });
}

function near(rows: readonly VectorRow[], { text, vector }: Search): readonly Hit[] {
  const wanted = vector ?? embed(text ?? "");
  return rows.map((row) => ({ row, score: cosine(wanted, row.vector) }));
}

/** The part of the wanted words that stand in the row's texts; rows without any are no hits. */
function byWords(rows: readonly VectorRow[], text: string): readonly Hit[] {
  const wanted = [...new Set(wordsOf(text))];
  return rows.flatMap((row) => {
    const texts = Object.values(row.values).filter((value) => typeof value === "string");
    const words = new Set(wordsOf(texts.join(" ")));
    const found = wanted.filter((word) => words.has(word)).length;
    return found === 0 ? [] : [{ row, score: found / wanted.length }];
  });
}

function sorted(hits: readonly Hit[]): readonly Hit[] {
  return hits.toSorted((one, other) => other.score - one.score || (one.row.key < other.row.key ? -1 : 1));
}
