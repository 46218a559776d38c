import type * as TypeScript from "@tslab/typescript-for-tslab";

/**
 * Spells out `{ price }` as `{ price: price }` in cells. tslab turns every name that an earlier cell declared into a
 * property of its exports, but leaves shorthand properties as they are, and so refers to a variable that isn't there.
 * Two things are needed: the property gets an expression of its own, which tslab can replace; and the checker, asked
 * for that expression's symbol, answers with the variable instead of the property.
 */
export function spellOutShorthands(
  ts: typeof TypeScript,
  program: TypeScript.Program,
): TypeScript.TransformerFactory<TypeScript.SourceFile> {
  const checker = program.getTypeChecker();
  const symbolAt = checker.getSymbolAtLocation;
  checker.getSymbolAtLocation = (node) =>
    node.parent && ts.isShorthandPropertyAssignment(node.parent) && node.parent.name === node
      ? checker.getShorthandAssignmentValueSymbol(node.parent)
      : symbolAt(node);

  return (context) => {
    const { factory } = context;
    const visit = (node: TypeScript.Node): TypeScript.Node => {
      if (!ts.isShorthandPropertyAssignment(node)) return ts.visitEachChild(node, visit, context);
      const { name, objectAssignmentInitializer: fallback } = node;
      const value = fallback ? factory.createAssignment(name, ts.visitNode(fallback, visit) as typeof fallback) : name;
      return ts.setTextRange(factory.createPropertyAssignment(factory.createIdentifier(name.text), value), node);
    };
    return (file) => ts.visitEachChild(file, visit, context);
  };
}
