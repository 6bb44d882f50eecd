import { join } from "node:path";
import { execa } from "execa";

/** Files in PEM, each its own authority. */
export interface Certificates {
  /** The broker's, which whoever connects must trust. */
  brokerCertificate: string;
  /** Certificate and key in one file, as Kafka wants them ("KIP-651"). */
  brokerKeystore: string;
  clientCertificate: string;
  clientKey: string;
}

/** @throws Error where this machine has no openssl */
export async function makeCertificates(folder: string): Promise<Certificates> {
  const broker = await selfSigned(folder, "broker", ["-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"]);
  const client = await selfSigned(folder, "client", []);
  const brokerKeystore = join(folder, "broker-keystore.pem");
  await execa("sh", ["-c", `cat "$1" "$2" > "$3"`, "sh", broker.key, broker.certificate, brokerKeystore]);
  return {
    brokerCertificate: broker.certificate,
    brokerKeystore,
    clientCertificate: client.certificate,
    clientKey: client.key,
  };
}

async function selfSigned(folder: string, name: string, more: string[]): Promise<{ certificate: string; key: string }> {
  const [certificate, key] = [join(folder, `${name}.pem`), join(folder, `${name}-key.pem`)];
  const kind = ["-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", `/CN=${name}`];
  await execa("openssl", ["req", "-x509", ...kind, ...more, "-keyout", key, "-out", certificate]);
  return { certificate, key };
}
