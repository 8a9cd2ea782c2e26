/** Whether an `Accept` header asks for a PDF, by name and before JSON. Wildcards mean JSON: a program that says nothing gets data. */
export function prefersPdf(accept: string | undefined): boolean {
  const pdf = qualityOf(accept, 'application/pdf');
  return pdf > 0 && pdf >= qualityOf(accept, 'application/json');
}

function qualityOf(accept: string | undefined, mediaType: string): number {
  for (const range of (accept ?? '').slice(0, 1000).toLowerCase().split(',')) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim());
    if (type !== mediaType) continue;
    const quality = parameters.find((parameter) => parameter.startsWith('q='));
    return quality === undefined ? 1 : Number(quality.slice(2)) || 0;
  }
  return 0;
}
