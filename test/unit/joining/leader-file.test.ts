import { chmod, link, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { leaderFile, readLeader, removeLeader, writeLeader } from "../../../src/joining/leader-file.ts";
import { verifies } from "../../support/verifies.ts";

const ENTRY = { pid: 7, url: "http://127.0.0.1:8000", secret: "s".repeat(43), keys: "" };

async function place(): Promise<{ readonly directory: string; readonly file: string }> {
  const parent = await mkdtemp(path.join(tmpdir(), "mcptb-leader-"));
  onTestFinished(() => rm(parent, { recursive: true, force: true }));
  const directory = path.join(parent, "state");
  return { directory, file: leaderFile(directory, 8000) };
}

verifies(
  "relay.file",
  "what one process writes another of this user reads, and nobody else may",
  async () => {
    const { directory, file } = await place();
    expect(await readLeader(file)).toBeUndefined();
    await writeLeader(file, ENTRY);
    expect(await readLeader(file)).toEqual(ENTRY);
    if (process.platform !== "win32") {
      expect((await stat(directory)).mode & 0o777).toBe(0o700);
      expect((await stat(file)).mode & 0o777).toBe(0o600);
    }
    expect(await readdir(directory)).toHaveLength(1);
  },
);

test("only who wrote the file removes it", async () => {
  const { file } = await place();
  await writeLeader(file, ENTRY);
  await removeLeader(file, { ...ENTRY, secret: "t".repeat(43) });
  expect(await readLeader(file)).toEqual(ENTRY);
  await removeLeader(file, ENTRY);
  expect(await readLeader(file)).toBeUndefined();
});

verifies("relay.file", "what is no file of ours is not used", async () => {
  const { directory, file } = await place();
  await mkdir(directory, { mode: 0o700 });
  for (const text of ["", "{", "{}", JSON.stringify({ ...ENTRY, secret: "short" })]) {
    await writeFile(file, text, { mode: 0o600 });
    await expect(readLeader(file)).rejects.toThrow("does not have the format that the bridge writes");
  }
  await writeFile(file, JSON.stringify({ ...ENTRY, more: "x".repeat(5000) }));
  await expect(readLeader(file)).rejects.toThrow("was not made by the bridge");
  await rm(file);
  await mkdir(file);
  await expect(readLeader(file)).rejects.toThrow();
});

verifies("relay.file", "a link, or a place that others may write to, is not used", async () => {
  if (process.platform === "win32") return;
  const { directory, file } = await place();
  await writeLeader(file, ENTRY);
  const elsewhere = `${file}.elsewhere`;
  await link(file, elsewhere);
  await rm(file);
  await symlink(elsewhere, file);
  await expect(readLeader(file)).rejects.toThrow("is a link");
  await rm(file);
  await chmod(elsewhere, 0o640);
  await link(elsewhere, file);
  await expect(readLeader(file)).rejects.toThrow("Others may read or change");
  await rm(file);
  await chmod(directory, 0o755);
  await expect(readLeader(file)).rejects.toThrow("chmod go=");
  await expect(writeLeader(file, ENTRY)).rejects.toThrow("chmod go=");
  await rm(directory, { recursive: true });
  await symlink(path.dirname(directory), directory);
  await expect(writeLeader(file, ENTRY)).rejects.toThrow("is not a directory");
});
