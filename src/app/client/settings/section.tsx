// One matter of the settings, with its heading and a word of what it is.
import type { ReactNode } from "react";
import { useId } from "react";

export const Section = ({
  title,
  text,
  children,
}: {
  readonly title: string;
  readonly text?: ReactNode;
  readonly children: ReactNode;
}) => {
  const id = useId();
  return (
    <section aria-labelledby={id} className="rounded-xl border border-line bg-surface p-4 sm:p-5">
      <h2 id={id} className="font-semibold">
        {title}
      </h2>
      {text === undefined ? null : <p className="mt-0.5 text-sm text-soft">{text}</p>}
      <div className="mt-3">{children}</div>
    </section>
  );
};
