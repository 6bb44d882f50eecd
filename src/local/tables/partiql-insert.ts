import { serviceError } from "./service-error.js";

/** `INSERT INTO "table" VALUE {'attribute': ?, …}`: where each parameter of the statement goes. */
export interface InsertStatement {
  tableName: string;
  /** Attribute names in the order of the parameters. */
  attributes: string[];
}

const HEAD = /^\s*INSERT\s+INTO\s+(?:"([^"]+)"|([A-Za-z_][A-Za-z0-9_]*))\s+VALUE\s*\{/i;
const MEMBER = /\s*'((?:[^']|'')+)'\s*:\s*\?\s*([,}])/y;
const TAIL = /\s*;?\s*$/y;

/**
 * Reads the one kind of statement that is served here ("PartiQL insert statements for DynamoDB"), with a `?` for every value.
 * @throws ServiceError ValidationException that names what it cannot read
 */
export function parseInsert(statement: string): InsertStatement {
  const head = HEAD.exec(statement);
  const tableName = head?.[1] ?? head?.[2];
  if (head === null || tableName === undefined) {
    throw notServed(statement);
  }
  const attributes: string[] = [];
  let position = head[0].length;
  for (let more = true; more; ) {
    MEMBER.lastIndex = position;
    const member = MEMBER.exec(statement);
    const name = member?.[1]?.replaceAll("''", "'");
    if (member === null || name === undefined) {
      throw unreadable(statement, position);
    }
    if (attributes.includes(name)) {
      throw serviceError("ValidationException", `The statement names the attribute ${name} twice`);
    }
    attributes.push(name);
    position = MEMBER.lastIndex;
    more = member[2] === ",";
  }
  TAIL.lastIndex = position;
  if (!TAIL.test(statement)) {
    throw unreadable(statement, position);
  }
  return { tableName, attributes };
}

const SERVED = `INSERT INTO "table" VALUE {'attribute': ?, ...}`;

function notServed(statement: string): Error {
  const verb = /^\s*(\w+)/.exec(statement)?.[1]?.toUpperCase() ?? "an empty statement";
  const what = verb === "INSERT" ? "this form of INSERT" : verb;
  return serviceError(
    "ValidationException",
    `The embedded stack does not serve ${what} in PartiQL, only ${SERVED}: ${excerpt(statement, 0)}`,
  );
}

function unreadable(statement: string, position: number): Error {
  return serviceError(
    "ValidationException",
    `The embedded stack serves only ${SERVED} in PartiQL; it cannot read the statement from here on: ${excerpt(statement, position)}`,
  );
}

function excerpt(statement: string, position: number): string {
  return statement.slice(position, position + 60) || "(its end)";
}
