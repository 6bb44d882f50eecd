import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { expect, it } from "vitest";

const ROOT = resolve(import.meta.dirname, "../..");

/** Every page of the project, by its path. */
function pages(): string[] {
  const found = readdirSync(ROOT, { recursive: true, encoding: "utf8" });
  return found.filter((file) => file.endsWith(".md") && !/(^|\/)(node_modules|\.[a-z]+)\//.test(file));
}

/** A page without its code, which may hold what looks like a link or a heading. */
function textOf(page: string): string {
  return readFileSync(join(ROOT, page), "utf8").replace(/^(`{3,})[^\n]*\n[\s\S]*?^\1$/gm, "");
}

/** The anchors that GitHub gives to headings ("Section links"). */
function anchorsOf(page: string): Set<string> {
  const headings = textOf(page).matchAll(/^#+ (.*)$/gm);
  return new Set(
    Array.from(headings, ([, heading = ""]) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}

/** The links of a page that lead nowhere. */
function brokenLinks(page: string): string[] {
  const links = textOf(page).matchAll(/\]\(([^)\s]+)\)/g);
  return Array.from(links, ([, link = ""]) => link).filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [path = "", anchor] = link.split("#", 2);
    const target = path === "" ? page : join(dirname(page), path);
    if (!existsSync(join(ROOT, target))) return true;
    return anchor !== undefined && !anchorsOf(target).has(anchor);
  });
}

it.each(pages())("the links of %s lead somewhere", (page) => {
  expect(brokenLinks(page)).toEqual([]);
});
