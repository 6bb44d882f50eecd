import type { Agent } from "node:http";
import { type HttpAnswer, post } from "./post.js";
import { readAllTaken } from "./publish-batch-answer.js";
import { isPublishBatch, publishBatchForm } from "./publish-batch-form.js";
import { type Route, routeOf, type SignedRequest } from "./route.js";
import { type Credentials, createSigner, type Sign } from "./sign-request.js";

interface Identity extends Credentials {
  accountId?: string | undefined;
}

interface Protocol {
  deserializeResponse(operation: object, context: object, response: object): Promise<unknown>;
}

/** As much of an SDK client's config as this needs. */
interface Config {
  credentials(): Promise<Identity>;
  protocol: Protocol;
  requestHandler: { httpHandlerConfigs(): { httpAgent?: Agent; httpsAgent?: Agent } };
  /** By how much the service's clock is ahead, ms. */
  systemClockOffset: number;
  disableClockSkewCorrection?: () => Promise<boolean>;
}

interface Command {
  input: unknown;
  /** The SDK's schema of the operation is a list: its kind, its namespace, its name, its traits, its input, its output. */
  schema?: readonly unknown[];
}

type Send = (command: Command, options?: { abortSignal?: AbortSignal }) => Promise<unknown>;

/** An SDK client, as far as it is known to the compiler. */
export interface DirectableClient {
  send: unknown;
  middlewareStack: { add(middleware: unknown, options: unknown): void };
  config: unknown;
}

/** The calls that come by the thousand. */
const DIRECT = new Set([
  "ReceiveMessage",
  "SendMessageBatch",
  "DeleteMessageBatch",
  "ChangeMessageVisibilityBatch",
  "PublishBatch",
  "BatchExecuteStatement",
  "BatchWriteItem",
]);

/** A route, and whose it is: an endpoint may depend on the account, and what is signed on whether there is a token. */
interface Learnt {
  route: Route;
  owner: string;
  isSkewCorrected: boolean;
}

/**
 * The SDK takes several times as long for a call as sending it does. For the few calls that are made for every event it is
 * asked once how they are sent, where to, with which headers, signed for what; those that follow are sent the same way
 * without it. It still gives the credentials and the connections, and reads every answer that is an error or unusual.
 *
 * @param sent - told of each such call
 */
export function callDirectly<Client extends DirectableClient>(
  client: Client,
  sent: (operation: string) => void,
): Client {
  const { config } = client;
  const { send } = client;
  if (!isConfig(config) || !isSend(send)) return client;
  const viaSdk = send.bind(client);
  const learnt = learnRoutes(client, config);
  const sign = createSigner();
  const direct: Send = async (command, options) => {
    const operation = nameOf(command);
    const known = operation === undefined ? undefined : learnt.get(operation);
    if (operation === undefined || known === undefined) return viaSdk(command, options);
    const credentials = await config.credentials();
    if (ownerOf(credentials) !== known.owner) return viaSdk(command, options);
    sent(operation);
    return sendDirectly({ config, known, sign, credentials, command, signal: options?.abortSignal });
  };
  return Object.assign(client, { send: direct });
}

function isConfig(config: unknown): config is Config {
  const needed = ["credentials", "protocol", "requestHandler", "systemClockOffset"];
  return typeof config === "object" && config !== null && needed.every((name) => name in config);
}

function isSend(send: unknown): send is Send {
  return typeof send === "function";
}

function nameOf({ schema }: Command): string | undefined {
  const name = schema?.[2];
  return typeof name === "string" && DIRECT.has(name) ? name : undefined;
}

function ownerOf({ accountId = "", sessionToken }: Identity): string {
  return `${accountId} ${sessionToken === undefined ? "" : "token"}`;
}

/** Looks at what the SDK sends. @returns the routes by operation, of what it has sent so far */
function learnRoutes({ middlewareStack }: DirectableClient, config: Config): ReadonlyMap<string, Learnt> {
  const learnt = new Map<string, Learnt>();
  type Next = (args: { request: SignedRequest }) => Promise<unknown>;
  const learn =
    (next: Next, { commandName = "" }: { commandName?: string }): Next =>
    async (args) => {
      const operation = commandName.replace(/Command$/, "");
      const route = DIRECT.has(operation) ? routeOf(args.request) : undefined;
      if (route !== undefined) {
        const isSkewCorrected = (await config.disableClockSkewCorrection?.()) !== true;
        learnt.set(operation, { route, owner: ownerOf(await config.credentials()), isSkewCorrected });
      }
      return next(args);
    };
  // Behind everything else, where the request is as it is sent.
  middlewareStack.add(learn, { step: "deserialize", priority: "low", name: "learnRoutes" });
  return learnt;
}

interface DirectCall {
  config: Config;
  known: Learnt;
  sign: Sign;
  credentials: Credentials;
  command: Command;
  signal: AbortSignal | undefined;
}

async function sendDirectly({ config, known, sign, credentials, command, signal }: DirectCall): Promise<unknown> {
  const { route, isSkewCorrected } = known;
  const { input } = command;
  const text = route.bodyStart + (isPublishBatch(input) ? publishBatchForm(input) : JSON.stringify(input));
  // Encoded once: it is counted, hashed and written.
  const body = Buffer.from(text);
  const headers = sign(route, credentials, body, Date.now() + (isSkewCorrected ? config.systemClockOffset : 0));
  const { httpAgent, httpsAgent } = config.requestHandler.httpHandlerConfigs();
  const answer = await post(route, route.isSecure ? httpsAgent : httpAgent, headers, body, signal);
  if (isSkewCorrected) correctClock(config, answer);
  return (answer.status === 200 ? readUsual(input, answer) : undefined) ?? readBySdk(config, command, answer);
}

/** As the SDK does it after each call: signatures are made by the service's clock. */
function correctClock(config: Config, { headers: { date, age } }: HttpAnswer): void {
  const serverTime = Date.parse(date ?? "");
  if (age === undefined && !Number.isNaN(serverTime)) config.systemClockOffset = serverTime - Date.now();
}

/** @returns undefined for what takes the SDK to read: no text, binary values, topics' answers with failures */
function readUsual(input: unknown, { body }: HttpAnswer): unknown {
  const text = body.toString();
  if (isPublishBatch(input)) return readAllTaken(text);
  return text === "" || text.includes('"BinaryValue"') ? undefined : JSON.parse(text);
}

function readBySdk(config: Config, { schema = [] }: Command, { status, headers, body }: HttpAnswer): Promise<unknown> {
  const [, namespace, name, traits, input, output] = schema;
  const operation = { namespace, name, traits, input, output };
  return config.protocol.deserializeResponse(operation, config, { statusCode: status, headers, body });
}
