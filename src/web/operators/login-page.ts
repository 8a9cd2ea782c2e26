import { html } from '#src/mechanisms/html.ts';
import { opsPage } from '#src/web/page.ts';

export interface LoginPage {
  /** The path that every address of ours begins with. */
  readonly base: string;
  /** Where to go afterwards. */
  readonly next: string;
  readonly environmentName: string;
  /** Why the last try did not succeed. */
  readonly error?: string;
}

export function loginPage({ base, next, environmentName, error }: LoginPage): string {
  return opsPage(
    base,
    error === undefined ? 'Sign in' : 'Error: Sign in',
    html`<main class="login">
      <form class="card" method="post" action="${base}/ops/login">
        <img src="${base}/ops/emblem.svg" alt="" />
        <h1>Chancery</h1>
        <p class="muted">Operators <span class="badge">${environmentName}</span></p>
        ${error !== undefined && html`<div class="error" role="alert">${error}</div>`}
        <label for="key">Operator key</label>
        <input id="key" name="key" type="password" autocomplete="current-password" required autofocus />
        <input type="hidden" name="next" value="${next}" />
        <button type="submit">Sign in</button>
      </form>
    </main>`,
  );
}
