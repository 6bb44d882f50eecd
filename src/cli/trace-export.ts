import { EvpError } from "../core/errors.js";
import type { TraceExport, TraceSampler } from "../ports/trace-export.js";

type Environment = Readonly<Record<string, string | undefined>>;

const DEFAULT_ENDPOINT = "http://localhost:4318";
const TRACES_PATH = "/v1/traces";
const ENCODINGS = { "http/protobuf": "protobuf", "http/json": "json" } as const;

/**
 * What the standard variables ask for ("OpenTelemetry Environment Variable Specification", "OTLP Exporter Configuration"). What is not
 * read here (the timeout, compression, certificates) the exporter reads by itself.
 *
 * @returns undefined where nobody asks for traces
 * @throws EvpError (usage) naming the variable
 */
export function readTraceExport(env: Environment, version: string): TraceExport | undefined {
  if (settingOf(env, "OTEL_SDK_DISABLED")?.toLowerCase() === "true" || !isAsked(env)) return undefined;
  return {
    url: readUrl(env),
    encoding: readEncoding(env),
    headers: readHeaders(env),
    sampler: readSampler(env),
    resource: readResource(env, version),
  };
}

/** An empty value counts as none. */
function settingOf(env: Environment, name: string): string | undefined {
  const value = env[name]?.trim();
  return value === "" ? undefined : value;
}

/** What is said of traces goes before what is said of everything. */
function tracesOr(env: Environment, setting: string): { name: string; value: string } | undefined {
  for (const name of [`OTEL_EXPORTER_OTLP_TRACES_${setting}`, `OTEL_EXPORTER_OTLP_${setting}`]) {
    const value = settingOf(env, name);
    if (value !== undefined) return { name, value };
  }
  return undefined;
}

function isAsked(env: Environment): boolean {
  const exporter = settingOf(env, "OTEL_TRACES_EXPORTER");
  if (exporter === "none") return false;
  if (exporter !== undefined && exporter !== "otlp")
    throw wrong("OTEL_TRACES_EXPORTER", exporter, "Traces are exported by otlp, or not at all: none.");
  return exporter === "otlp" || tracesOr(env, "ENDPOINT") !== undefined;
}

/** An endpoint for traces is taken as it is; one for everything is where the paths of all signals begin. */
function readUrl(env: Environment): string {
  const { name, value } = tracesOr(env, "ENDPOINT") ?? {
    name: "OTEL_EXPORTER_OTLP_ENDPOINT",
    value: DEFAULT_ENDPOINT,
  };
  const url = name.includes("TRACES") ? value : `${value.replace(/\/+$/, "")}${TRACES_PATH}`;
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    throw wrong(name, value, "Give a URL, for instance http://localhost:4318.");
  return url;
}

function readEncoding(env: Environment): TraceExport["encoding"] {
  const given = tracesOr(env, "PROTOCOL");
  if (given === undefined) return "protobuf";
  const { name, value } = given;
  const encoding = Object.entries(ENCODINGS).find(([protocol]) => protocol === value)?.[1];
  if (encoding === undefined)
    throw wrong(name, value, "evp exports by http/protobuf or http/json; collectors take both on port 4318.");
  return encoding;
}

function readHeaders(env: Environment): Record<string, string> {
  return {
    ...readPairs(env, "OTEL_EXPORTER_OTLP_HEADERS"),
    ...readPairs(env, "OTEL_EXPORTER_OTLP_TRACES_HEADERS"),
  };
}

function readResource(env: Environment, version: string): Record<string, string> {
  const name = settingOf(env, "OTEL_SERVICE_NAME");
  return {
    "service.name": "evp",
    "service.version": version,
    ...readPairs(env, "OTEL_RESOURCE_ATTRIBUTES"),
    ...(name === undefined ? {} : { "service.name": name }),
  };
}

/** `name=value,name=value`, percent-encoded ("Baggage", W3C). */
function readPairs(env: Environment, variable: string): Record<string, string> {
  const pairs = (settingOf(env, variable) ?? "").split(",").filter((pair) => pair.trim() !== "");
  return Object.fromEntries(pairs.map((pair) => readPair(pair, variable)));
}

function readPair(pair: string, variable: string): [string, string] {
  const end = pair.indexOf("=");
  const name = pair.slice(0, end).trim();
  // A value may be a secret: it is not repeated.
  if (end === -1 || name === "") throw wrong(variable, undefined, "Give name=value, several with commas between them.");
  try {
    return [decodeURIComponent(name), decodeURIComponent(pair.slice(end + 1).trim())];
  } catch {
    throw wrong(variable, undefined, `Write a % of the value of ${name} as %25.`);
  }
}

const SAMPLERS: Record<string, (argument: number) => TraceSampler> = {
  always_on: () => ({ ratio: 1, isParentBased: false }),
  always_off: () => ({ ratio: 0, isParentBased: false }),
  traceidratio: (ratio) => ({ ratio, isParentBased: false }),
  parentbased_always_on: () => ({ ratio: 1, isParentBased: true }),
  parentbased_always_off: () => ({ ratio: 0, isParentBased: true }),
  parentbased_traceidratio: (ratio) => ({ ratio, isParentBased: true }),
};

function readSampler(env: Environment): TraceSampler {
  const name = settingOf(env, "OTEL_TRACES_SAMPLER") ?? "parentbased_always_on";
  const sampler = Object.hasOwn(SAMPLERS, name) ? SAMPLERS[name] : undefined;
  if (sampler === undefined) throw wrong("OTEL_TRACES_SAMPLER", name, `evp knows ${Object.keys(SAMPLERS).join(", ")}.`);
  const argument = settingOf(env, "OTEL_TRACES_SAMPLER_ARG") ?? "1";
  const ratio = Number(argument);
  if (name.endsWith("traceidratio") && !(ratio >= 0 && ratio <= 1))
    throw wrong("OTEL_TRACES_SAMPLER_ARG", argument, "Give a number from 0 to 1.");
  return sampler(ratio);
}

function wrong(variable: string, value: string | undefined, hint: string): EvpError {
  const given = value === undefined ? "cannot be read" : `is ${JSON.stringify(value)}`;
  return new EvpError(`the variable ${variable} ${given}`, { code: "tracing-settings", category: "usage", hint });
}
