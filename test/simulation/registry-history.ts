import type { ClientRecord } from "../../src/core/client.js";

interface Entry {
  from: number;
  client: ClientRecord | undefined;
}

/** What the registry said of each client and when, as the truth has it and not as anybody read it. Times are ms since 1970. */
export class RegistryHistory {
  readonly #entries = new Map<string, Entry[]>();

  note(clientId: string, client: ClientRecord | undefined, from: number): void {
    this.#entries.set(clientId, [...(this.#entries.get(clientId) ?? []), { from, client }]);
  }

  current(clientId: string): ClientRecord | undefined {
    return this.#entries.get(clientId)?.at(-1)?.client;
  }

  /** Every state in which the client was at some moment of the span. */
  during(clientId: string, from: number, to: number): (ClientRecord | undefined)[] {
    const entries = this.#entries.get(clientId) ?? [];
    const states = entries.filter((entry, index) => {
      const until = entries[index + 1]?.from ?? Number.POSITIVE_INFINITY;
      return entry.from <= to && until >= from;
    });
    return states.length === 0 ? [undefined] : states.map(({ client }) => client);
  }
}

/** Why a client in that state may not have the type; undefined when it may. */
export function refusalOf(client: ClientRecord | undefined, type: string): string | undefined {
  if (client === undefined) return "client-unknown";
  if (!client.active) return "client-inactive";
  return client.allowedTypes.includes(type) ? undefined : "type-forbidden";
}
