import type { HostInfo } from "../../../src/hosts/host.ts";

/** What a test says of a host; all else is as of one that can do most things and sends its answers whole. */
export type HostInfoParts = Partial<Omit<HostInfo, "abilities">> & {
  readonly abilities?: Partial<HostInfo["abilities"]>;
};

export function hostInfo({ abilities, ...parts }: HostInfoParts = {}): HostInfo {
  return {
    id: "host-1",
    label: "host",
    name: "fake-host",
    version: "1",
    transport: "embedded",
    revision: undefined,
    slots: undefined,
    canSample: true,
    consent: "granted",
    refusalEndsAll: false,
    models: [],
    running: 0,
    ...parts,
    abilities: {
      deltas: false,
      tools: false,
      images: "yes",
      audio: "yes",
      maxTokens: "yes",
      temperature: "yes",
      stopSequences: "no",
      reasoning: false,
      cancel: "yes",
      errors: true,
      ...abilities,
    },
  };
}
