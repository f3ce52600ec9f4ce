# syntax=docker/dockerfile:1
# A release names it with its digest: deploy/README.md.
ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY scripts/ scripts/
RUN npm ci --include=dev
COPY nest-cli.json tsconfig.json tsconfig.build.json ./
COPY src/ src/
COPY simulator/ simulator/
COPY migrations/ migrations/
COPY console/ console/
RUN npm run build

# Optional packages are the embedded PostgreSQL and native accelerators; production has a real database.
FROM ${NODE_IMAGE} AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts

FROM ${NODE_IMAGE}
ENV NODE_ENV=production
WORKDIR /app
COPY --from=packages /app/node_modules/ node_modules/
COPY --from=build /app/dist/ dist/
COPY package.json ./
COPY services/ services/
COPY simulator/samples/ simulator/samples/
COPY scripts/healthcheck.mjs scripts/ensure-ready.mjs scripts/build-state.mjs scripts/
RUN ["install", "-d", "-o", "1000", "-g", "1000", "dist/.compiled"]
# The image's own user `node`, by number, so that Kubernetes can tell that it is not root.
USER 1000:1000
# The bytecode of the whole service, for starts on a read-only file system; with the flags of the start, and by its user: Node
# keeps the bytecode of each user apart.
RUN ["node", "--no-maglev", "--max-semi-space-size=32", "--heap-growing-percent=60", "--no-allocation-site-pretenuring", "dist/src/compile-ahead.js"]
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["node", "scripts/healthcheck.mjs"]
CMD ["node", "--no-maglev", "--max-semi-space-size=32", "--heap-growing-percent=60", "--no-allocation-site-pretenuring", "dist/src/main.js"]
