import { timeoutError, toCallError } from "./errors.js";

/** What a call of an SDK client takes besides its command. */
interface CallOptions {
  abortSignal: AbortSignal;
}

/** One AWS service. Its SDK is loaded, and its client made, at the first call. */
export interface Service<Sdk, Client> {
  /**
   * Makes one call: bounded in time, and its error told as a CallError.
   *
   * @param doing - a gerund with its resource: "receiving from evp-ingress.fifo"
   * @param poll - for a long poll: how long the service may hold its answer back, and what gives the call up
   */
  call<Output>(
    doing: string,
    work: (sdk: Sdk, client: Client, options: CallOptions) => Promise<Output>,
    poll?: { waitMs: number; signal: AbortSignal | undefined },
  ): Promise<Output>;
  close(): void;
}

interface ServiceParts<Sdk, Client> {
  load(): Promise<Sdk>;
  createClient(sdk: Sdk): Client | Promise<Client>;
  timeoutMs: number;
}

/** Makes a service of an SDK package that is loaded when it is first needed. */
export function createService<Sdk, Client extends { destroy(): void }>(
  parts: ServiceParts<Sdk, Client>,
): Service<Sdk, Client> {
  let opened: Promise<{ sdk: Sdk; client: Client }> | undefined;
  let client: Client | undefined;
  const open = async () => {
    const sdk = await parts.load();
    client = await parts.createClient(sdk);
    return { sdk, client };
  };
  return {
    async call(doing, work, { waitMs, signal } = { waitMs: 0, signal: undefined }) {
      opened ??= open();
      const service = await opened;
      const timeoutMs = parts.timeoutMs + waitMs;
      const bound = boundCall(timeoutMs, signal);
      try {
        return await work(service.sdk, service.client, { abortSignal: bound.signal });
      } catch (error) {
        throw bound.isOver() ? timeoutError(doing, timeoutMs, error) : toCallError(error, doing);
      } finally {
        bound.end();
      }
    },
    close() {
      client?.destroy();
    },
  };
}

/**
 * Gives a call up after its timeout, or when `signal` aborts. `AbortSignal.timeout` would do, but its timers live on behind
 * calls that have long been answered, thousands of them.
 */
function boundCall(timeoutMs: number, signal: AbortSignal | undefined) {
  const given = new AbortController();
  let isOver = false;
  const timer = setTimeout(() => {
    isOver = true;
    given.abort();
  }, timeoutMs);
  return {
    signal: signal === undefined ? given.signal : AbortSignal.any([given.signal, signal]),
    isOver: () => isOver,
    end: () => clearTimeout(timer),
  };
}
