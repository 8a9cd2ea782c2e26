import type { OperatorKey } from '#src/persistence/api-keys.ts';
import type { Database } from '#src/persistence/database.ts';
import { createSessions, type Sessions } from '#src/web/sessions.ts';

/** A working day, and two hours without a look at any page. */
const operatorSessionLimits = { idleSeconds: 2 * 3600, totalSeconds: 10 * 3600 };

/** Browser logins of operators; each ends with the key that it was opened with. */
export function operatorSessions(
  database: Database,
  liveKey: (operator: string) => Promise<OperatorKey | undefined>,
): Sessions {
  return createSessions({
    database,
    kind: 'operator',
    limits: operatorSessionLimits,
    cookie: 'chancery_operator',
    path: '/ops',
    async stillHolds({ subject, credential }) {
      const live = await liveKey(subject);
      return credential !== null && live?.hash.equals(credential) === true;
    },
  });
}
