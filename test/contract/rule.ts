import { it } from "vitest";

/** What a target is held to, and where AWS says so. */
export interface Rule {
  says: string;
  /** Title of a page of the AWS documentation; where AWS says nothing, the promise of the port itself. */
  page: string;
}

declare module "vitest" {
  interface TaskMeta {
    rule?: Rule;
  }
}

/** The page of rules that evp's own ports make, on top of what AWS says. */
export const OWN_RULE = "evp's own port";

/** Thrown where a rule cannot be tried on this target, which says nothing about whether it would be kept. */
export class NotTried extends Error {
  override readonly name = "NotTried";
}

/** Declares one rule. `check` gets a subject of its own and rejects when the rule is broken. */
export type DeclareRule<Subject> = (says: string, page: string, check: (subject: Subject) => Promise<void>) => void;

/** Declares rules about subjects that `open` makes, one for each rule, so that no rule stands on what another left behind. */
export function rulesOn<Subject>(open: () => Promise<Subject>): DeclareRule<Subject> {
  return (says, page, check) => {
    it(`${says} (${page})`, { meta: { rule: { says, page } } }, async ({ skip }) => {
      try {
        await check(await open());
      } catch (error) {
        if (error instanceof NotTried) skip(error.message);
        throw error;
      }
    });
  };
}
