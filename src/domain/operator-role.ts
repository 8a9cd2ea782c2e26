/** What operators may do (contract §9): see; also decide, replay, retry and move; also keys and members. Each includes those before. */
export const operatorRoles = ['viewer', 'decider', 'admin'] as const;

export type OperatorRole = (typeof operatorRoles)[number];

export function mayActAs(role: OperatorRole, needed: OperatorRole): boolean {
  return operatorRoles.indexOf(role) >= operatorRoles.indexOf(needed);
}
