// A skill of the project's own: its name and its SKILL.md.
import { type FormEvent, useState } from "react";
import type { SkillInfo, SkillList } from "../../contract/api.ts";
import { call } from "../api.ts";
import { shapeOf } from "../http.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextArea, TextField } from "../ui/field.tsx";
import { skillNameProblem, skillTemplate, skillTextProblem } from "./skill-list.ts";

export interface AddSkillDialogProps {
  readonly projectId: string;
  readonly skills: readonly SkillInfo[];
  readonly onAdded: (list: SkillList, name: string) => void;
  readonly onClose: () => void;
}

export const AddSkillDialog = ({ projectId, skills, onAdded, onClose }: AddSkillDialogProps) => {
  const [name, setName] = useState("");
  const [written, setWritten] = useState<string>();
  const [problems, setProblems] = useState<{ readonly name?: string | undefined; readonly text?: string | undefined }>(
    {},
  );
  const [busy, setBusy] = useState(false);
  const text = written ?? skillTemplate(name);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const wrong = { name: skillNameProblem(name, skills), text: skillTextProblem(text) };
    setProblems(wrong);
    if (wrong.name !== undefined || wrong.text !== undefined || busy) return;
    setBusy(true);
    try {
      const path = { project_id: projectId, skill: name };
      onAdded(
        await call("PUT /api/projects/{project_id}/skills/own/{skill}", {
          path,
          body: { files: { "SKILL.md": text } },
        }),
        name,
      );
      onClose();
    } catch (error) {
      const { message, hint } = shapeOf(error);
      setProblems({ text: hint === undefined ? message : `${message} ${hint}` });
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title="Add a skill"
      description="Know-how of your own that the agent loads when its description fits. It lies in the project, and stays when skills are updated."
      size="lg"
    >
      <form onSubmit={(event) => void submit(event)} noValidate className="flex flex-col gap-4">
        <TextField
          label="Name"
          placeholder="team-sql-style"
          value={name}
          maxLength={64}
          error={problems.name}
          data-autofocus
          spellCheck={false}
          onChange={(event) => setName(event.target.value)}
        />
        <TextArea
          label="SKILL.md"
          mono
          rows={12}
          value={text}
          error={problems.text}
          spellCheck={false}
          onChange={(event) => setWritten(event.target.value)}
        />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={busy}>
            {skills.some((skill) => skill.own && skill.name === name) ? "Replace" : "Add"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
};
