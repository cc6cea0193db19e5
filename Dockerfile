# One file for every image that is ours: `--build-arg PACKAGE=apps/order` (payment, notification, outside-world, identity, console,
# which prepares the servers, or tools/log-store, which prepares Elasticsearch and Kibana) chooses whose. What they share is
# built once. `--target edge` is nginx, and `--target configuration` brings the servers their files.

FROM node:24.21.0-bookworm-slim AS node
WORKDIR /waybill
ENV NODE_ENV=production

# The package.json files and the lock alone: as long as they stay the same, what was installed is taken from the cache.
FROM node AS manifests
COPY . .
RUN find . -type f ! -name package.json ! -name package-lock.json ! -name .npmrc -delete && find . -type d -empty -delete

# Node and the libraries that it loads. Docker gives a new volume the owner of the folder that it covers: 1000 is the user `node`.
FROM node AS node-alone
RUN mkdir -p /alone/etc /alone/tmp /alone/var/lib/waybill /alone/secrets /alone/configuration \
 && chmod 1777 /alone/tmp && chown 1000:1000 /alone/var/lib/waybill /alone/secrets /alone/configuration \
 && cp --parents --dereference /usr/local/bin/node $(ldd /usr/local/bin/node | grep --only-matching '/[^ ]*') /alone \
 && cp /etc/nsswitch.conf /etc/passwd /etc/group /alone/etc

# What every image of ours is made on. Who gets into one of its containers finds no shell, no package manager and no other tool there.
FROM scratch AS runtime
COPY --from=node-alone /alone /
WORKDIR /waybill
ENV NODE_ENV=production PATH=/usr/local/bin
# Tells our images from others, also one that a later build has taken the name from.
LABEL org.opencontainers.image.title=Waybill

# A clone made under a umask of 077 is for its owner alone, and nothing here runs as that user: so what is copied from it gets modes of
# its own.
FROM node AS files
COPY infra infra
COPY tools/deploy/src/lay-out.ts .
RUN chmod -R u=rwX,go=rX .

# The servers' files, which the compose file has laid into a volume.
FROM runtime AS configuration
COPY --from=files /waybill .
USER 1000:1000

# TypeScript is all that a build needs; the optional packages are servers and Nx's and linters' programs for each machine.
FROM node AS build
COPY --from=manifests /waybill .
RUN --mount=type=cache,id=waybill-npm,target=/root/.npm \
    npm ci --no-audit --no-fund --ignore-scripts --include=dev --omit=optional
COPY tsconfig.json tsconfig.base.json ./
COPY apps apps
COPY libs libs
COPY tools tools
RUN node node_modules/typescript/bin/tsc -b \
 && find apps libs -path '*/dist/*' \( -name '*.spec.*' -o -name '*.d.ts' -o -name '*.d.ts.map' -o -name .tsbuildinfo \) -delete \
 && rm -rf apps/*/src apps/*/test libs/*/src libs/*/test libs/testing \
 && chmod -R u=rwX,go=rX package.json apps libs tools

# The shop, the console and the site of the documents. Vite compiles by programs for each machine, which are optional packages.
FROM node AS pages
COPY --from=manifests /waybill .
RUN --mount=type=cache,id=waybill-npm,target=/root/.npm \
    npm ci --no-audit --no-fund --ignore-scripts --include=dev --include=optional --workspace=apps/pages
COPY tsconfig.base.json ./
# The console shows the code of each handler, and the site what its pages quote. Specs and most tools are not here: their names are shown.
COPY apps apps
COPY libs libs
COPY infra infra
COPY docs docs
COPY *.md ./
RUN node apps/pages/build.mjs && chmod -R u=rwX,go=rX apps/pages/dist

# nginx with these, and with the library of the page at /docs. Its configuration comes from the compose file.
FROM nginx:1.30.6 AS edge
LABEL org.opencontainers.image.title=Waybill
COPY --from=build /waybill/node_modules/swagger-ui-dist/LICENSE \
    /waybill/node_modules/swagger-ui-dist/swagger-ui.css \
    /waybill/node_modules/swagger-ui-dist/swagger-ui-bundle.js \
    /usr/share/waybill/swagger-ui/
COPY --from=pages /waybill/apps/pages/dist /usr/share/waybill/pages/
USER 101:101

# What one package needs in production, and nothing of the others.
FROM node AS dependencies
ARG PACKAGE
COPY --from=manifests /waybill .
RUN --mount=type=cache,id=waybill-npm,target=/root/.npm \
    npm ci --no-audit --no-fund --ignore-scripts --omit=dev --omit=optional --workspace=$PACKAGE

FROM runtime AS image
ARG PACKAGE
COPY --from=dependencies /waybill/node_modules node_modules
COPY --from=build /waybill/package.json .
COPY --from=build /waybill/libs libs
COPY --from=files /waybill/infra/postgres infra/postgres
COPY --from=files /waybill/infra/elk/elasticsearch/index-template.json infra/elk/elasticsearch/
COPY --from=build /waybill/$PACKAGE $PACKAGE
# A number, so that an orchestrator can see that it is not root.
USER 1000:1000
# Which script is the compose file's word: a package may have several. So is the process 1 that passes Node its signals.
CMD ["node", "--help"]
