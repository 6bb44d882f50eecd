import { parser } from "@prometheus-io/lezer-promql";

/** What a PromQL query says, by Prometheus' own grammar. */
export interface ReadQuery {
  /** Where it is no PromQL. */
  errors: string[];
  metrics: string[];
  labels: string[];
  /** Each function that is called, with the text of what it is called with. */
  calls: { name: string; body: string }[];
  /** Metrics of which a range of time is taken. */
  ranges: string[];
}

export function readQuery(query: string): ReadQuery {
  const read: ReadQuery = { errors: [], metrics: [], labels: [], calls: [], ranges: [] };
  parser.parse(query).iterate({
    enter({ type, from, to, node }) {
      const text = query.slice(from, to);
      if (type.isError) read.errors.push(`at ${from}: ${query.slice(from, from + 20)}`);
      if (type.name === "LabelName") read.labels.push(text);
      if (type.name === "VectorSelector") read.metrics.push(/^[\w:]*/.exec(text)?.[0] ?? "");
      if (type.name === "MatrixSelector") read.ranges.push(/^[\w:]*/.exec(text)?.[0] ?? "");
      if (type.name === "FunctionCall") {
        const body = node.getChild("FunctionCallBody");
        const name = query.slice(from, body?.from ?? to).trim();
        read.calls.push({ name, body: body === null ? "" : query.slice(body.from, body.to) });
      }
    },
  });
  return read;
}
