// One user does not fill a shared server with agents, and what has ended makes room.
import { expect, test } from "bun:test";
import { answering, done, stage, type Script } from "../testing-runs.ts";
import { createQuota } from "./quota.ts";

test("counts each user's by themselves, and an end but once", () => {
  const quota = createQuota(2);
  const [first] = [quota.take("ann"), quota.take("ann")];
  expect(() => quota.take("ann")).toThrow("2 of your agents are at work at once");
  quota.take("bob").release();
  first.release();
  first.release();
  quota.take("ann");
  expect(() => quota.take("ann")).toThrow("no more here");
});

/** Holds until it is stopped, or answers at once. */
const holding: Script = async function* ({ message, signal }) {
  if (!message.includes("hold")) return yield* answering();
  yield { type: "system", subtype: "init", session_id: "s", model: "m" };
  await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
  yield done();
};

test("on a shared server the run that is one too many is refused, stores nothing, and may begin once another has ended", async () => {
  await using app = await stage({ script: holding, parts: { isShared: true } });
  const { id: project_id } = await app.project();
  const send = (message: string, user?: string) => app.send({ project_id, message }, user);
  const asked = await Promise.allSettled(Array.from({ length: 25 }, () => send("hold")));
  const begun = asked.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  expect([begun.length, asked.length - begun.length]).toEqual([20, 5]);
  expect(asked.find(({ status }) => status === "rejected")).toMatchObject({ reason: { code: "rate_limited" } });
  expect(await app.store.conversations.list(project_id)).toHaveLength(20);
  expect((await app.store.projects.list("ann@example.com"))[0]?.conversation_count).toBe(20);
  const other = await app.store.projects.create("bob@example.com", "His");
  await app.send({ project_id: other.id, message: "hold" }, "bob@example.com");
  await app.runs.stop(begun[0]?.execution_id ?? "");
  const { conversation_id } = await send("now");
  await app.toEnd(conversation_id);
  // One that could not begin has taken no place.
  const replaces_message_id = crypto.randomUUID();
  for (const _again of Array.from({ length: 3 })) {
    const failed = app.send({ project_id, conversation_id, replaces_message_id, message: "now" });
    await failed.then(
      () => expect.unreachable(),
      (thrown: unknown) => expect(thrown).toMatchObject({ code: "not_found" }),
    );
  }
  await app.toEnd((await send("now")).conversation_id);
}, 60_000);
