import { join } from "node:path";
import type { Certificates } from "./certificates.js";

export interface KafkaPorts {
  plain: number;
  sasl: number;
  tls: number;
  controller: number;
}

/** Whom the listener with SASL lets in. */
export const SASL_USER = { username: "evp", password: "not-a-secret" } as const;

/** One node that is broker and controller, on loopback alone ("KRaft", "Broker Configs"). */
export function serverProperties(folder: string, ports: KafkaPorts, certificates: Certificates): string {
  const clientListeners = `PLAIN://127.0.0.1:${ports.plain},SASL://127.0.0.1:${ports.sasl},TLS://127.0.0.1:${ports.tls}`;
  const { username, password } = SASL_USER;
  const security = "org.apache.kafka.common.security";
  return Object.entries({
    "process.roles": "broker,controller",
    "node.id": 1,
    "controller.quorum.voters": `1@127.0.0.1:${ports.controller}`,
    "controller.listener.names": "CONTROLLER",
    "inter.broker.listener.name": "PLAIN",
    listeners: `${clientListeners},CONTROLLER://127.0.0.1:${ports.controller}`,
    "advertised.listeners": clientListeners,
    "listener.security.protocol.map": "PLAIN:PLAINTEXT,SASL:SASL_PLAINTEXT,TLS:SSL,CONTROLLER:PLAINTEXT",
    "sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER",
    "listener.name.sasl.plain.sasl.jaas.config": `${security}.plain.PlainLoginModule required user_${username}="${password}";`,
    "listener.name.sasl.scram-sha-256.sasl.jaas.config": `${security}.scram.ScramLoginModule required;`,
    "listener.name.sasl.scram-sha-512.sasl.jaas.config": `${security}.scram.ScramLoginModule required;`,
    // Kafka's own for developers: it believes tokens that nobody has signed ("Security", "Unsecured Token Retrieval").
    "listener.name.sasl.oauthbearer.sasl.jaas.config": `${security}.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker";`,
    "ssl.keystore.type": "PEM",
    "ssl.keystore.location": certificates.brokerKeystore,
    "ssl.truststore.type": "PEM",
    "ssl.truststore.location": certificates.clientCertificate,
    "ssl.client.auth": "required",
    "log.dirs": join(folder, "data"),
    "auto.create.topics.enable": false,
    "num.partitions": 1,
    "offsets.topic.num.partitions": 1,
    "offsets.topic.replication.factor": 1,
    "transaction.state.log.num.partitions": 1,
    "transaction.state.log.replication.factor": 1,
    "transaction.state.log.min.isr": 1,
    "share.coordinator.state.topic.replication.factor": 1,
    "share.coordinator.state.topic.min.isr": 1,
    "group.initial.rebalance.delay.ms": 0,
    "group.min.session.timeout.ms": 1000,
  })
    .map(([name, value]) => `${name}=${value}`)
    .join("\n");
}
