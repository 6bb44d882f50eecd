import { describe, expect, it, test } from "vitest";
import { readTraceExport } from "../../../src/cli/trace-export.js";

const read = (env: Record<string, string>) => readTraceExport(env, "1.2.3");
const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318" };

describe("traces are exported", () => {
  it("where an endpoint is named, by the defaults of the specification", () => {
    expect(read(ENDPOINT)).toEqual({
      url: "http://collector:4318/v1/traces",
      encoding: "protobuf",
      headers: {},
      sampler: { ratio: 1, isParentBased: true },
      resource: { "service.name": "evp", "service.version": "1.2.3" },
    });
  });

  test.each([
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: "https://collector/base/" }, "https://collector/base/v1/traces"],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://collector/mine" }, "http://collector/mine"],
    [{ ...ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://other/mine" }, "http://other/mine"],
    [{ ...ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "" }, "http://collector:4318/v1/traces"],
    [{ OTEL_TRACES_EXPORTER: "otlp" }, "http://localhost:4318/v1/traces"],
  ])("%j: to %s", (env, url) => {
    expect(read(env)?.url).toBe(url);
  });

  test.each([
    ["http/protobuf", "protobuf"],
    ["http/json", "json"],
  ])("by %s as %s", (protocol, encoding) => {
    expect(read({ ...ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: protocol })?.encoding).toBe(encoding);
  });

  it("by the protocol for traces, where there is one", () => {
    const env = { OTEL_EXPORTER_OTLP_PROTOCOL: "grpc", OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: "http/json" };
    expect(read({ ...ENDPOINT, ...env })?.encoding).toBe("json");
  });

  it("with headers, percent-decoded, those for traces before those for everything", () => {
    const env = {
      OTEL_EXPORTER_OTLP_HEADERS: "authorization=Bearer%20abc%3D, x-tenant=one",
      OTEL_EXPORTER_OTLP_TRACES_HEADERS: "x-tenant=two",
    };
    expect(read({ ...ENDPOINT, ...env })?.headers).toEqual({ authorization: "Bearer abc=", "x-tenant": "two" });
  });

  it("in the name of the service and with the attributes that are given", () => {
    const env = { OTEL_RESOURCE_ATTRIBUTES: "deployment.environment.name=prod,service.name=ignored" };
    expect(read({ ...ENDPOINT, ...env, OTEL_SERVICE_NAME: "billing-evp" })?.resource).toEqual({
      "service.name": "billing-evp",
      "service.version": "1.2.3",
      "deployment.environment.name": "prod",
    });
  });

  test.each([
    ["always_on", { ratio: 1, isParentBased: false }],
    ["always_off", { ratio: 0, isParentBased: false }],
    ["traceidratio", { ratio: 0.25, isParentBased: false }],
    ["parentbased_always_on", { ratio: 1, isParentBased: true }],
    ["parentbased_always_off", { ratio: 0, isParentBased: true }],
    ["parentbased_traceidratio", { ratio: 0.25, isParentBased: true }],
  ])("by the sampler %s", (name, sampler) => {
    const env = { ...ENDPOINT, OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: "0.25" };
    expect(read(env)?.sampler).toEqual(sampler);
  });
});

describe("traces are not exported", () => {
  test.each([
    [{}],
    [{ OTEL_SERVICE_NAME: "billing" }],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: " " }],
    [{ ...ENDPOINT, OTEL_SDK_DISABLED: "true" }],
    [{ ...ENDPOINT, OTEL_SDK_DISABLED: "TRUE", OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" }],
    [{ ...ENDPOINT, OTEL_TRACES_EXPORTER: "none" }],
  ])("%j", (env) => {
    expect(read(env)).toBeUndefined();
  });
});

describe("what evp cannot do is a mistake of usage", () => {
  test.each([
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" }, 'the variable OTEL_EXPORTER_OTLP_PROTOCOL is "grpc"'],
    [{ OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: "grpc" }, 'the variable OTEL_EXPORTER_OTLP_TRACES_PROTOCOL is "grpc"'],
    [{ OTEL_TRACES_EXPORTER: "zipkin" }, 'the variable OTEL_TRACES_EXPORTER is "zipkin"'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: "collector:4317" }, 'the variable OTEL_EXPORTER_OTLP_ENDPOINT is "collector:4317"'],
    [{ OTEL_TRACES_SAMPLER: "jaeger_remote" }, 'the variable OTEL_TRACES_SAMPLER is "jaeger_remote"'],
    [
      { OTEL_TRACES_SAMPLER: "traceidratio", OTEL_TRACES_SAMPLER_ARG: "2" },
      'the variable OTEL_TRACES_SAMPLER_ARG is "2"',
    ],
    [{ OTEL_EXPORTER_OTLP_HEADERS: "secret" }, "the variable OTEL_EXPORTER_OTLP_HEADERS cannot be read"],
    [{ OTEL_EXPORTER_OTLP_HEADERS: "a=100%" }, "the variable OTEL_EXPORTER_OTLP_HEADERS cannot be read"],
  ])("%j", (env, message) => {
    expect(() => read({ ...ENDPOINT, ...env })).toThrow(
      expect.objectContaining({ message, category: "usage", code: "tracing-settings", hint: expect.any(String) }),
    );
  });
});
