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
# timetzdata            embeds the time zones, which profiles are checked against
RUN CGO_ENABLED=0 go build -trimpath -tags production,disable_grpc_modules,timetzdata -ldflags "-s -w" -o /latchkey .

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /latchkey /latchkey
# Cloud Run says which port in $PORT; 8080 is its default and the program's.
EXPOSE 8080
ENTRYPOINT ["/latchkey"]
