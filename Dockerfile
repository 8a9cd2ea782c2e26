# No build stage: Node runs the TypeScript as it is.
FROM node:24.21.0-bookworm-slim

WORKDIR /app

# Optional packages are the embedded PostgreSQL, which a container with a database beside it does not need.
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund && npm cache clean --force

COPY src ./src
COPY jobs ./jobs
COPY workers ./workers
COPY migrations ./migrations
COPY examples ./examples
# As "docker compose exec api ./chancery …" runs the commands.
COPY bin ./bin
COPY chancery ./

# The code stays root's: the process cannot change what it runs.
USER node

EXPOSE 8080
STOPSIGNAL SIGTERM

ENTRYPOINT ["node", "--max-semi-space-size=16", "src/chancery.ts"]
CMD ["api"]
