import { createHmac, hash } from "node:crypto";
import { HEADER, type Route } from "./route.js";

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string | undefined;
}

/** Signs calls of one service. @returns the headers, names and values in turn; `at`: ms since 1970 */
export type Sign = (route: Route, credentials: Credentials, body: Buffer, at: number) => string[];

const ALGORITHM = "AWS4-HMAC-SHA256";

/** Signatures by AWS Signature Version 4 ("Create a signed AWS API request"). A day's signing key is derived once. */
export function createSigner(): Sign {
  let known: { of: string; key: Buffer } | undefined;
  let lastTime = { second: Number.NaN, text: "" };

  function timeAt(at: number): string {
    const second = Math.floor(at / 1000);
    if (lastTime.second !== second) lastTime = { second, text: amzTime(at) };
    return lastTime.text;
  }

  function keyFor(secret: string, scope: string): Buffer {
    const of = `${secret} ${scope}`;
    if (known?.of !== of) {
      const key = scope.split("/").reduce<string | Buffer>((above, part) => hmac(above, part), `AWS4${secret}`);
      known = { of, key: Buffer.from(key) };
    }
    return known.key;
  }

  return (route, { accessKeyId, secretAccessKey, sessionToken }, body, at) => {
    const time = timeAt(at);
    const scope = `${time.slice(0, "20261121".length)}/${route.region}/${route.service}/aws4_request`;
    const headers = new Map(route.headers)
      .set(HEADER.length, String(body.length))
      .set(HEADER.date, time)
      .set(HEADER.bodyHash, hash("sha256", body, "hex"));
    if (sessionToken !== undefined) headers.set(HEADER.token, sessionToken);
    const toSign = `${ALGORITHM}\n${time}\n${scope}\n${hash("sha256", canonicalRequest(route, headers), "hex")}`;
    const signature = createHmac("sha256", keyFor(secretAccessKey, scope)).update(toSign).digest("hex");
    headers.set(
      HEADER.authorization,
      `${ALGORITHM} Credential=${accessKeyId}/${scope}, SignedHeaders=${route.signedNames.join(";")}, Signature=${signature}`,
    );
    const flat: string[] = [];
    for (const [name, value] of headers) flat.push(name, value);
    return flat;
  };
}

/** Method, path, query, headers, their names, the body's hash ("Create a canonical request"). */
function canonicalRequest({ signedNames }: Route, headers: ReadonlyMap<string, string>): string {
  let text = "POST\n/\n\n";
  for (const name of signedNames) text += `${name}:${headers.get(name)}\n`;
  return `${text}\n${signedNames.join(";")}\n${headers.get(HEADER.bodyHash)}`;
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

/** `20261121T101530Z` */
function amzTime(at: number): string {
  return `${new Date(at).toISOString().slice(0, "2026-11-21T10:15:30".length).replace(/[-:]/g, "")}Z`;
}
