/** Whether the embedded stack runs, and where. */
export function renderLocalStatus(status: {
  running: boolean;
  endpoint: string | null;
  pid: number | null;
  stateDir: string;
}): string {
  const { running, endpoint, pid, stateDir } = status;
  return running
    ? `The embedded stack runs on ${endpoint} (process ${pid}); what it holds is in ${stateDir}\n`
    : `The embedded stack does not run; what it holds is in ${stateDir}\n`;
}
