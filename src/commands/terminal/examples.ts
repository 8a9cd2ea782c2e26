/** Text below a command's help. `lines` are what one types after `chancery`, with a remark. */
export function examples(...lines: readonly (readonly [command: string, remark?: string])[]): string {
  const width = Math.max(...lines.map(([command]) => command.length));
  const shown = lines.map(([command, remark]) =>
    `  chancery ${remark === undefined ? command : `${command.padEnd(width)}  # ${remark}`}`.trimEnd(),
  );
  return `\nExamples:\n${shown.join('\n')}`;
}
