// Words of an agent's command line, changed without touching the others.

/** Takes every `FLAG VALUE` and `FLAG=VALUE` out, up to `--`. Returns what is left and the values, in their order. */
export function takeFlag(
  words: readonly string[],
  ...names: readonly string[]
): { readonly words: readonly string[]; readonly values: readonly string[] } {
  const left: string[] = [];
  const values: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? "";
    if (word === "--") {
      left.push(...words.slice(index));
      break;
    }
    const attached = names.find((name) => word.startsWith(`${name}=`));
    if (attached !== undefined) values.push(word.slice(attached.length + 1));
    else if (names.includes(word) && index + 1 < words.length) {
      values.push(words[index + 1] ?? "");
      index += 1;
    } else left.push(word);
  }
  return { words: left, values };
}
