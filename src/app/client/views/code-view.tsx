// Text as it stands, in a fixed-width type, with its lines numbered and a button that copies it.
import { useMemo, useState } from "react";
import { CopyButton } from "../tables/copy-button.tsx";
import { Button } from "../ui/button.tsx";
import { cx } from "../ui/classes.ts";

export interface CodeViewProps {
  readonly text: string;
  /** Named beside the copy button. */
  readonly language?: string;
  /** Without a bound on its height: it is the page's main thing. */
  readonly tall?: boolean;
  /** Long lines are broken, and not numbered: it is prose. */
  readonly wrap?: boolean;
}

const maxChars = 200_000;
const count = new Intl.NumberFormat("en");

const Numbered = ({ text }: { readonly text: string }) => {
  const numbers = useMemo(() => {
    const lines = text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
    return Array.from({ length: Math.max(1, lines) }, (_, at) => at + 1).join("\n");
  }, [text]);
  return (
    <div className="flex min-w-max font-mono text-[0.8125rem] leading-5">
      <pre aria-hidden="true" className="sticky left-0 bg-sunken py-2 pr-2 pl-3 text-right text-soft select-none">
        {numbers}
      </pre>
      <pre className="py-2 pr-16 pl-1">{text}</pre>
    </div>
  );
};

/** A block of code or other text. Very long ones are shown in part and copied whole. */
export const CodeView = ({ text, language, tall, wrap }: CodeViewProps) => {
  const [whole, setWhole] = useState(false);
  const shown = whole ? text : text.slice(0, maxChars);
  return (
    <div className="group/code relative overflow-hidden rounded-xl border border-line bg-sunken">
      <div className="absolute top-1.5 right-1.5 z-10 flex items-center gap-1">
        {language === undefined ? null : <span className="rounded bg-sunken px-1.5 text-xs text-soft">{language}</span>}
        <CopyButton label="Copy the text" text={() => text} className="bg-sunken" />
      </div>
      <div
        className={cx("overflow-auto", tall !== true && "max-h-96")}
        role="group"
        aria-label={language ?? "Text"}
        tabIndex={0}
      >
        {wrap === true ? (
          <pre className="py-2 pr-12 pl-3 font-mono text-[0.8125rem] leading-5 break-words whitespace-pre-wrap">
            {shown}
          </pre>
        ) : (
          <Numbered text={shown} />
        )}
      </div>
      {shown.length < text.length ? (
        <div className="flex items-center gap-3 border-t border-line px-3 py-1.5 text-[0.8125rem] text-soft">
          The first {count.format(maxChars)} of {count.format(text.length)} characters.
          <Button size="sm" variant="ghost" onClick={() => setWhole(true)}>
            Show all
          </Button>
        </div>
      ) : null}
    </div>
  );
};
