import type { FastifyRequest } from 'fastify';
import { pathOf } from '#src/http/problems/path-of.ts';
import { problemTitle, type ProblemError } from '#src/http/problems/problem.ts';
import { html } from '#src/mechanisms/html.ts';
import { opsPage } from '#src/web/page.ts';

/** Whether a person looks at the answer: a browser that goes somewhere. Programs, those in a browser included, get a problem as JSON. */
export function isForPerson({ method, headers, url }: FastifyRequest): boolean {
  const isNavigation = method === 'GET' || method === 'HEAD';
  return isNavigation && headers.accept?.includes('text/html') === true && !pathOf(url).startsWith('/v1/');
}

/** A refusal as a page. */
export function problemPage({ base, id }: FastifyRequest, problem: ProblemError): string {
  const title = problemTitle(problem.code);
  return opsPage(
    base,
    title,
    html`<main>
      <h1>${title}</h1>
      <p>${problem.message}</p>
      <p><a href="${base}/">Where things are</a></p>
      <p class="muted">${problem.statusCode} ${problem.code} · <span class="mono">${id}</span></p>
    </main>`,
  );
}
