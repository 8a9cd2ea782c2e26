import { createServer } from 'node:http';
import { Webhook } from 'standardwebhooks';

const webhook = new Webhook(process.env.WEBHOOK_SECRET);
createServer((request, response) => {
  request
    .toArray()
    .then((chunks) => webhook.verify(Buffer.concat(chunks).toString(), request.headers))
    .then(({ id, type, data }) => console.log(id, type, data.url))
    .then(() => response.writeHead(204).end())
    .catch(() => response.writeHead(400).end());
}).listen(process.env.PORT ?? 3000);
