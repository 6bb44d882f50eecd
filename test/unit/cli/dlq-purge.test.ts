import { expect, test } from "vitest";
import { setUpStack } from "../app/dlq/dead-letter-fixtures.js";
import { evp } from "./fake-context.js";

test("a purge that could not delete everything ends with 6, after it has told what it did", async () => {
  const { journal, deadLetters, reject } = setUpStack();
  await reject({ messageId: "r-1" });
  const fault = { code: "InternalError", message: "try later", isSenderFault: false };
  deadLetters.delete = async () => [{ ok: false, fault }];
  const { code, stdout, stderr } = await evp(["dlq", "purge", "--all", "--yes"], {
    connection: { journal, deadLetters },
  });
  expect(stdout).toBe("0 dead letters deleted of 1 that matched; 1 failed\n");
  expect(stderr).toContain("evp: 0 deleted, 1 failed: not deleted from the DLQ: try later\n");
  expect(code).toBe(6);
});
