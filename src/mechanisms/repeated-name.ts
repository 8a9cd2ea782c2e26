/**
 * The path of the first name that an object in a JSON text has twice, `customer.email`; undefined when there is none. JSON leaves open
 * which of the two counts, and readers differ: what one has checked, another would not use.
 * @param json a text that `JSON.parse` takes; it may be nested to any depth
 */
export function repeatedName(json: string): string | undefined {
  // Per open object the names it has; per open array nothing.
  const open: (Set<string> | undefined)[] = [];
  const path: string[] = [];
  let isName = false;
  for (let at = 0; at < json.length; at += 1) {
    switch (json.charCodeAt(at)) {
      case 0x22: {
        const end = endOfString(json, at);
        if (isName) {
          const raw = json.slice(at + 1, end);
          const name = raw.includes('\\') ? String(JSON.parse(`"${raw}"`)) : raw;
          const names = open.at(-1);
          path[open.length - 1] = name;
          if (names?.has(name)) return path.slice(0, open.length).join('.');
          names?.add(name);
          isName = false;
        }
        at = end;
        break;
      }
      case 0x7b:
        open.push(new Set());
        isName = true;
        break;
      case 0x5b:
        open.push(undefined);
        path[open.length - 1] = '0';
        isName = false;
        break;
      case 0x7d:
      case 0x5d:
        open.pop();
        isName = false;
        break;
      case 0x2c:
        isName = open.at(-1) !== undefined;
        if (!isName) path[open.length - 1] = String(Number(path[open.length - 1]) + 1);
        break;
      default:
    }
  }
  return undefined;
}

function endOfString(json: string, from: number): number {
  let end = json.indexOf('"', from + 1);
  while (end !== -1 && isEscaped(json, end)) end = json.indexOf('"', end + 1);
  return end === -1 ? json.length : end;
}

function isEscaped(json: string, at: number): boolean {
  let slashes = 0;
  while (json.charCodeAt(at - 1 - slashes) === 0x5c) slashes += 1;
  return slashes % 2 === 1;
}
