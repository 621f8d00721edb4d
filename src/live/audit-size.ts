/** Pictures of an audit in a page. */
export const auditSize = { least: 20, most: 200 } as const;
