export interface RunningProcess {
  readonly pid: number;
  readonly args: readonly string[];
  readonly cwd: string;
}

export function listProcesses(mark: string): RunningProcess[];
