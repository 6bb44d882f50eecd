import { expect, it } from "vitest";
import { issuersOf } from "../../../src/cli/gateway-issuers.js";
import { settingsOf } from "../../factories/settings.js";

const ENDPOINT = "http://127.0.0.1:4566";
const EMBEDDED = { issuer: ENDPOINT, jwksUri: `${ENDPOINT}/.well-known/jwks.json`, audience: "evp-producers" };
const settings = (issuers: { issuer: string; scopes?: string[] }[]) =>
  settingsOf({ gateway: { ...settingsOf().gateway, issuers } });

it("on the embedded stack its own issuer is believed, where the config names none", () => {
  expect(issuersOf(settings([]), ENDPOINT)).toEqual([EMBEDDED]);
  const [scoped] = issuersOf(settings([{ issuer: "embedded", scopes: ["a"] }]), ENDPOINT);
  expect(scoped).toEqual({ ...EMBEDDED, scopes: ["a"] });
});

it("where the config names others, nobody else is", () => {
  expect(issuersOf(settings([{ issuer: "https://issuer" }]), ENDPOINT)).toEqual([{ issuer: "https://issuer" }]);
});

it("elsewhere nobody is believed who is not named", () => {
  const refusal = { code: "issuer-missing", category: "usage" };
  for (const issuers of [[], [{ issuer: "embedded" }]]) {
    expect(() => issuersOf(settings(issuers), undefined)).toThrow(expect.objectContaining(refusal));
  }
});
