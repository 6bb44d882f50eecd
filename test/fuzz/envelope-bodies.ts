import { between, pick } from "../chaos/seeded-random.js";
import {
  bodyOf,
  CLIENT,
  type FuzzEvent,
  type HostileBody,
  INACTIVE_CLIENT,
  type Making,
  NARROW_CLIENT,
} from "./hostile-body.js";

type Changes = Partial<FuzzEvent>;

/** CloudEvents need no time. */
function neededIn(shape: Making["shape"]): (keyof FuzzEvent)[] {
  const needed: (keyof FuzzEvent)[] = ["id", "type", "clientId", "source", "payload"];
  return shape === "cloudevents" ? needed : [...needed, "timestamp"];
}

const NO_TEXT = [null, true, [], {}, ["e-1"], { id: "e-1" }, 1.5, 1e21, -0.1];
/** What no field may be, in any shape. */
const WRONG: Record<string, (making: Making) => Changes> = {
  "a field that is missing": ({ random, shape }) => ({ [pick(random, neededIn(shape))]: undefined }),
  "a field that is no text": ({ random }) => ({
    [pick(random, ["id", "type", "clientId", "source", "timestamp", "key"])]: pick(random, NO_TEXT),
  }),
  "an id with a space": ({ serial }) => ({ id: `e ${serial}` }),
  "an id outside ASCII": ({ serial }) => ({ id: `é-${serial}` }),
  "an id of control characters": ({ serial }) => ({ id: `e\u0000\n${serial}` }),
  "an empty id": () => ({ id: "" }),
  "an id that is too long": ({ random }) => ({ id: "i".repeat(between(random, 129, 100_000)) }),
  "a client's name with other characters": ({ random }) => ({
    clientId: pick(random, ["client/1", "client 1", "clïent", "../x", "client-1\n", "", "c".repeat(65)]),
  }),
  "a type with other characters": ({ random }) => ({
    type: pick(random, ["or/der", "../order", "order ", "", "t".repeat(65), "ordér"]),
  }),
  "a source that is too long": ({ random }) => ({ source: "😀".repeat(between(random, 65, 5000)) }),
  "an empty source": () => ({ source: "" }),
  "an empty key": () => ({ key: "" }),
  "a key that is too long": ({ random }) => ({ key: "k".repeat(between(random, 65, 50_000)) }),
  "no moment": ({ random }) => ({
    timestamp: pick(random, [
      "yesterday",
      "2026-13-01T00:00:00Z",
      "2026-02-30T00:00:00Z",
      "2026-11-21",
      "2026-11-21T10:00:00",
      "2026-11-21T25:00:00Z",
      "2026-11-21T10:00:00+99:00",
      "+022026-11-21T10:00:00Z",
      "2026-11-21T10:00:00Z\n",
      "T".repeat(50_000),
      "\n".repeat(50_000),
      `2026-11-21T10:00:00.${"9".repeat(50_000)}`,
      "1795255200",
    ]),
  }),
  "a payload that is no object": ({ random }) => ({ payload: pick(random, [null, [], "{}", 1, false, [{}]]) }),
};

const NO_OBJECTS = ["[]", "null", "true", '"event"', "1", "[{}]", "-0", "1e-400", '""'];

/** Breaks what evp reads of an event. */
export function invalidEnvelope(making: Making): HostileBody {
  const { random, shape } = making;
  if (random() < 0.1)
    return { name: "JSON that is no object", body: pick(random, NO_OBJECTS), expected: "envelope-invalid" };
  if (shape === "evp" && random() < 0.2) return unknownFields(making);
  const [name, change] = pick(random, Object.entries(WRONG));
  const changes = change(making);
  // Behind a table of other names, a name that cannot be a client's is nobody's.
  const isNobody = shape === "mapped" && typeof changes.clientId === "string";
  return { name, body: bodyOf(making, changes), expected: isNobody ? "client-unknown" : "envelope-invalid" };
}

function unknownFields(making: Making): HostileBody {
  const { random } = making;
  const count = random() < 0.02 ? between(random, 1000, 20_000) : between(random, 1, 20);
  const fields = Array.from(
    { length: count },
    (_, index) => `"${pick(random, ["x", "__proto__", "Id", "é", "a/b", "~", ""])}${index}":0`,
  );
  const body = bodyOf(making).replace("{", `{${fields.join(",")},`);
  return { name: "unknown fields", body, expected: "envelope-invalid" };
}

/** Right by itself, and for nobody. */
export function wrongAddress(making: Making): HostileBody {
  const { random } = making;
  const list: [string, Changes, HostileBody["expectedOnWire"]][] = [
    ["a client that nobody knows", { clientId: `nobody-${between(random, 1, 9)}` }, "client-unknown"],
    [
      "a client named like what objects inherit",
      { clientId: pick(random, ["__proto__", "constructor", "toString"]) },
      "client-unknown",
    ],
    ["a client that is disabled", { clientId: INACTIVE_CLIENT }, "client-inactive"],
    [
      "a type that the client may not have",
      { clientId: NARROW_CLIENT, type: "text", payload: { letters: "a" } },
      "type-forbidden",
    ],
  ];
  const [name, changes, expectedOnWire] = pick(random, list);
  return { name, body: bodyOf(making, changes), expected: "published", ...(expectedOnWire ? { expectedOnWire } : {}) };
}

export function unknownSchema(making: Making): HostileBody {
  const type = pick(making.random, ["nothing", "__proto__", "constructor", "order.", "Order", "..", "-"]);
  return {
    name: "a type without a schema",
    body: bodyOf(making, { type, clientId: CLIENT }),
    expected: "schema-unknown",
  };
}

/** Numbers where a shape of the producer's own lets numbers be names. */
export function numberedBody(making: Making): HostileBody {
  const { random, serial } = making;
  if (making.shape !== "mapped") return { name: "plain event", body: bodyOf(making), expected: "published" };
  const isExact = random() < 0.5;
  const id = isExact ? 1_000_000_000 + serial : pick(random, ["9007199254740993", "1.5", "1e300", "-1e-9"]);
  const body = bodyOf(making, { id: "ID" }).replace('"ID"', String(id));
  return { name: "a number as id", body, expected: isExact ? "published" : "envelope-invalid" };
}
