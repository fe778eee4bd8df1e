/**
 * The entries of the op table say in words what an op means and what its gradient is, for
 * `docs/ops.md`. Programs never read those words, so the build leaves them out.
 */
import ts from 'typescript';

const WORDS = new Set(['doc', 'gradient']);

/** Takes the words out of every `Primitive<…>`. Lines stay where they are, for the source map. */
export function dropOpWords(fileName, text) {
  if (!text.includes(': Primitive<')) return text;
  const file = ts.createSourceFile(fileName, text, ts.ScriptTarget.Latest, true);
  let rest = text;
  const drop = ({ properties }) => {
    for (const property of properties.toReversed()) {
      if (!ts.isPropertyAssignment(property) || !WORDS.has(property.name.getText(file))) continue;
      const comma = text[property.end] === ',' ? 1 : 0;
      const words = text.slice(property.getStart(file), property.end);
      const lines = words.replaceAll(/[^\n]/g, '');
      rest = rest.slice(0, property.getStart(file)) + lines + rest.slice(property.end + comma);
    }
  };
  for (const statement of file.statements.toReversed()) {
    if (!ts.isVariableStatement(statement)) continue;
    for (const { type, initializer } of statement.declarationList.declarations) {
      const isEntry = type?.getText(file).startsWith('Primitive<') ?? false;
      if (isEntry && initializer && ts.isObjectLiteralExpression(initializer)) drop(initializer);
    }
  }
  return rest;
}
