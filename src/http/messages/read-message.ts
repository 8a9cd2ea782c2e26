import { kinds, type MessageKind } from '#jobs/kinds.ts';
import { parseMessage, type FieldError, type Message } from '#jobs/message.ts';
import type { Caller } from '#src/http/callers/caller.ts';
import { invalid } from '#src/http/problems/problem.ts';

/**
 * The message of a body, its reseller taken from the API key (contract §2). An operator names the reseller that an order or
 * registration is for; its merge request has none.
 * @throws ProblemError 400 with all faults together
 */
export function readMessage(kind: MessageKind, body: unknown, caller: Caller): Message {
  const faults: FieldError[] = [];
  let data = body;
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) {
    const given: unknown = 'reseller' in body ? body.reseller : undefined;
    if (caller.kind === 'reseller') {
      if (given !== undefined && given !== caller.name)
        faults.push({
          path: 'reseller',
          message: `must be "${caller.name}", whose API key this is, or be absent`,
        });
      data = { ...body, reseller: caller.name };
    } else if (!kinds[kind].operatorNamesReseller && given !== undefined) {
      faults.push({
        path: 'reseller',
        message: `must be absent: an operator's ${kinds[kind].noun} has none`,
      });
      data = Object.fromEntries(Object.entries(body).filter(([key]) => key !== 'reseller'));
    }
  }
  const parsed = parseMessage(kind, data);
  if (!parsed.ok) {
    const code = faults.length > 0 ? 'INVALID_MESSAGE' : parsed.code;
    throw invalid(code, [...faults, ...parsed.errors.map((fault) => forOperators(fault, kind, caller))]);
  }
  if (faults.length > 0) throw invalid('INVALID_MESSAGE', faults);
  return parsed.message;
}

/** Whoever tries the example of the documentation with an operator's key hears what is different for operators. */
function forOperators(fault: FieldError, kind: MessageKind, caller: Caller): FieldError {
  if (caller.kind !== 'operator' || fault.path !== 'reseller' || fault.message !== 'is missing') return fault;
  const { noun } = kinds[kind];
  return { ...fault, message: `is missing: an operator names the reseller that the ${noun} is for` };
}
