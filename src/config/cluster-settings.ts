/** The settings of a bridge that shares hosts with others. */
import type { Setting } from "./settings.ts";
import { labelName, list, path, sharedSecret } from "./values.ts";

export const CLUSTER = {
  cluster: {
    group: "cluster",
    accepts: list(),
    value: "urls",
    description:
      "Servers of a NATS broker, separated by commas: this bridge then serves the hosts of every other one that names the same broker.",
  },
  clusterCreds: {
    group: "cluster",
    accepts: path(),
    value: "file",
    description: "File with the credentials for the broker.",
    isPath: true,
  },
  clusterSecret: {
    group: "cluster",
    accepts: sharedSecret(),
    value: "text",
    description:
      "What all members of the cluster know and the broker does not; others then cannot take part.",
    secret: true,
  },
  clusterName: {
    group: "cluster",
    accepts: labelName(),
    value: "name",
    description:
      "How this bridge is called in the cluster, and what its hosts' labels end with; by default from the machine's name and the port.",
  },
} as const satisfies Readonly<Record<string, Setting>>;
