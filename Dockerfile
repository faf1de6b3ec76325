# The image that runs on Cloud Run: one static binary, which embeds its pages, styles and scripts. The base
# has no shell and no package manager, and the binary runs as an unprivileged user.

FROM golang:1.26 AS build
WORKDIR /src
# Dependencies first, so that this layer is rebuilt only when they change.
COPY go.mod go.sum ./
RUN go mod download
COPY . .
# production            leaves out the local Firebase, which accepts unsigned tokens
# disable_grpc_modules  leaves out gRPC modules that Cloud Storage imports and the app does not use
RUN CGO_ENABLED=0 go build -trimpath -tags production,disable_grpc_modules -ldflags "-s -w" -o /latchkey .

# Pinned by digest, because a tag can be moved. Dependabot (.github/dependabot.yml) updates it. The build
# stage uses a tag, so that each build gets the latest security release of Go.
FROM gcr.io/distroless/static-debian12:nonroot@sha256:afa5c872c891853ca7fcf1f12c3edb23f7eeef36189728842dd51042ff57f7ab
COPY --from=build /latchkey /latchkey
# Cloud Run sets PORT. 8080 is its default and that of the program.
EXPOSE 8080
ENTRYPOINT ["/latchkey"]
