import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLocalJWKSet, jwtVerify } from "jose";
import { describe, expect, it, onTestFinished } from "vitest";
import { makeSecret } from "../../../src/app/producer-secret.js";
import { writeSecrets } from "../../../src/core/producer-secret.js";
import type { WholeRequest } from "../../../src/local/http-message.js";
import { openTokenService } from "../../../src/local/issuer/token-service.js";

const ISSUER = "http://127.0.0.1:4566";
const FORM = { "content-type": "application/x-www-form-urlencoded" };

interface Stored {
  active?: boolean;
  secrets: { salt: string; hash: string; expiresAt?: number }[];
}

/** Tables in memory: of each stack, the producers. */
function tablesOf(stacks: Record<string, Record<string, Stored>>) {
  return {
    async handle({ headers, body }: WholeRequest) {
      const action = (headers["x-amz-target"] ?? "").split(".")[1];
      const { TableName, Key } = JSON.parse(body.toString());
      const answer = () => {
        if (action === "ListTables") return { TableNames: ["evp-clients", ...Object.keys(stacks)] };
        if (action === "DescribeTable") {
          return { Table: { KeySchema: [{ AttributeName: TableName in stacks ? "producerId" : "clientId" }] } };
        }
        const found = stacks[TableName]?.[Key.producerId.S];
        if (found === undefined) return {};
        const secrets = found.secrets.map((secret) => ({ ...secret, createdAt: 1 }));
        return { Item: { active: { BOOL: found.active ?? true }, secrets: { S: writeSecrets(secrets) } } };
      };
      return { status: 200, headers: {}, body: JSON.stringify(answer()) };
    },
  };
}

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "evp-issuer-"));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

async function openIssuer(stored: Partial<Stored> = {}, stacks: Record<string, Record<string, Stored>> = {}) {
  const { secret, salt, hash } = await makeSecret((count) => Buffer.alloc(count, 7));
  const keyFile = join(folder(), "key.pem");
  const producer = { secrets: [{ salt, hash }], ...stored };
  const tables = tablesOf({ "evp-producers": { "producer-1": producer }, ...stacks });
  const service = openTokenService({ keyFile, endpoint: () => ISSUER, tables });
  const ask = async (request: Partial<WholeRequest>) => {
    const answer = await service.handle({ method: "GET", url: "/", headers: {}, body: Buffer.alloc(0), ...request });
    return { status: answer?.status, headers: answer?.headers, document: JSON.parse(String(answer?.body)) };
  };
  const token = (form: Record<string, string>, headers: Record<string, string> = {}) => {
    const body = Buffer.from(new URLSearchParams({ grant_type: "client_credentials", ...form }).toString());
    return ask({ method: "POST", url: "/oauth2/token", headers: { ...FORM, ...headers }, body });
  };
  return { service, ask, token, secret, keyFile, tables };
}

describe("the embedded issuer", () => {
  it("gives a token for client credentials, which its key verifies", async () => {
    const { token, ask, secret } = await openIssuer();
    const { status, headers, document } = await token({
      client_id: "producer-1",
      client_secret: secret,
      scope: "a b/c a",
    });
    expect({ status, cached: headers?.["cache-control"] }).toEqual({ status: 200, cached: "no-store" });
    expect(document).toEqual({
      access_token: expect.any(String),
      token_type: "Bearer",
      expires_in: 3600,
      scope: "a b/c",
    });
    const { document: keys } = await ask({ url: "/.well-known/jwks.json" });
    expect(Object.keys(keys.keys[0])).not.toContain("d");
    const { payload, protectedHeader } = await jwtVerify(document.access_token, createLocalJWKSet(keys), {
      issuer: ISSUER,
      audience: "evp-producers",
    });
    expect(payload).toMatchObject({ client_id: "producer-1", sub: "producer-1", scope: "a b/c", token_use: "access" });
    expect(protectedHeader).toMatchObject({ alg: "ES256", typ: "at+jwt" });
  });

  it("takes the credentials by HTTP Basic too", async () => {
    const { token, secret } = await openIssuer();
    const authorization = `Basic ${Buffer.from(`producer-1:${secret}`).toString("base64")}`;
    expect(await token({}, { authorization })).toMatchObject({ status: 200 });
    expect(await token({ client_secret: secret }, { authorization })).toMatchObject({ status: 400 });
  });

  it("tells where everything is", async () => {
    const { ask } = await openIssuer();
    expect((await ask({ url: "/.well-known/openid-configuration" })).document).toMatchObject({
      issuer: ISSUER,
      token_endpoint: `${ISSUER}/oauth2/token`,
      jwks_uri: `${ISSUER}/.well-known/jwks.json`,
    });
  });

  it("keeps its key, which only its user may read", async () => {
    const { ask, keyFile, tables } = await openIssuer();
    const { document } = await ask({ url: "/.well-known/jwks.json" });
    expect(statSync(keyFile).mode & 0o077).toBe(0);
    const again = openTokenService({ keyFile, endpoint: () => ISSUER, tables });
    const answer = await again.handle({
      method: "GET",
      url: "/.well-known/jwks.json",
      headers: {},
      body: Buffer.alloc(0),
    });
    expect(JSON.parse(String(answer?.body))).toEqual(document);
  });

  const WRONG: [string, Record<string, string>, number, string][] = [
    ["another secret", { client_id: "producer-1", client_secret: "wrong" }, 401, "invalid_client"],
    ["nobody's id", { client_id: "nobody", client_secret: "wrong" }, 401, "invalid_client"],
    ["what is no id", { client_id: "a b", client_secret: "wrong" }, 401, "invalid_client"],
    ["no secret", { client_id: "producer-1" }, 401, "invalid_client"],
    ["another grant", { grant_type: "password" }, 400, "unsupported_grant_type"],
    ["what is no scope", { client_id: "producer-1", client_secret: "x", scope: 'a"b' }, 400, "invalid_scope"],
  ];
  it.each(WRONG)("refuses %s", async (_, form, status, error) => {
    const { token } = await openIssuer();
    expect(await token(form)).toMatchObject({ status, document: { error } });
  });

  it("refuses what is no form, and other methods", async () => {
    const { ask, token } = await openIssuer();
    expect(await ask({ url: "/oauth2/token" })).toMatchObject({ status: 405, headers: { allow: "POST" } });
    expect(await token({}, { "content-type": "application/json" })).toMatchObject({ status: 400 });
    expect(await ask({ method: "POST", url: "/.well-known/jwks.json" })).toMatchObject({ status: 405 });
  });

  it("leaves other paths to others", async () => {
    const { service } = await openIssuer();
    expect(service.handle({ method: "POST", url: "/", headers: {}, body: Buffer.alloc(0) })).toBeUndefined();
  });

  it("gives a disabled producer nothing, nor one whose secret has ended", async () => {
    const disabled = await openIssuer({ active: false });
    expect(await disabled.token({ client_id: "producer-1", client_secret: disabled.secret })).toMatchObject({
      status: 401,
    });
    const { salt, hash } = await makeSecret((count) => Buffer.alloc(count, 7));
    const ended = await openIssuer({ secrets: [{ salt, hash, expiresAt: Date.now() - 1000 }] });
    expect(await ended.token({ client_id: "producer-1", client_secret: ended.secret })).toMatchObject({ status: 401 });
  });

  it("says for which of several stacks a token is", async () => {
    const other = await makeSecret((count) => Buffer.alloc(count, 9));
    const { token } = await openIssuer({}, { "second-producers": { "producer-1": { secrets: [other] } } });
    const { document } = await token({ client_id: "producer-1", client_secret: other.secret });
    const claims = JSON.parse(Buffer.from(document.access_token.split(".")[1], "base64url").toString());
    expect(claims.aud).toBe("second-producers");
  });

  it("bars a producer's id for a while after ten wrong secrets, and no other", async () => {
    const { token, secret } = await openIssuer();
    for (let count = 0; count < 10; count++) await token({ client_id: "producer-1", client_secret: `wrong-${count}` });
    const barred = await token({ client_id: "producer-1", client_secret: secret });
    expect(barred).toMatchObject({ status: 429, headers: { "retry-after": expect.stringMatching(/^\d+$/) } });
    expect(await token({ client_id: "nobody", client_secret: "x" })).toMatchObject({ status: 401 });
  });
});
