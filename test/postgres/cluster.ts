import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { chmod, chown, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A PostgreSQL server of one's own, with its files in a temporary folder, on a free port of 127.0.0.1. */
export interface Cluster {
  /** Of the database `postgres`, as a superuser. */
  url: string;
  /** Of its main process, while it runs. */
  pid(): Promise<number>;
  start(): Promise<void>;
  /** `immediate`: as if it crashed; `fast`: it breaks off what is under way. */
  stop(how: "fast" | "immediate"): Promise<void>;
  /** Makes a standby the primary of its own. */
  promote(): Promise<void>;
  /** Ends it and deletes its files. */
  remove(): Promise<void>;
}

/** Where Debian and others put what `initdb` and `pg_ctl` are. */
const PLACES = ["/usr/lib/postgresql", "/usr/pgsql", "/opt/homebrew/opt/postgresql"];
/** Fewer than a processor with its defaults and an operator want. */
export const CLUSTER_CONNECTIONS = 20;
const START_SECONDS = "60";

/** The folder of the server's programs; undefined where there are none. */
export function serverPrograms(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const versions = PLACES.filter((place) => existsSync(place)).flatMap((place) =>
    readdirSync(place).map((version) => join(place, version, "bin")),
  );
  const onPath = (env.PATH ?? "").split(delimiter);
  return [...versions.sort().reverse(), ...onPath].find((folder) => existsSync(join(folder, "initdb")));
}

/**
 * Makes a cluster and starts it. Its server refuses to be run by root: then it is `postgres`, Debian's user, who runs it.
 * @param programs {@link serverPrograms}
 * @param primary whose standby it is to be
 */
export async function startCluster(programs: string, primary?: Cluster): Promise<Cluster> {
  const folder = await mkdtemp(join(tmpdir(), "evp-postgres-"));
  const data = join(folder, "data");
  const user = process.getuid?.() === 0 ? await ownedByPostgres(folder) : undefined;
  const call = (program: string, args: string[]) => {
    const [file, ...rest] = [
      ...(user === undefined ? [] : ["runuser", "-u", user, "--"]),
      join(programs, program),
      ...args,
    ];
    return run(file ?? "", rest, { cwd: folder, env: { PATH: process.env.PATH, LC_ALL: "C" } });
  };
  const port = await freePort();
  if (primary === undefined)
    await call("initdb", ["-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync"]);
  else await call("pg_basebackup", ["-D", data, "-d", primary.url, "-R", "--checkpoint=fast", "--no-sync"]);
  const options = [
    `-p ${port} -h 127.0.0.1 -k ${folder}`,
    `-c max_connections=${CLUSTER_CONNECTIONS} -c shared_buffers=32MB -c fsync=on`,
  ].join(" ");
  const cluster: Cluster = {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    pid: async () => Number((await readFile(join(data, "postmaster.pid"), "utf8")).split("\n")[0]),
    // A log in a file of its own: a pipe would stay open for as long as the server runs.
    start: async () =>
      void (await call("pg_ctl", [
        "-D",
        data,
        "-w",
        "-t",
        START_SECONDS,
        "-o",
        options,
        "-l",
        join(folder, "log"),
        "start",
      ])),
    stop: async (how) => void (await call("pg_ctl", ["-D", data, "-w", "-m", how, "stop"])),
    promote: async () => void (await call("pg_ctl", ["-D", data, "-w", "promote"])),
    async remove() {
      if (existsSync(join(data, "postmaster.pid"))) await cluster.stop("immediate");
      await rm(folder, { recursive: true, force: true });
    },
  };
  try {
    await cluster.start();
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  return cluster;
}

async function ownedByPostgres(folder: string): Promise<string> {
  const user = "postgres";
  const { stdout } = await run("id", ["-u", user]);
  const { stdout: group } = await run("id", ["-g", user]);
  await mkdir(folder, { recursive: true });
  await chown(folder, Number(stdout), Number(group));
  await chmod(folder, 0o700);
  return user;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
