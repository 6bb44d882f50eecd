import type { EntryResult } from "../../ports/call.js";
import { isCallError } from "../../ports/call.js";
import { type Breakers, type Dependency, topicDependency } from "./breakers.js";
import type { ProcessContext } from "./process-context.js";

type Connection = ProcessContext["connection"];

/** The same connection, whose calls tell the breakers how they ended. */
export function watchConnection(connection: Connection, breakers: Breakers): Connection {
  const { journal, clients, deadLetters, publisher } = connection;
  const whole = <Value>(dependency: Dependency, call: Promise<Value>) => watchCall(breakers, dependency, call);
  const batch = <Value>(dependency: Dependency, call: Promise<EntryResult<Value>[]>) =>
    watchBatch(breakers, dependency, call);
  return {
    ...connection,
    journal: {
      ...journal,
      insertAccepted: (facts) => batch("store", journal.insertAccepted(facts)),
      write: (facts) => batch("store", journal.write(facts)),
      read: (address) => whole("store", journal.read(address)),
      takeOver: (fact, previous) => whole("store", journal.takeOver(fact, previous)),
    },
    clients: { ...clients, get: (clientIds) => whole("registry", clients.get(clientIds)) },
    deadLetters: { ...deadLetters, send: (messages) => batch("dlq", deadLetters.send(messages)) },
    publisher: {
      publish: (topicArn, publications) => batch(topicDependency(topicArn), publisher.publish(topicArn, publications)),
    },
  };
}

async function watchCall<Value>(breakers: Breakers, dependency: Dependency, call: Promise<Value>): Promise<Value> {
  try {
    const value = await call;
    breakers.succeeded(dependency);
    return value;
  } catch (error) {
    noteFailure(breakers, dependency, error);
    throw error;
  }
}

/** A batch of which nothing was done is a failed call. An entry that is refused for what it is was answered. */
async function watchBatch<Value>(
  breakers: Breakers,
  dependency: Dependency,
  call: Promise<EntryResult<Value>[]>,
): Promise<EntryResult<Value>[]> {
  try {
    const results = await call;
    const isAnswered = results.some((result) => result.ok || result.fault.isSenderFault);
    const [first] = results;
    if (isAnswered) breakers.succeeded(dependency);
    else if (first?.ok === false) breakers.failed(dependency, first.fault);
    return results;
  } catch (error) {
    noteFailure(breakers, dependency, error);
    throw error;
  }
}

/** A call that is refused for what it asks was answered, too; nothing else would change that by waiting. */
function noteFailure(breakers: Breakers, dependency: Dependency, error: unknown): void {
  if (!isCallError(error)) return;
  if (error.kind === "refused") breakers.succeeded(dependency);
  else breakers.failed(dependency, error.fault);
}
