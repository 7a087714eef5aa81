# web and coordinator: two containers from one image. Build with the repository as context:
#   docker build -f deploy/console.Dockerfile -t warren-console .
FROM node:22-bookworm-slim AS build
WORKDIR /warren
COPY package.json package-lock.json .npmrc tsconfig.base.json prisma.config.ts ./
COPY tools tools
COPY prisma prisma
COPY packages packages
COPY apps apps
COPY e2e/package.json e2e/package.json
RUN npm ci --include=dev
# Self-contained pages: only the modules that are used.
RUN STANDALONE=1 node tools/build.mjs \
  && cp -r apps/console/.next/static apps/console/.next/standalone/apps/console/.next/static

FROM node:22-bookworm-slim
ENV NODE_ENV=production NEXT_TELEMETRY_DISABLED=1 WARREN_ROOT=/warren
WORKDIR /warren
COPY --from=build /warren/apps/console/.next/standalone ./
COPY --from=build /warren/apps/console/dist apps/console/dist
COPY --from=build /warren/apps/agent/dist/warren.cjs apps/agent/dist/warren.cjs
COPY prisma/migrations prisma/migrations
COPY deploy/install.sh deploy/install.sh
# The user that the hub's socket belongs to; the folder is shared with the hub's container.
RUN useradd --system --uid 990 --no-create-home warren && install -d -o warren -g warren -m 0750 /run/warren
USER warren
EXPOSE 3000
CMD ["node", "apps/console/server.js"]
