import { timingSafeEqual } from 'node:crypto';
import {
  configuredOperator,
  findKeyHolder,
  findOperatorKey,
  hashApiKey,
  type KeyHolder,
  type OperatorKey,
} from '#src/persistence/api-keys.ts';
import { reading, type Database } from '#src/persistence/database.ts';

/** Tells whose a key is. Both reject when Postgres is away and the answer is not remembered. */
export interface Identify {
  /** Undefined for a key that is unknown or revoked. */
  byKey(key: string): Promise<KeyHolder | undefined>;
  /** The operator's live key as it is stored: sessions are bound to it, and end with it. */
  operatorKey(name: string): Promise<OperatorKey | undefined>;
}

/** How long an answer is remembered: a revoked key is refused after this at the latest. */
const rememberedMs = 5000;

/** Bounds what strangers with made-up keys can make us remember. */
const mostRemembered = 10_000;

/** @param operatorApiKey of the configuration; acts as the operator named `operator` */
export function createIdentify(database: Database, operatorApiKey?: string): Identify {
  const configured = operatorApiKey === undefined ? undefined : hashApiKey(operatorApiKey);
  const holders = remembering((hash: string) => findKeyHolder(reading(database), Buffer.from(hash, 'hex')));
  const operators = remembering((name: string) => findOperatorKey(reading(database), name));
  return {
    async byKey(key) {
      const hash = hashApiKey(key);
      if (configured && timingSafeEqual(hash, configured))
        return { kind: 'operator', name: configuredOperator, hash: configured, role: 'admin' };
      const holder = await holders(hash.toString('hex'));
      // The index found the hash; comparing all of it in constant time leaves nothing to learn from how long that took.
      if (!holder || !timingSafeEqual(hash, holder.hash)) return undefined;
      return holder;
    },
    async operatorKey(name) {
      if (name !== configuredOperator) return operators(name);
      return configured && { hash: configured, role: 'admin' };
    },
  };
}

/** Remembers answers, and questions under way, for a short time; a failure is not remembered. */
function remembering<Answer>(
  ask: (question: string) => Promise<Answer>,
): (question: string) => Promise<Answer> {
  const answers = new Map<string, { readonly answer: Promise<Answer>; readonly until: number }>();
  return (question) => {
    const known = answers.get(question);
    if (known && known.until > performance.now()) return known.answer;
    answers.delete(question);
    if (answers.size >= mostRemembered) answers.clear();
    const answer = ask(question);
    answers.set(question, { answer, until: performance.now() + rememberedMs });
    answer.catch(() => answers.delete(question));
    return answer;
  };
}
