import { isUtf8 } from 'node:buffer';
import { shownPath } from '#jobs/message.ts';
import type { App } from '#src/http/app.ts';
import { invalid, ProblemError } from '#src/http/problems/problem.ts';
import { repeatedName } from '#src/mechanisms/repeated-name.ts';

/** Bodies are JSON, and JSON is UTF-8: other bytes would get into certificates as replacement characters. */
export function parseJson(app: App): void {
  app.removeAllContentTypeParsers();
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = request.headers;
    const charset = /charset="?([^\s";]+)/i.exec(type)?.[1] ?? 'utf-8';
    if (encoding !== 'identity' || !/^utf-?8$/i.test(charset)) {
      done(new ProblemError(415, 'UNSUPPORTED_MEDIA_TYPE', 'Send JSON in UTF-8, not compressed.'));
      return;
    }
    if (typeof body === 'string' || !isUtf8(body)) {
      const errors = [{ path: '', message: 'the message must be encoded as UTF-8' }];
      done(new ProblemError(400, 'MALFORMED_JSON', 'The body is not UTF-8 text.', { errors }));
      return;
    }
    const text = body.toString('utf8');
    // Many clients say the type of every request, of those without a body, too.
    if (text === '' && request.routeOptions.schema?.body === undefined) {
      done(null, undefined);
      return;
    }
    void parse(request, text, (error, value) => {
      const twice = error ? undefined : repeatedName(text);
      if (twice === undefined) done(error, value);
      else done(invalid('INVALID_MESSAGE', [{ path: shownPath(twice), message: 'is there twice' }]));
    });
  });
}
