import { PROBLEM } from "./gateway-schemas.js";
import { PROBLEMS } from "./problem.js";

/** A route as the gateway registered it. */
export interface DescribedRoute {
  method: string;
  path: string;
  summary: string;
  /** JSON Schemas of the answers, by status. */
  responses: Readonly<Record<string, object>>;
  /** Takes events, from whoever has a token. */
  takesEvents: boolean;
  /** Its bodies are payloads, not events. */
  isWrapped: boolean;
}

const HEADERS = [
  {
    name: "MessageGroupId",
    in: "header",
    description: "What the events are ordered by, in the place of their own key.",
    schema: { type: "string", pattern: "^[!-~]{1,128}$" },
  },
  {
    name: "Idempotency-Key",
    in: "header",
    description: "The same request under the same key is not published twice.",
    schema: { type: "string", pattern: '^"?[!#-~]{1,128}"?$' },
  },
  {
    name: "traceparent",
    in: "header",
    description: "W3C Trace Context; goes with the events.",
    schema: { type: "string" },
  },
];

const TITLES: Record<string, string> = {
  200: "It is",
  202: "Everything is on the ingress queue",
  207: "Some of the events are on the ingress queue",
  503: "The gateway cannot take events at the moment",
};

/** The gateway's routes as an OpenAPI document ("OpenAPI Specification v3.1.0"). */
export function openApiDocument(routes: readonly DescribedRoute[], version: string, maxItems: number): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(route, maxItems) };
  }
  return {
    openapi: "3.1.0",
    info: { title: "evp gateway", version, description: "Takes events for evp's ingress queue." },
    paths,
    components: {
      schemas: { Problem: PROBLEM },
      securitySchemes: {
        token: {
          type: "http",
          scheme: "bearer",
          bearerFormat: "JWT",
          description: "With Bearer before it or without.",
        },
      },
    },
  };
}

function operationOf({ summary, responses, takesEvents, isWrapped }: DescribedRoute, maxItems: number): object {
  const answers = Object.entries(responses).map(([status, schema]) => [status, responseOf(status, schema)]);
  return {
    summary,
    ...(takesEvents ? { security: [{ token: [] }], parameters: HEADERS } : {}),
    ...(takesEvents ? { requestBody: requestBodyOf(isWrapped, maxItems) } : {}),
    responses: Object.fromEntries(answers),
  };
}

function requestBodyOf(isWrapped: boolean, maxItems: number): object {
  const description = isWrapped
    ? "Made the payload of an event as it stands."
    : "An event, in the envelope that the stack reads.";
  const event = { type: "object", description };
  const schema = { anyOf: [event, { type: "array", minItems: 1, maxItems, items: event }] };
  return { required: true, content: { "application/json": { schema } } };
}

function responseOf(status: string, schema: object): object {
  const isProblem = schema === PROBLEM;
  const described = Object.values(PROBLEMS).filter((known) => String(known.status) === status);
  const description = described.map(({ title }) => title).join("; ") || (TITLES[status] ?? "");
  const told = isProblem ? { $ref: "#/components/schemas/Problem" } : schema;
  return { description, content: { [isProblem ? "application/problem+json" : "application/json"]: { schema: told } } };
}
