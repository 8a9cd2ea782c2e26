import { html } from '#src/web/html.ts';
import { opsPage } from '#src/web/page.ts';

export function loginPage(next: string, environmentName: string, error?: string): string {
  return opsPage(
    'Sign in',
    html`<div class="login">
      <form class="card" method="post" action="/ops/login">
        <img src="/ops/emblem.svg" alt="" />
        <h1>Chancery</h1>
        <p class="muted">Operators <span class="badge">${environmentName}</span></p>
        ${error !== undefined && html`<div class="error" role="alert">${error}</div>`}
        <label for="key">Operator API key</label>
        <input id="key" name="key" type="password" autocomplete="current-password" required autofocus />
        <input type="hidden" name="next" value="${next}" />
        <button type="submit">Sign in</button>
      </form>
    </div>`,
  );
}
