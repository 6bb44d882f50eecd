/** What of a store's URL may be shown: neither user nor password, and of its parameters only how the connection is secured. */
export function shownStoreUrl(url: string): string {
  const parsed = parseStoreUrl(url);
  if (parsed === undefined) return "(not a URL)";
  const user = parsed.username === "" && parsed.password === "" ? "" : "***@";
  const mode = parsed.searchParams.get("sslmode");
  return `${parsed.protocol}//${user}${parsed.host}${parsed.pathname}${mode === null ? "" : `?sslmode=${mode}`}`;
}

/** undefined: it is none of PostgreSQL's ("Connection URIs", PostgreSQL documentation, 34.1.1.2). */
export function parseStoreUrl(url: string): URL | undefined {
  // libpq takes a user without a host, which no other URL has.
  const complete = url.replace(/@\//, "@localhost/");
  const parsed = URL.canParse(complete) ? new URL(complete) : undefined;
  return parsed !== undefined && isStoreUrl(parsed) ? parsed : undefined;
}

/** An `@` behind the host is part of a password whose slash was not percent-encoded. */
function isStoreUrl({ protocol, pathname }: URL): boolean {
  return ["postgres:", "postgresql:"].includes(protocol) && !pathname.includes("@");
}
