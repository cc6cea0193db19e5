import { readdirSync, readFileSync } from 'node:fs';

/** A process and all that it has started, itself first. A backend of PostgreSQL leads its own group, and is found all the same. */
export function treeOf(pid: number): number[] {
  const children = childrenByParent();
  const tree = [pid];
  for (const member of tree) tree.push(...(children.get(member) ?? []));
  return tree;
}

function childrenByParent(): Map<number, number[]> {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const parent = Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${entry}/status`, 'utf8'))?.[1]);
      children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
    } catch {
      // it ended while we were looking
    }
  }
  return children;
}
