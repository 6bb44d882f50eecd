import { fork } from "node:child_process";
import { once } from "node:events";
import { bundled } from "../processes/bundled.js";
import { CONTROL, type Latency, type Load, type Progress } from "./protocol.js";

/** A running stub. */
export interface Stub {
  endpoint: string;
  pid: number;
  load(load: Load): Promise<void>;
  progress(): Promise<Progress>;
  latency(): Promise<Latency>;
  stop(): void;
}

/** Starts the stub in a process of its own, which ends with this one at the latest. */
export async function startStub(): Promise<Stub> {
  const child = fork(bundled("stub"));
  const [address] = await once(child, "message");
  const { port }: { port: number } = address;
  const endpoint = `http://127.0.0.1:${port}`;
  const ask = async <Document>(path: string, document?: Load): Promise<Document> => {
    const post = document && { method: "POST", body: JSON.stringify(document) };
    const response = await fetch(endpoint + path, post);
    return JSON.parse(await response.text());
  };
  return {
    endpoint,
    pid: child.pid ?? 0,
    load: (load) => ask(CONTROL.load, load),
    progress: () => ask(CONTROL.progress),
    latency: () => ask(CONTROL.latency),
    stop: () => void child.kill(),
  };
}
