/** Route options: for holders of an API key, resellers and operators. */
export const authenticatedRoute = { config: { access: 'key' } } as const;

/** Route options: for operators. */
export const operatorRoute = { config: { access: 'operator' } } as const;
