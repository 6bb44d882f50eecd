import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { STSClient } from "@aws-sdk/client-sts";
import { openQueueService, type QueueService } from "../../src/local/queues/queue-service.js";

export interface ServedQueues {
  service: QueueService;
  url: string;
  sqs: SQSClient;
  sns: SNSClient;
  sts: STSClient;
  /** Requests that are being served. */
  open(): number;
  stop(): Promise<void>;
}

/** The queue service behind a plain HTTP server on a free port, with the SDK's own clients. */
export async function serveQueues(file = ":memory:"): Promise<ServedQueues> {
  let url = "";
  const service = openQueueService({ file, endpoint: () => url });
  let open = 0;
  const server = createServer(async (request, response) => {
    const gone = new AbortController();
    open += 1;
    response.on("close", () => {
      open -= 1;
      gone.abort();
    });
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const { method = "", url: path = "" } = request;
    const answer = await service.handle({ method, url: path, headers, body: Buffer.concat(chunks) }, gone.signal);
    response.writeHead(answer?.status ?? 404, answer?.headers);
    response.end(answer?.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  url = `http://127.0.0.1:${port}`;
  const settings = {
    endpoint: url,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  };
  const sqs = new SQSClient({ ...settings, useQueueUrlAsEndpoint: false });
  const sns = new SNSClient(settings);
  const sts = new STSClient(settings);
  const stop = async () => {
    for (const client of [sqs, sns, sts]) client.destroy();
    service.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { service, url, sqs, sns, sts, open: () => open, stop };
}
