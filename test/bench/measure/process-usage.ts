import { readFileSync } from "node:fs";

/** What a process has used since it started. */
export interface ProcessUsage {
  /** User and system time of all threads. */
  cpuMs: number;
  rssBytes: number;
  peakRssBytes: number;
}

/** Linux counts in hundredths of a second whatever the machine ("proc_pid_stat", USER_HZ). */
const MS_PER_TICK = 10;
/** Fields 14 and 15 of the line, counted from behind the name, which may hold spaces. */
const USER_TICKS = 11;
const SYSTEM_TICKS = 12;

/** Reads Linux's own account of a process. @throws where there is no /proc, or no such process */
export function usageOf(pid: number): ProcessUsage {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return {
    cpuMs: (Number(fields[USER_TICKS]) + Number(fields[SYSTEM_TICKS])) * MS_PER_TICK,
    rssBytes: kilobytes("VmRSS", status) * 1024,
    peakRssBytes: kilobytes("VmHWM", status) * 1024,
  };
}

function kilobytes(name: string, status: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? 0);
}
