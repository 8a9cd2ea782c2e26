/** One thing that the doctor looked at. */
export interface DoctorFinding {
  readonly check: string;
  /** A `problem` keeps Chancery from working or endangers what it keeps; a `warning` wants to be known. */
  readonly verdict: 'ok' | 'warning' | 'problem';
  readonly message: string;
  /** What to do about it. */
  readonly advice?: string;
}

export function ok(check: string, message: string): DoctorFinding {
  return { check, verdict: 'ok', message };
}

export function warning(check: string, message: string, advice: string): DoctorFinding {
  return { check, verdict: 'warning', message, advice };
}

export function problem(check: string, message: string, advice: string): DoctorFinding {
  return { check, verdict: 'problem', message, advice };
}
