// A sentence in which commands stand between backticks, as our hints have them.

/** The sentence, with its commands as code. */
export const Hint = ({ text }: { readonly text: string }) =>
  text.split("`").map((part, index, parts) =>
    // An odd last part has no backtick to end it.
    index % 2 === 1 && index < parts.length - 1 ? (
      <code key={index} className="rounded bg-hover px-1 py-px font-mono text-[0.9em] text-ink">
        {part}
      </code>
    ) : (
      `${index % 2 === 1 ? "`" : ""}${part}`
    ),
  );
