/** Route options: for holders of an API key, resellers and operators. */
export const authenticatedRoute = { config: { access: 'key' } } as const;

/** Route options: for holders of an API key; of operators, for those who decide. */
export const decidingRoute = { config: { access: 'key', role: 'decider' } } as const;

/** Route options: for operators who decide. */
export const deciderRoute = { config: { access: 'operator', role: 'decider' } } as const;

/** Route options: for operators. */
export const operatorRoute = { config: { access: 'operator' } } as const;

/** Route options: for holders of an API key; of operators, for admins. */
export const adminRoute = { config: { access: 'key', role: 'admin' } } as const;
