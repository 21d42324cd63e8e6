/** What people read first: nothing in it leads nowhere, and neither language lacks a part of the other. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { verifies } from "../support/verifies.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");
const read = (file: string): string => readFileSync(path.join(ROOT, file), "utf8");

const PAGES = [
  "README.md",
  "README.zh-CN.md",
  ...readdirSync(path.join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => path.posix.join("docs", file.split(path.sep).join("/"))),
];

/** Links and pictures of a page that lead to files, outside of code. */
function linksOf(page: string): string[] {
  const text = read(page)
    .replaceAll(/^( *)```[^]*?^\1```/gm, "")
    .replaceAll(/`[^`\n]*`/g, "");
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = ""]) => link)
    .filter((link) => !/^[a-z]+:/.test(link));
}

/** The anchors of a page, as GitHub makes them. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

test.each(PAGES)("every link of %s leads somewhere", (page) => {
  const wrong = linksOf(page).filter((link) => {
    const [file = "", anchor] = link.split("#");
    const target = file === "" ? path.join(ROOT, page) : path.resolve(ROOT, path.dirname(page), file);
    if (!existsSync(target)) return true;
    return (
      anchor !== undefined &&
      statSync(target).isFile() &&
      !anchorsOf(readFileSync(target, "utf8")).includes(anchor)
    );
  });
  expect(wrong).toEqual([]);
});

verifies("person.package-links", "the package carries what its README links to", () => {
  const { files } = JSON.parse(read("package.json")) as { files: string[] };
  const carried = [...files, "README.md", "LICENSE", "package.json"];
  for (const page of ["README.md", "README.zh-CN.md"]) {
    const missing = linksOf(page).filter((link) => {
      const [file = ""] = link.split("#");
      return file !== "" && !carried.some((one) => file === one || file.startsWith(`${one}/`));
    });
    expect(missing).toEqual([]);
  }
});

/** The parts of the README in both languages, in their order. */
const PARTS = [
  ["Try it in one minute", "一分钟试用"],
  ["Install", "安装"],
  ["Use the model of your editor", "使用编辑器里的模型"],
  ["Use any other model", "使用任意其他模型"],
  ["Many hosts, one address", "多个宿主，一个地址"],
  ["How it works", "工作原理"],
  ["Clients and hosts", "客户端与宿主"],
  ["Lend it to others", "借给别人使用"],
  ["Compared", "对比"],
  ["Limits, and responsible use", "限制与负责任的使用"],
  ["Development", "开发"],
] as const;

verifies(
  "person.chinese",
  "the Chinese README has every part, command, picture and row of the English one",
  () => {
    const [english, chinese] = [read("README.md"), read("README.zh-CN.md")];
    const titles = (text: string): string[] =>
      [...text.matchAll(/^## (.*)$/gm)].map(([, title = ""]) => title);
    expect(titles(english)).toEqual(PARTS.map(([title]) => title));
    expect(titles(chinese)).toEqual(PARTS.map(([, title]) => title));
    const pictures = (text: string): string[] =>
      [...text.matchAll(/!\[[^\]]*\]\(([^)]*)\)/g)].map(([, file = ""]) => file);
    expect(pictures(chinese)).toEqual(pictures(english));
    const commands = (text: string): string[] =>
      [...text.matchAll(/```sh\n([^]*?)```/g)].map(([, code = ""]) =>
        code
          .replaceAll(/"[^"]*"/g, '""')
          .replaceAll(/ +/g, " ")
          .trim(),
      );
    // What differs is said in a sentence there.
    for (const command of commands(chinese)) expect(commands(english)).toContain(command);
    const rows = (text: string): number => text.split("\n").filter((line) => line.startsWith("|")).length;
    expect(rows(chinese)).toBe(rows(english));
  },
);

verifies(
  "person.chinese",
  "pages in Chinese name their English originals, and only commands that there are",
  () => {
    const help = execFileSync(process.execPath, [path.join(ROOT, "dist/main.js"), "help", "options"], {
      encoding: "utf8",
    });
    for (const file of readdirSync(path.join(ROOT, "docs/zh"))) {
      const text = read(`docs/zh/${file}`);
      expect(linksOf(`docs/zh/${file}`).some((link) => link.startsWith("../"))).toBe(true);
      for (const [, command = ""] of text.matchAll(/\bmcptb ([a-z]+)\b/g))
        expect(help).toMatch(new RegExp(`^  ${command}\\b`, "m"));
      for (const [, flag = ""] of text.matchAll(/`(--(?!write|remove|user|watch|upstream)[a-z-]+)/g))
        expect(help).toContain(flag);
    }
  },
);
