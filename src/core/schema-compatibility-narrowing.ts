/** One way in which a schema may refuse what another one takes. */
export interface Narrowing {
  kind: NarrowingKind;
  /** JSON Pointer in the payload; `*` stands for any item, or any field that is not listed. */
  field: string;
  /** JSON Pointer in the narrower schema: the rule that may refuse. */
  pointer: string;
  /** There is a payload that the wider schema takes and this rule refuses. Otherwise there may be one. */
  isSure: boolean;
  /** The schema's keyword, where the kind does not tell it. */
  keyword?: string | undefined;
  /** What the wider schema has there, in words; nothing where it has no such rule. */
  wider?: string | undefined;
  /** What the narrower one has. */
  narrower?: string | undefined;
}

export type NarrowingKind =
  /** A field that must be present. */
  | "required"
  | "type"
  /** Some of a list of values are missing. */
  | "values-lost"
  /** Only listed values. */
  | "values-listed"
  /** A rule of one keyword: a limit, a pattern, a format. */
  | "rule"
  /** Fields that are not listed are refused. */
  | "closed"
  /** This field is not listed where only listed ones are taken. */
  | "unlisted"
  /** A field that was never mentioned where any could stand. */
  | "described"
  /** No value at all. */
  | "never"
  /** One of several forms is missing. */
  | "form"
  /** More than one form of a `oneOf` may fit. */
  | "overlap"
  /** The names of fields. */
  | "names"
  /** A keyword that is not compared. */
  | "opaque"
  | "too-large";

interface Wording {
  /** Of a new schema that is narrower. */
  tighter(narrowing: Narrowing): string;
  /** Of a new schema that is wider: what was narrower is gone. */
  looser(narrowing: Narrowing): string;
}

const WORDINGS: Record<NarrowingKind, Wording> = {
  required: { tighter: () => "must be present now", looser: () => "may be left out now" },
  type: {
    tighter: ({ wider, narrower }) => `must be ${narrower} now; it could be ${wider}`,
    looser: ({ wider, narrower }) => `may be ${wider} now; it had to be ${narrower}`,
  },
  "values-lost": {
    tighter: ({ wider }) => `may no longer be ${wider}`,
    looser: ({ wider }) => `may also be ${wider} now`,
  },
  "values-listed": {
    tighter: ({ narrower }) => `must be ${narrower} now; any value was allowed`,
    looser: ({ narrower }) => `need not be ${narrower} any more`,
  },
  rule: {
    tighter: ({ keyword, wider, narrower, isSure }) => {
      if (wider === undefined) return `has a rule now: ${keyword} ${narrower}`;
      const doubt = isSure ? "" : "; which of them is stricter cannot be told";
      return `has ${keyword} ${narrower} now, it was ${wider}${doubt}`;
    },
    looser: ({ keyword, wider, narrower }) =>
      wider === undefined
        ? `has a rule less: ${keyword} ${narrower}`
        : `has ${keyword} ${wider} now, it was ${narrower}`,
  },
  closed: {
    tighter: () => "takes only the listed fields now",
    looser: () => "takes fields that are not listed now",
  },
  unlisted: {
    tighter: () => "is not listed any more, and only what is listed is taken",
    looser: () => "is new, and may be left out",
  },
  described: {
    tighter: () => "has rules now; who sends it already may break them",
    looser: () => "has no rules any more",
  },
  never: { tighter: () => "no value passes any more", looser: () => "values pass now" },
  form: {
    tighter: ({ keyword, isSure }) =>
      isSure
        ? `has no branch of ${keyword} any more`
        : `may have no branch of ${keyword} any more; that cannot be told`,
    looser: ({ keyword }) => `has another branch of ${keyword} now`,
  },
  overlap: {
    tighter: ({ keyword }) => `may fit more than one branch of ${keyword}; that cannot be told`,
    looser: ({ keyword }) => `may fit more than one branch of ${keyword} now`,
  },
  names: {
    tighter: () => "refuses names of fields that were taken",
    looser: () => "takes more names of fields now",
  },
  opaque: {
    tighter: ({ keyword }) => `has another ${keyword}, which is not compared`,
    looser: ({ keyword }) => `has a ${keyword} that asks for less, or none`,
  },
  "too-large": {
    tighter: () => "has too many branches to compare",
    looser: () => "has too many branches to compare",
  },
};

/** A narrowing in words. `tighter`: the new schema is the narrower of the two */
export function narrowingText(narrowing: Narrowing, direction: keyof Wording): string {
  return WORDINGS[narrowing.kind][direction](narrowing);
}
