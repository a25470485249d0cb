// One skill: on or off, what it is for, and which tools go with it.
import Trash from "lucide-react/icons/trash-2";
import type { SkillInfo } from "../../contract/api.ts";
import { IconButton } from "../ui/button.tsx";
import { Switch } from "../ui/switch.tsx";

export interface SkillCardProps {
  readonly skill: SkillInfo;
  readonly canEdit: boolean;
  readonly onToggle: (isOn: boolean) => void;
  readonly onOpen: () => void;
  readonly onRemove: () => void;
}

const toolsText = ({ tools, enabled }: SkillInfo): string => {
  const count = `${tools.length} ${tools.length === 1 ? "tool" : "tools"}`;
  return enabled ? `${count} would be hidden without it` : `${count} hidden with it`;
};

export const SkillCard = ({ skill, canEdit, onToggle, onOpen, onRemove }: SkillCardProps) => (
  <li className="flex gap-3 rounded-xl border border-line bg-surface p-3.5">
    <Switch
      label={`Use ${skill.name}`}
      hideLabel
      checked={skill.enabled}
      disabled={!canEdit || skill.own}
      onChange={onToggle}
    />
    <div className="min-w-0 grow">
      <p className="flex flex-wrap items-center gap-x-2">
        <button
          type="button"
          onClick={onOpen}
          className="text-left text-sm font-semibold break-all underline-offset-4 hover:underline"
        >
          {skill.name}
        </button>
        {skill.own ? <span className="rounded bg-accent-soft px-1.5 text-xs text-accent">yours</span> : null}
      </p>
      <p className="mt-0.5 line-clamp-3 text-[0.8125rem] text-soft" title={skill.description}>
        {skill.description}
      </p>
      {skill.tools.length === 0 ? null : (
        <details className="mt-1 text-xs text-soft">
          <summary className="w-fit rounded hover:text-ink">{toolsText(skill)}</summary>
          <p className="mt-1 font-mono break-words">{skill.tools.join(", ")}</p>
        </details>
      )}
    </div>
    {skill.own && canEdit ? (
      <IconButton size="sm" label={`Remove ${skill.name}`} icon={<Trash size={15} />} onClick={onRemove} />
    ) : null}
  </li>
);
