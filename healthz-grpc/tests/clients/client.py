"""Python's gRPC client: asks what its arguments say, and prints every answer as a line."""

import sys

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

channel = grpc.insecure_channel(sys.argv[1])
health = health_pb2_grpc.HealthStub(channel)
status = health_pb2.HealthCheckResponse.ServingStatus.Name


def say(*words):
    print(*words, flush=True)


for rpc in sys.argv[2:]:
    kind, _, service = rpc.partition(":")
    request = health_pb2.HealthCheckRequest(service=service)
    try:
        if kind == "check":
            say(status(health.Check(request, timeout=30).status))
        elif kind == "list":
            statuses = health.List(health_pb2.HealthListRequest(), timeout=30).statuses
            say(*(f"{name}={status(statuses[name].status)}" for name in sorted(statuses)))
        elif kind == "gzip":
            health.Check(request, timeout=30, compression=grpc.Compression.Gzip)
        else:
            for message in health.Watch(request, timeout=60):
                say(status(message.status))
    except grpc.RpcError as error:
        say(error.code().name, error.details())
say("end")
