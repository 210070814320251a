"""Starts rotel in front of a sink that decodes its requests with the official classes of OTLP.

Prints the address of rotel, then each log record as one line of JSON. Ends when its input ends.
"""

import gzip
import http.server
import json
import pathlib
import socket
import subprocess
import sys
import threading
import time

import rotel
from opentelemetry.proto.collector.logs.v1 import logs_service_pb2

AGENT = pathlib.Path(rotel.__file__).parent / "rotel-agent"


def value_of(value):
    """The value as JSON of the same type."""
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [value_of(item) for item in value.array_value.values]
    if kind == "kvlist_value":
        return attributes_of(value.kvlist_value.values)
    assert kind in ("string_value", "bool_value", "int_value", "double_value"), kind
    return getattr(value, kind)


def attributes_of(attributes):
    return {attribute.key: value_of(attribute.value) for attribute in attributes}


class Sink(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        request = logs_service_pb2.ExportLogsServiceRequest.FromString(body)
        for resource in request.resource_logs:
            for scope in resource.scope_logs:
                for record in scope.log_records:
                    self.report(resource, scope, record)
        answer = logs_service_pb2.ExportLogsServiceResponse().SerializeToString()
        self.send_response(200)
        self.send_header("content-type", "application/x-protobuf")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def report(self, resource, scope, record):
        line = {
            "resource": attributes_of(resource.resource.attributes),
            "scope": [scope.scope.name, scope.scope.version],
            "schema": scope.schema_url,
            "name": record.event_name,
            "recorded": record.time_unix_nano,
            "sent": record.observed_time_unix_nano,
            "severity": record.severity_number,
            "attributes": attributes_of(record.attributes),
        }
        with PRINTS:
            print(json.dumps(line), flush=True)

    def log_message(self, *_):
        pass


PRINTS = threading.Lock()


def free_address():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return "127.0.0.1:%d" % listener.getsockname()[1]


def main():
    sink = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Sink)
    threading.Thread(target=sink.serve_forever, daemon=True).start()
    address = free_address()
    agent = subprocess.Popen(
        [AGENT, "start"]
        + ["--otlp-http-endpoint", address, "--otlp-grpc-endpoint", free_address()]
        + ["--exporter", "otlp", "--otlp-exporter-protocol", "http"]
        + ["--otlp-exporter-endpoint", "http://127.0.0.1:%d" % sink.server_port]
        + ["--batch-timeout", "50ms"],
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
    )
    try:
        host, port = address.split(":")
        while agent.poll() is None:
            try:
                socket.create_connection((host, int(port))).close()
                break
            except ConnectionRefusedError:
                time.sleep(0.02)
        print(address, flush=True)
        sys.stdin.read()
    finally:
        agent.kill()
        agent.wait()


main()
