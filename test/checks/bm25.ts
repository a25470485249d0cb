// Which text fits a query best, by BM25: plain counting of words, so that a description must hold the words people use.

export interface Scored {
  readonly name: string;
  readonly score: number;
}

const saturation = 1.2;
const lengthWeight = 0.75;
// Words that say nothing about the subject.
const empty = new Set(
  "a an and are as at be by can do does for from have help how i in into is it its like me my need of on or our please so some that the their them this to up use using want we what when which who why with you your".split(
    " ",
  ),
);

/** The texts by how well they fit the query, best first. */
export function ranked(query: string, texts: ReadonlyMap<string, string>): Scored[] {
  const documents = [...texts].map(([name, text]) => ({ name, words: wordsOf(text) }));
  const averageLength = documents.reduce((sum, { words }) => sum + words.length, 0) / Math.max(documents.length, 1);
  const wanted = new Set(wordsOf(query));
  const scores = documents.map(({ name, words }) => {
    let score = 0;
    for (const word of wanted) {
      const count = words.filter((one) => one === word).length;
      const holders = documents.filter((document) => document.words.includes(word)).length;
      const rarity = Math.log(1 + (documents.length - holders + 0.5) / (holders + 0.5));
      const length = 1 - lengthWeight + lengthWeight * (words.length / averageLength);
      score += (rarity * count * (saturation + 1)) / (count + saturation * length);
    }
    return { name, score };
  });
  return scores.toSorted((left, right) => right.score - left.score || (left.name < right.name ? -1 : 1));
}

/** Lower-case words without endings of plural, past and -ing, so that "notebooks" finds "notebook". */
export function wordsOf(text: string): string[] {
  const words = text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return words.filter((word) => !empty.has(word)).map((word) => stem(word));
}

function stem(word: string): string {
  if (word.length < 5) return word.replace(/s$/, "");
  return word.replace(/(?:ies)$/, "y").replace(/(?:ing|ed|es|s|e)$/, "");
}
