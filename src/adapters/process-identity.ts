import { createHash } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname, networkInterfaces } from "node:os";
import type { ProcessView, TapOwner } from "../core/tap-life.js";

/** This process, by what other processes can know it, and what it can see of them. */
export function thisProcess(): TapOwner & ProcessView {
  return { host: hostname(), machine: machineId(), pid: process.pid, isRunning };
}

/** Whether a process of that id runs on this machine. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It runs, and is somebody else's.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/**
 * Equal for processes that see each other's ids, and for no others. On Linux that is the boot and the namespace of process ids, since
 * containers share a machine; elsewhere the addresses of the network cards, since names of machines repeat. Empty where there is neither.
 */
function machineId(): string {
  const parts = linuxParts() ?? hardwareAddresses();
  if (parts.length === 0) return "";
  return createHash("sha256")
    .update([hostname(), ...parts].join("\n"))
    .digest("hex")
    .slice(0, 16);
}

function linuxParts(): string[] | undefined {
  try {
    return [readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim(), readlinkSync("/proc/self/ns/pid")];
  } catch {
    return undefined;
  }
}

const NO_ADDRESS = "00:00:00:00:00:00";

function hardwareAddresses(): string[] {
  const cards = Object.values(networkInterfaces()).flatMap((card) => card ?? []);
  const addresses = cards.filter(({ internal, mac }) => !internal && mac !== NO_ADDRESS).map(({ mac }) => mac);
  return [...new Set(addresses)].sort();
}
