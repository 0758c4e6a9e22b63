# Two images, both of TypeScript sources that Node runs as they are.
#
#   docker build -t pipeline .                                  the four services, and the set-up of topics and schemas
#   docker build -t pipeline-simulators --target simulators .   what stands for the vendors when trying things out
#
# What runs is the argument: docker run --env-file pipeline.env pipeline services/order-router/src/main.ts
# node is process 1 and gets SIGTERM itself. It starts no other processes, so nobody has to reap any.
ARG NODE_VERSION=24.21.0
ARG NODE_IMAGE=node:${NODE_VERSION}-bookworm-slim

FROM ${NODE_IMAGE} AS manifests
WORKDIR /app
COPY . .
# What npm needs to know: a changed source does not install the dependencies again.
RUN find . -type f ! -name package.json ! -name package-lock.json ! -name .npmrc -delete

FROM ${NODE_IMAGE} AS simulator-modules
WORKDIR /app
COPY --from=manifests /app ./
RUN npm ci --omit=dev --ignore-scripts --workspace=simulators

FROM ${NODE_IMAGE} AS simulators
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="pipeline-simulators" \
      org.opencontainers.image.description="Simulators of commercetools and fulfillmenttools, for trying out the pipeline" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.licenses="MIT"
ENV NODE_ENV=production
WORKDIR /app
COPY --from=simulator-modules /app ./
COPY LICENSE ./
COPY deploy/docker deploy/docker
COPY simulators simulators
COPY sandbox/src sandbox/src
USER 1000:1000
ENTRYPOINT ["node"]

FROM ${NODE_IMAGE} AS service-modules
WORKDIR /app
COPY --from=manifests /app ./
RUN npm ci --omit=dev --ignore-scripts --workspace=services --workspace=packages --workspace=schemas

FROM ${NODE_IMAGE} AS services
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="pipeline" \
      org.opencontainers.image.description="Kafka stream processing between commercetools orders and fulfillmenttools fulfillment" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.licenses="MIT"
# glibc would lay the pieces of the state between buffers of the network, which then cannot be given back: a fifth of the
# memory with a million orders. Malloc asks the system for each larger piece instead.
ENV NODE_ENV=production HOST=0.0.0.0 MALLOC_MMAP_THRESHOLD_=131072
WORKDIR /app
COPY --from=service-modules /app ./
COPY LICENSE ./
COPY deploy/docker deploy/docker
COPY schemas schemas
COPY packages packages
COPY services services
# A number, so that an orchestrator can see that it is not root. Nothing is written to the file system.
USER 1000:1000
EXPOSE 8080 9464
# Alive, not ready: whoever restarts what is unhealthy must not do so because Kafka is away.
HEALTHCHECK --interval=10s --timeout=10s --start-period=30s --retries=3 CMD ["node", "deploy/docker/answers.mjs", "/livez"]
ENTRYPOINT ["node", "--disable-warning=TimeoutNegativeWarning"]
