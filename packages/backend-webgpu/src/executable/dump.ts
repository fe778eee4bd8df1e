/** A tape as text, for `ADDAX_DUMP`: every launch, and every kernel where it is met first. */
import type { Launch, Spot, Step, Tape } from './steps.ts';

/** The generated code of an executable. */
export function describeTape({ steps, cells }: Tape): string {
  const names = new Map<string, string>();
  const lines: string[] = [];
  const spot = ({ cell, offset }: Spot): string => {
    const { home } = cells[cell];
    const number = 'index' in home ? home.index : cell;
    return `${home.kind} ${number}${offset === 0 ? '' : ` + ${offset}`}`;
  };
  const write = (depth: number, line: string): void => {
    lines.push(`${'  '.repeat(depth)}// ${line}`);
  };
  const launch = ({ shader, spots, groups, guard, source }: Launch, depth: number): void => {
    const name = names.get(shader.code) ?? `kernel${names.size}`;
    const places = spots.map((where, i) => `${shader.bindings[i]} ${spot(where)}`).join(', ');
    const due = guard === undefined ? '' : ` if ${spot(guard)}`;
    write(depth, `${name} × [${groups.join(', ')}]${due} (${places}): ${source}`);
    if (!names.has(shader.code)) lines.push(shader.code);
    names.set(shader.code, name);
  };
  const visit = (list: readonly Step[], depth: number): void => {
    for (const step of list) {
      if (step.kind === 'launch') launch(step, depth);
      else if (step.kind === 'branch') {
        write(depth, `if ${spot(step.predicate)}`);
        visit(step.then, depth + 1);
        write(depth, 'else');
        visit(step.otherwise, depth + 1);
      } else {
        write(depth, `while ${spot(step.going)}, which the test clears`);
        visit(step.test, depth + 1);
        write(depth, 'do');
        visit(step.body, depth + 1);
      }
    }
  };
  visit(steps, 0);
  return `${lines.join('\n')}\n`;
}
