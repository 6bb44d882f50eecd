import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createTokenVerifier } from "../../../src/adapters/oidc/token-verifier.js";
import type { IssuerSettings } from "../../../src/core/token-claims.js";
import type { Clock } from "../../../src/ports/clock.js";
import { openTokenIssuer, type TokenIssuer } from "../../factories/token-issuer.js";

/** A verifier whose clock a test sets. */
function verifierOf(issuer: TokenIssuer, settings: Partial<IssuerSettings> = {}) {
  let passedMs = 0;
  const failures: string[] = [];
  const clock: Clock = {
    now: () => Date.now() + passedMs,
    monotonic: () => performance.now() + passedMs,
    sleep: async () => undefined,
    random: () => 0.5,
  };
  const issuers = [{ issuer: issuer.url, jwksUri: issuer.jwksUri, ...settings }];
  const verifier = createTokenVerifier({ issuers, clock, onFailure: (message) => failures.push(message) });
  return {
    verifier,
    failures,
    pass: (ms: number) => {
      passedMs += ms;
    },
  };
}

const GOOD = { ok: true, producerId: "producer-1" };
const MINUTE = 60_000;
const refused = (detail: string) => ({
  ok: false,
  failure: { kind: "invalid", detail: `the token is refused: ${detail}` },
});
const unavailable = { ok: false, failure: expect.objectContaining({ kind: "unavailable" }) };
const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");

describe("a token", () => {
  it.each(["ES256", "RS256", "PS256", "EdDSA"])("is good when its issuer signed it with %s", async (algorithm) => {
    const issuer = await openTokenIssuer(algorithm);
    expect(await verifierOf(issuer).verifier.verify(await issuer.token())).toEqual(GOOD);
  });

  it("is looked up where the issuer's own configuration says that the keys are", async () => {
    const issuer = await openTokenIssuer();
    const { verifier } = verifierOf(issuer, { jwksUri: undefined });
    expect(await verifier.verify(await issuer.token())).toEqual(GOOD);
  });

  const now = Math.floor(Date.now() / 1000);
  const CLAIMS: [string, Record<string, unknown>, Partial<IssuerSettings>, object][] = [
    ["has expired", { exp: now - 60 }, {}, refused("it has expired")],
    ["has expired within what clocks may differ by", { exp: now - 5 }, {}, GOOD],
    ["has no end", { exp: undefined }, {}, refused("it has no end")],
    ["is not good yet", { nbf: now + 60 }, {}, refused("it is not good yet")],
    ["is for another audience", { aud: "other" }, { audience: "evp" }, refused("it is for another audience")],
    ["is for nobody", {}, { audience: "evp" }, refused("it is for another audience")],
    ["is for several, this one among them", { aud: ["other", "evp"] }, { audience: "evp" }, GOOD],
    ["is of another issuer", { iss: "https://other" }, {}, refused("its issuer is not one that is believed here")],
    ["is of nobody", { iss: undefined }, {}, refused("its issuer is not one that is believed here")],
    ["is an identity token", { token_use: "id" }, {}, refused("it is no access token")],
    ["is an access token of Cognito", { token_use: "access" }, {}, GOOD],
    ["names a producer otherwise", { client_id: undefined, azp: "producer-1" }, {}, GOOD],
    ["names a producer by the config's claim", { app: "producer-1", client_id: "x" }, { clientIdClaim: "app" }, GOOD],
    ["names nobody", { client_id: undefined }, {}, refused("it names no producer")],
    ["names what cannot be a producer", { client_id: "a b" }, {}, refused("it names no producer")],
    ["has the scopes", { scope: "a b/c" }, { scopes: ["b/c", "a"] }, GOOD],
    ["has the scopes as a list", { scp: ["a"] }, { scopes: ["a"] }, GOOD],
  ];
  it.each(CLAIMS)("that %s", async (_, claims, settings, expected) => {
    const issuer = await openTokenIssuer();
    const { verifier } = verifierOf(issuer, settings);
    const token = await issuer.token(claims);
    expect(await verifier.verify(token)).toEqual(expected);
  });

  it("that lacks a scope is good and does not do", async () => {
    const issuer = await openTokenIssuer();
    const answer = await verifierOf(issuer, { scopes: ["a"] }).verifier.verify(await issuer.token({ scope: "aa b" }));
    expect(answer).toMatchObject({ ok: false, failure: { kind: "insufficient-scope", scope: "a" } });
  });

  it("of a type that is no access token's is refused", async () => {
    const issuer = await openTokenIssuer();
    const { verifier } = verifierOf(issuer);
    expect(await verifier.verify(await issuer.token({}, { typ: "at+jwt" }))).toEqual(GOOD);
    expect(await verifier.verify(await issuer.token({}, { typ: "logout+jwt" }))).toEqual(
      refused("it is no access token"),
    );
  });

  it("without a signature is refused, however its algorithm is written", async () => {
    const issuer = await openTokenIssuer();
    const [, payload] = (await issuer.token()).split(".");
    for (const alg of ["none", "None", "NONE"]) {
      const token = `${encode({ alg, kid: "key-1" })}.${payload}.`;
      expect(await verifierOf(issuer).verifier.verify(token)).toEqual(refused("its algorithm is not accepted"));
    }
  });

  it("signed with the public key as a shared secret is refused", async () => {
    const issuer = await openTokenIssuer("RS256");
    const [, payload] = (await issuer.token()).split(".");
    const signed = `${encode({ alg: "HS256", kid: "key-1" })}.${payload}`;
    const signature = createHmac("sha256", await issuer.publicKey())
      .update(signed)
      .digest("base64url");
    const { verifier } = verifierOf(issuer);
    expect(await verifier.verify(`${signed}.${signature}`)).toEqual(refused("its algorithm is not accepted"));
    // Even where the config would take it.
    const careless = verifierOf(issuer, { algorithms: ["HS256", "RS256"] }).verifier;
    expect(await careless.verify(`${signed}.${signature}`)).toMatchObject({ ok: false });
  });

  it("whose claims were changed is refused", async () => {
    const issuer = await openTokenIssuer();
    const [header, payload = "", signature] = (await issuer.token()).split(".");
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString());
    const token = `${header}.${encode({ ...claims, client_id: "producer-2" })}.${signature}`;
    expect(await verifierOf(issuer).verifier.verify(token)).toEqual(refused("its signature is not right"));
  });

  it.each(["", "a", "a.b.c", "....", "x".repeat(9000)])("that is none is refused", async (token) => {
    const issuer = await openTokenIssuer();
    expect(await verifierOf(issuer).verifier.verify(token)).toMatchObject({ ok: false, failure: { kind: "invalid" } });
    expect(issuer.fetches()).toBe(0);
  });

  it("of an algorithm that the config leaves out is refused", async () => {
    const issuer = await openTokenIssuer("ES256");
    const { verifier } = verifierOf(issuer, { algorithms: ["RS256"] });
    expect(await verifier.verify(await issuer.token())).toEqual(refused("its algorithm is not accepted"));
  });
});

describe("keys", () => {
  it("are fetched once for all tokens, also of those that come at the same time", async () => {
    const issuer = await openTokenIssuer();
    const { verifier } = verifierOf(issuer);
    const tokens = await Promise.all(Array.from({ length: 20 }, (_, jti) => issuer.token({ jti: String(jti) })));
    expect(await Promise.all(tokens.map(verifier.verify))).toEqual(tokens.map(() => GOOD));
    expect(issuer.fetches()).toBe(1);
  });

  it("that are new are fetched when a token first names one", async () => {
    const issuer = await openTokenIssuer();
    const { verifier, pass } = verifierOf(issuer);
    await verifier.verify(await issuer.token());
    await issuer.rotate();
    pass(MINUTE);
    expect(await verifier.verify(await issuer.token())).toEqual(GOOD);
    expect(issuer.fetches()).toBe(2);
  });

  it("that nobody knows make the gateway ask once in 30 s", async () => {
    const issuer = await openTokenIssuer();
    const { verifier, pass } = verifierOf(issuer);
    await verifier.verify(await issuer.token());
    pass(MINUTE);
    const unknown = refused("it is signed with a key that its issuer does not know");
    for (let count = 0; count < 5; count++) {
      expect(await verifier.verify(await issuer.token({}, { kid: `made-up-${count}` }))).toEqual(unknown);
    }
    expect(issuer.fetches()).toBe(2);
    pass(MINUTE);
    await verifier.verify(await issuer.token({}, { kid: "made-up" }));
    expect(issuer.fetches()).toBe(3);
  });

  it("that are known go on while the issuer is down, and unknown ones are nobody's fault", async () => {
    const issuer = await openTokenIssuer();
    const { verifier, pass, failures } = verifierOf(issuer);
    await verifier.verify(await issuer.token());
    issuer.isDown = true;
    pass(60 * MINUTE);
    const tomorrow = Math.floor(Date.now() / 1000) + 86_400;
    expect(await verifier.verify(await issuer.token({ exp: tomorrow }))).toEqual(GOOD);
    expect(await verifier.verify(await issuer.token({ exp: tomorrow }, { kid: "new" }))).toEqual(unavailable);
    expect(failures[0]).toContain(`the keys of ${issuer.url} cannot be had`);
    issuer.isDown = false;
    await issuer.rotate();
    pass(MINUTE);
    expect(await verifier.verify(await issuer.token({ exp: tomorrow }))).toEqual(GOOD);
  });

  it("of an issuer that was never reached are nobody's fault", async () => {
    const issuer = await openTokenIssuer();
    issuer.isDown = true;
    const { verifier, pass } = verifierOf(issuer);
    expect(await verifier.verify(await issuer.token())).toEqual(unavailable);
    issuer.isDown = false;
    pass(MINUTE);
    expect(await verifier.verify(await issuer.token())).toEqual(GOOD);
  });

  it("that the issuer has withdrawn are worth nothing once it is asked again, also for tokens that were found good", async () => {
    const issuer = await openTokenIssuer();
    const { verifier, pass } = verifierOf(issuer);
    const token = await issuer.token();
    expect(await verifier.verify(token)).toEqual(GOOD);
    expect(verifier.known(token)).toEqual(GOOD);
    await issuer.rotate({ forgets: true });
    pass(11 * MINUTE);
    await verifier.verify(await issuer.token());
    expect(verifier.known(token)).toBeUndefined();
    expect(await verifier.verify(token)).toEqual(refused("it is signed with a key that its issuer does not know"));
  });
});

it("a token that was found good is known again until it ends", async () => {
  const issuer = await openTokenIssuer();
  const { verifier, pass } = verifierOf(issuer);
  const token = await issuer.token({ exp: Math.floor(Date.now() / 1000) + 60 });
  expect(verifier.known(token)).toBeUndefined();
  await verifier.verify(token);
  expect(verifier.known(token)).toEqual(GOOD);
  pass(2 * MINUTE);
  expect(verifier.known(token)).toBeUndefined();
  expect(await verifier.verify(token)).toEqual(refused("it has expired"));
});
