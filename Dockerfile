# The image that runs on Cloud Run: one static binary, which carries its pages, styles and scripts, on a base without
# a shell or package manager, as a user without rights.

FROM golang:1.26 AS build
WORKDIR /src
# Modules first: this layer is rebuilt only when the dependencies change.
COPY go.mod go.sum ./
RUN go mod download
COPY . .
# production            leaves the local Firebase out, which accepts unsigned tokens
# disable_grpc_modules  leaves out gRPC modules that Cloud Storage drags in and nothing here uses
RUN CGO_ENABLED=0 go build -trimpath -tags production,disable_grpc_modules -ldflags "-s -w" -o /latchkey .

# By digest, because a tag can be moved; Dependabot (.github/dependabot.yml) moves it on. The build stage above stays on
# its tag, so that the next build has Go's latest security release: what it adds to the image is what go.sum pins.
FROM gcr.io/distroless/static-debian12:nonroot@sha256:afa5c872c891853ca7fcf1f12c3edb23f7eeef36189728842dd51042ff57f7ab
COPY --from=build /latchkey /latchkey
# Cloud Run says which port in $PORT; 8080 is its default and the program's.
EXPOSE 8080
ENTRYPOINT ["/latchkey"]
