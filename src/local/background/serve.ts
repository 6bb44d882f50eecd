import { openTokenService } from "../issuer/token-service.js";
import { openQueueService } from "../queues/queue-service.js";
import { statusDocument } from "../server/route.js";
import { LOOPBACK, openStackServer } from "../server/stack-server.js";
import { openTableService } from "../tables/table-service.js";
import { realDirectory } from "./running-stack.js";
import { stackFiles } from "./stack-files.js";
import { readStackRecord, type StackRecord, writeStackRecord } from "./stack-record.js";
import { makeStateDirectory } from "./state-directory.js";

export interface ServeOptions {
  stateDir: string;
  /** The port to take when it is free; 0 for any. */
  port: number;
  /** evp's own. */
  version: string;
  /** One line of the log, without its end. */
  log: (line: string) => void;
}

export interface ServingStack {
  endpoint: string;
  port: number;
  /** Another port than the wanted one was taken, because that one was not free. */
  portTaken: boolean;
  /** Ends long polls, lets other requests finish, and closes the files. */
  close(): Promise<void>;
}

/** How many ports behind the wanted one are tried before any port will do. */
const NEIGHBOURS = 9;

/**
 * The embedded stack, in this process, until it is closed.
 * @throws EvpError `state-dir-in-use` when another process serves the same directory, `state-dir-not-writable`
 */
export async function serveLocalStack(options: ServeOptions): Promise<ServingStack> {
  const files = stackFiles(options.stateDir);
  makeStateDirectory(files.directory);
  const undo: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) {
      await step();
    }
  };
  try {
    // First of all: LevelDB's lock makes sure that there is one stack in a directory, so no second one takes a port.
    const tables = await openTableService(files.tables);
    undo.push(() => tables.close());

    let endpoint = "";
    const queues = openQueueService({ file: files.queues, endpoint: () => endpoint });
    undo.push(async () => queues.close());

    const tokens = openTokenService({ keyFile: files.issuerKey, endpoint: () => endpoint, tables });
    const status = statusDocument(options.version, realDirectory(files.directory));
    const wanted = wantedPorts(options.port, readStackRecord(files.record));
    const server = await openStackServer({
      ports: wanted.ports,
      services: { queues, tables, tokens, status },
      log: options.log,
    });
    undo.push(() => server.close());
    endpoint = `http://${LOOPBACK}:${server.port}`;

    writeStackRecord(files.record, {
      pid: process.pid,
      port: server.port,
      wantedPort: options.port,
      endpoint,
      startedAt: new Date().toISOString(),
      version: options.version,
    });
    return { endpoint, port: server.port, portTaken: wanted.isOther(server.port), close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface WantedPorts {
  /** In the order in which they are tried. */
  ports: number[];
  isOther(port: number): boolean;
}

/** The port that was taken last time comes first, since queue URLs and other programs' settings hold it. */
function wantedPorts(port: number, last: StackRecord | undefined): WantedPorts {
  const first = last?.wantedPort === port ? last.port : port;
  const neighbours = Array.from({ length: port === 0 ? 0 : NEIGHBOURS }, (_, index) => port + 1 + index);
  const ports = [...new Set([first, port, ...neighbours, 0])].filter((candidate) => candidate <= 65_535);
  return { ports, isOther: (taken) => port !== 0 && taken !== port && taken !== first };
}
