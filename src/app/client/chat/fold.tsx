// Something that is folded under its heading until it is wanted.
import ChevronRight from "lucide-react/icons/chevron-right";
import { type ReactNode, useId, useState } from "react";
import { cx } from "../ui/classes.ts";

export interface FoldProps {
  readonly heading: ReactNode;
  /** After the heading, in every state. */
  readonly aside?: ReactNode;
  /** Whether it is open for as long as the person has not chosen. */
  readonly openFirst?: boolean;
  readonly className?: string;
  readonly headingClassName?: string;
  /** Made only while it is open. */
  readonly children: () => ReactNode;
}

/** A heading that unfolds what is below it. */
export const Fold = ({ heading, aside, openFirst = false, className, headingClassName, children }: FoldProps) => {
  const [chosen, setChosen] = useState<boolean | undefined>();
  const isOpen = chosen ?? openFirst;
  const id = useId();
  return (
    <div className={className}>
      <div className="flex items-center">
        <button
          type="button"
          aria-expanded={isOpen}
          aria-controls={isOpen ? id : undefined}
          onClick={() => setChosen(!isOpen)}
          className={cx("flex min-w-0 grow items-center gap-2 text-left", headingClassName)}
        >
          <ChevronRight
            size={15}
            aria-hidden="true"
            className={cx("shrink-0 text-faint transition-transform", isOpen && "rotate-90")}
          />
          {heading}
        </button>
        {aside}
      </div>
      {isOpen ? <div id={id}>{children()}</div> : null}
    </div>
  );
};
