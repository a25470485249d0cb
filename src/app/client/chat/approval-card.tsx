// A question of the agent: may it? Answered by a press, or by the keyboard.
import ShieldAlert from "lucide-react/icons/shield-alert";
import ShieldQuestion from "lucide-react/icons/shield-question-mark";
import { useState } from "react";
import type { Block } from "../../contract/api.ts";
import type { Approval, Decision } from "../../contract/events.ts";
import { Button } from "../ui/button.tsx";
import { cx } from "../ui/classes.ts";
import { notifyError } from "../ui/toast.tsx";
import { Fold } from "./fold.tsx";
import { planAsked } from "./plan.ts";
import { ToolBody } from "./tool-body.tsx";
import { toolSubject, toolTitle } from "./tool-words.ts";
import { useToolTitles } from "./tools-context.tsx";

export interface ApprovalCardProps {
  readonly approval: Approval;
  /** What the agent has done and said before it asked. */
  readonly blocks: readonly Block[];
  /** May answer. */
  readonly canDecide: boolean;
  readonly onDecide: (id: string, decision: Decision) => Promise<void>;
}

const effects = {
  read: "It only reads.",
  write: "It changes something.",
  destructive: "It deletes or overwrites something. That cannot be taken back.",
} as const;

/** One question. The first button has no focus by itself: Enter in the field must never allow anything. */
export const ApprovalCard = ({ approval, blocks, canDecide, onDecide }: ApprovalCardProps) => {
  const titles = useToolTitles();
  const [chosen, setChosen] = useState<Decision | undefined>();
  const { tool_name, tool_input, effect } = approval;
  const isDestructive = effect === "destructive";
  const isPlan = tool_name === "ExitPlanMode";
  const plan = isPlan ? planAsked(approval, blocks) : undefined;
  const title = approval.title ?? toolTitle(tool_name, titles);
  const decide = async (decision: Decision): Promise<void> => {
    setChosen(decision);
    try {
      await onDecide(approval.id, decision);
    } catch (error) {
      notifyError(error);
      setChosen(undefined);
    }
  };
  const Icon = isDestructive ? ShieldAlert : ShieldQuestion;
  return (
    <section
      aria-label={`The agent asks: ${title}`}
      data-approval={approval.id}
      className={cx("rounded-xl border bg-surface shadow-card", isDestructive ? "border-danger/50" : "border-warn/50")}
    >
      <div className="flex gap-3 p-3.5 pb-2">
        <Icon
          size={20}
          aria-hidden="true"
          className={cx("mt-0.5 shrink-0", isDestructive ? "text-danger" : "text-warn")}
        />
        <div className="min-w-0 grow">
          <p className="flex flex-wrap items-center gap-x-2 gap-y-1 font-medium">
            <span>{isPlan ? "Shall it carry out this plan?" : `May it run “${title}”?`}</span>
            {isDestructive ? (
              <span className="rounded bg-danger-soft px-1.5 py-0.5 text-xs font-semibold text-danger">
                Destructive
              </span>
            ) : null}
          </p>
          {isPlan ? null : <p className="mt-0.5 truncate font-mono text-xs text-soft">{toolSubject(tool_input)}</p>}
          {effect === undefined ? null : <p className="mt-1 text-sm text-soft">{effects[effect]}</p>}
        </div>
      </div>
      {isPlan && plan === undefined ? (
        <p className="px-3.5 pb-1 text-sm text-soft">It is in what it wrote above.</p>
      ) : null}
      <Fold
        heading={<span>See all of it</span>}
        openFirst={isDestructive || plan !== undefined}
        className="px-3.5"
        headingClassName="py-1 text-[0.8125rem] text-soft hover:text-ink"
      >
        {() => (
          <div className="flex flex-col gap-3 pt-1 pb-2">
            <ToolBody
              block={{
                type: "tool",
                tool_id: approval.id,
                tool_name,
                tool_input: plan === undefined ? tool_input : { plan },
              }}
            />
          </div>
        )}
      </Fold>
      {canDecide ? (
        <div className="flex flex-wrap gap-2 p-3.5 pt-2">
          <Button
            size="sm"
            variant="primary"
            data-answer
            busy={chosen === "allow_once"}
            disabled={chosen !== undefined}
            onClick={() => void decide("allow_once")}
          >
            Allow once
          </Button>
          <Button
            size="sm"
            busy={chosen === "allow_conversation"}
            disabled={chosen !== undefined}
            title={`Does not ask again about “${title}” in this conversation`}
            onClick={() => void decide("allow_conversation")}
          >
            Allow for this conversation
          </Button>
          <Button
            size="sm"
            variant="danger"
            busy={chosen === "deny"}
            disabled={chosen !== undefined}
            onClick={() => void decide("deny")}
          >
            Deny
          </Button>
        </div>
      ) : (
        <p className="px-3.5 pb-3 text-sm text-faint">Somebody who may work in this project has to answer.</p>
      )}
    </section>
  );
};
