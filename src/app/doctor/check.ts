import { isEvpError } from "../../core/errors.js";
import { isCallError } from "../../ports/call.js";
import { explainCallError } from "../call-errors.js";

/** `skipped`: it could not be looked at, or there is nothing to look at on this target. */
export type CheckStatus = "ok" | "warn" | "fail" | "skipped";

/** One entry of `checks` in `evp doctor --json`. */
export interface Check {
  /** Stable and kebab-case, for programs. */
  id: string;
  title: string;
  status: CheckStatus;
  detail: string;
  /** What to do about it. */
  hint?: string | undefined;
  /** Each thing that was found, where there are several. */
  items?: string[] | undefined;
}

/** What a look at one thing told. */
export interface Diagnosis extends Omit<Check, "id" | "title"> {
  /** Nothing that needs this can be looked at, however harmless it is by itself. */
  blocks?: boolean | undefined;
}

/** A look at one thing. */
export interface Checkup {
  id: string;
  title: string;
  /** Ids of checks that must be well enough before this one makes sense. */
  needs: readonly string[];
  look(): Diagnosis | Promise<Diagnosis>;
}

/**
 * Takes every look in turn. One whose needs are not met is skipped, and says why; that tells nothing about those that need it. A
 * call that fails is what the look tells.
 * @param onLook told the title of what is looked at
 */
export async function runCheckups(checkups: readonly Checkup[], onLook: (title: string) => void): Promise<Check[]> {
  const checks: Check[] = [];
  /** Titles of what is not well, by id. */
  const unmet = new Map<string, string>();
  for (const { id, title, needs, look } of checkups) {
    const missing = needs.find((need) => unmet.has(need));
    if (missing !== undefined) {
      checks.push({
        id,
        title,
        status: "skipped",
        detail: `not looked at: ${unmet.get(missing)} has to be well first`,
      });
      continue;
    }
    onLook(title);
    const { blocks, ...diagnosis } = await diagnose(look);
    checks.push({ id, title, ...diagnosis });
    if (blocks ?? diagnosis.status === "fail") unmet.set(id, title);
  }
  return checks;
}

async function diagnose(look: Checkup["look"]): Promise<Diagnosis> {
  try {
    return await look();
  } catch (error) {
    return failedLook(error);
  }
}

/** What is not there is for the check of the resources to say. */
function failedLook(error: unknown): Diagnosis {
  if (isCallError(error) && error.kind === "not-found") {
    return { status: "skipped", detail: `nothing there to look at: ${error.message}` };
  }
  const told = isCallError(error) ? explainCallError(error) : error;
  if (isEvpError(told)) return { status: "fail", detail: told.message, hint: told.hint };
  return { status: "fail", detail: told instanceof Error ? told.message : String(told) };
}

/** A look that found several things: well when there are none. `fail` outweighs `warn`. */
export function diagnosisOf(
  found: { status: "warn" | "fail"; text: string }[],
  whenWell: string,
  hint: string | undefined,
): Diagnosis {
  const [first, ...others] = found;
  if (first === undefined) return { status: "ok", detail: whenWell };
  const status = found.some((one) => one.status === "fail") ? "fail" : "warn";
  if (others.length === 0) return { status, detail: first.text, hint };
  return { status, detail: `${found.length} findings`, hint, items: found.map(({ text }) => text) };
}

/** The same of things that nothing else depends on, each of them worth a warning. */
export function warningsOf(texts: string[], whenWell: string, hint: string): Diagnosis {
  const found = texts.map((text) => ({ status: "warn" as const, text }));
  return { ...diagnosisOf(found, whenWell, hint), blocks: false };
}
