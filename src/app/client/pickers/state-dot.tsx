// The state of a warehouse or a cluster: a dot whose colour says it, with the word beside it or read aloud.
import { cx } from "../ui/classes.ts";
import { type StateTone, stateWord, toneOf } from "./compute-state.ts";

const colours: Readonly<Record<StateTone, string>> = {
  on: "bg-ok",
  busy: "bg-warn animate-pulse",
  off: "border border-faint",
  bad: "bg-danger",
};

export const StateDot = ({ state }: { readonly state: string }) => (
  <span className="inline-flex shrink-0" title={stateWord(state)}>
    <span className={cx("size-2 rounded-full", colours[toneOf(state)])} aria-hidden="true" />
    <span className="sr-only">{stateWord(state)}: </span>
  </span>
);
