import { expect, test } from "vitest";
import { readHttpAddress } from "../../../src/cli/http-address.js";

test.each([
  ["9464", "127.0.0.1", 9464],
  ["0", "127.0.0.1", 0],
  ["0.0.0.0:9464", "0.0.0.0", 9464],
  ["localhost:80", "localhost", 80],
  ["evp.internal:65535", "evp.internal", 65535],
  ["[::1]:9464", "::1", 9464],
  ["[::]:9464", "::", 9464],
])("%s is host %s and port %i", (text, host, port) => {
  expect(readHttpAddress(text)).toEqual({ host, port });
});

test.each(["", ":9464", "65536", "99999", "-1", "localhost", "localhost:", "::1:9464", "http://x:1", "1.5", "a b:1"])(
  "%s is refused",
  (text) => {
    expect(() => readHttpAddress(text)).toThrow(
      "Expected a port, or a host and a port, for instance 9464 or 0.0.0.0:9464.",
    );
  },
);
