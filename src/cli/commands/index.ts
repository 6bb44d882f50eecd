import type { CommandSpec, GroupSpec } from "../command-spec.js";
import { clientAddCommand } from "./client-add.js";
import { clientAllowCommand } from "./client-allow.js";
import { clientDenyCommand } from "./client-deny.js";
import { clientDisableCommand } from "./client-disable.js";
import { clientEnableCommand } from "./client-enable.js";
import { clientListCommand } from "./client-list.js";
import { clientPoisonCommand } from "./client-poison.js";
import { clientRemoveCommand } from "./client-remove.js";
import { completeCommand } from "./complete.js";
import { completionCommand } from "./completion.js";
import { demoCommand } from "./demo.js";
import { destroyCommand } from "./destroy.js";
import { dlqFixCommand } from "./dlq-fix.js";
import { dlqListCommand } from "./dlq-list.js";
import { dlqPurgeCommand } from "./dlq-purge.js";
import { dlqRedriveCommand } from "./dlq-redrive.js";
import { dlqShowCommand } from "./dlq-show.js";
import { doctorCommand } from "./doctor.js";
import { exportCloudFormationCommand } from "./export-cloudformation.js";
import { exportFunctionCommand } from "./export-function.js";
import { exportIamCommand } from "./export-iam.js";
import { exportTerraformCommand } from "./export-terraform.js";
import { gatewayCommand } from "./gateway.js";
import { groupsCommand } from "./groups.js";
import { ingestFileCommand } from "./ingest-file.js";
import { ingestKafkaCommand } from "./ingest-kafka.js";
import { initCommand } from "./init.js";
import { localLogsCommand } from "./local-logs.js";
import { localResetCommand } from "./local-reset.js";
import { localServeCommand } from "./local-serve.js";
import { localStartCommand } from "./local-start.js";
import { localStatusCommand } from "./local-status.js";
import { localStopCommand } from "./local-stop.js";
import { processCommand } from "./process.js";
import { producerAddCommand } from "./producer-add.js";
import { producerAllowCommand } from "./producer-allow.js";
import { producerDenyCommand } from "./producer-deny.js";
import { producerDisableCommand } from "./producer-disable.js";
import { producerEnableCommand } from "./producer-enable.js";
import { producerListCommand } from "./producer-list.js";
import { producerRemoveCommand } from "./producer-remove.js";
import { producerRotateCommand } from "./producer-rotate.js";
import { replayCommand } from "./replay.js";
import { schemaCheckCommand } from "./schema-check.js";
import { schemaListCommand } from "./schema-list.js";
import { schemaTestCommand } from "./schema-test.js";
import { sendCommand } from "./send.js";
import { statusCommand } from "./status.js";
import { tailCommand } from "./tail.js";
import { verifyCommand } from "./verify.js";
import { whyCommand } from "./why.js";

/** Every command, in the order in which help lists them. */
export const COMMANDS: (CommandSpec | GroupSpec)[] = [
  demoCommand,
  initCommand,
  processCommand,
  sendCommand,
  {
    name: "ingest",
    summary: "bring events from elsewhere onto the ingress queue",
    commands: [ingestFileCommand, ingestKafkaCommand],
  },
  gatewayCommand,
  tailCommand,
  {
    name: "dlq",
    summary: "look at what was rejected, and send it again",
    commands: [dlqListCommand, dlqShowCommand, dlqFixCommand, dlqRedriveCommand, dlqPurgeCommand],
  },
  {
    name: "client",
    summary: "who may have which events",
    commands: [
      clientListCommand,
      clientAddCommand,
      clientAllowCommand,
      clientDenyCommand,
      clientEnableCommand,
      clientDisableCommand,
      clientPoisonCommand,
      clientRemoveCommand,
    ],
  },
  {
    name: "producer",
    summary: "who may send through the gateway, and what",
    commands: [
      producerListCommand,
      producerAddCommand,
      producerAllowCommand,
      producerDenyCommand,
      producerEnableCommand,
      producerDisableCommand,
      producerRotateCommand,
      producerRemoveCommand,
    ],
  },
  statusCommand,
  whyCommand,
  groupsCommand,
  replayCommand,
  verifyCommand,
  {
    name: "schema",
    summary: "the schemas of the events, and what a new one would break",
    commands: [schemaListCommand, schemaTestCommand, schemaCheckCommand],
  },
  doctorCommand,
  {
    name: "export",
    summary: "the stack for CloudFormation, Terraform, IAM and Lambda",
    commands: [exportCloudFormationCommand, exportTerraformCommand, exportIamCommand, exportFunctionCommand],
  },
  destroyCommand,
  {
    name: "local",
    summary: "the embedded stack",
    commands: [
      localStartCommand,
      localStopCommand,
      localStatusCommand,
      localResetCommand,
      localLogsCommand,
      localServeCommand,
    ],
  },
  completionCommand,
  completeCommand,
];
