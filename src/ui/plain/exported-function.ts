/** What `evp export function` has written. */
interface ExportedView {
  folder: string;
  handler: string;
  runtimes: string[];
  stack: string;
  files: { file: string; bytes: number }[];
  bytes: number;
}

export function renderExportedFunction({ folder, handler, runtimes, stack, files, bytes }: ExportedView): string {
  const megabytes = (bytes / 1024 ** 2).toFixed(1);
  return [
    `${folder}: the processor of stack ${stack}, ${files.length} files, ${megabytes} MB`,
    `Handler ${handler}, runtime ${runtimes.join(" or ")}.`,
    "Its event source mapping needs ReportBatchItemFailures: without it, what fails is deleted.",
    "",
  ].join("\n");
}
