/** As much of an SDK client as this needs. */
interface Client {
  middlewareStack: { add(middleware: unknown, options: unknown): void };
  config: { protocol: unknown };
}

/** What the SDK knows of one call. */
interface Context {
  endpointV2?: object;
  __smithy_context?: { operationSchema?: readonly unknown[] };
}

interface Arguments {
  input: unknown;
}

type Next = (args: object) => Promise<{ response: unknown }>;

interface Protocol {
  serializeRequest(operation: object, input: unknown, context: object): Promise<unknown>;
  deserializeResponse(operation: object, context: object, response: unknown): Promise<unknown>;
}

/** The parts of a client's config that its protocol reads for a call. */
const READ_FOR_A_CALL = ["endpoint", "disableHostPrefix", "streamCollector", "requestHandler"];

/**
 * Writing and reading a call, the SDK copies its whole config each time, a hundred members, of which a protocol reads a
 * handful: here it gets these alone.
 */
export function copyLess({ middlewareStack, config }: Client): void {
  const { protocol } = config;
  if (!isProtocol(protocol)) return;
  const needed = Object.fromEntries(Object.entries(config).filter(([name]) => READ_FOR_A_CALL.includes(name)));
  const serialize = (next: Next, context: Context) => async (args: Arguments) => {
    const { endpointV2 } = context;
    const endpoint = endpointV2 === undefined ? {} : { endpoint: async () => endpointV2 };
    const around = { ...needed, ...context, ...endpoint };
    const request = await protocol.serializeRequest(operationOf(context), args.input, around);
    return next({ ...args, request });
  };
  const deserialize = (next: Next, context: Context) => async (args: Arguments) => {
    const { response } = await next(args);
    const around = { ...needed, ...context };
    return { response, output: await protocol.deserializeResponse(operationOf(context), around, response) };
  };
  middlewareStack.add(serialize, { name: "serializerMiddleware", step: "serialize", override: true });
  middlewareStack.add(deserialize, { name: "deserializerMiddleware", step: "deserialize", override: true });
}

function isProtocol(protocol: unknown): protocol is Protocol {
  return typeof protocol === "object" && protocol !== null && "serializeRequest" in protocol;
}

/** The SDK's schema of an operation is a list: its kind, its namespace, its name, … */
function operationOf({ __smithy_context }: Context): object {
  const [, namespace, name, traits, input, output] = __smithy_context?.operationSchema ?? [];
  return { namespace, name, traits, input, output };
}
