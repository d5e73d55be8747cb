"""Starts Lynse as shipped: the cluster guide's five commands, and a single server. Everything started is ended at exit."""

import atexit
import json
import os
import random
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READY_SECONDS = 120


def is_free(port: int) -> bool:
    """Whether an HTTP port and the gRPC port that belongs to it can be listened on."""
    for candidate in (port, port + 10_000):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", candidate))
            except OSError:
                return False
    return True


def free_ports(count: int, wanted: tuple[int, ...] = ()) -> list[int]:
    """The wanted ports if all are free, else others below the range of outgoing connections."""
    if len(wanted) == count and all(map(is_free, wanted)):
        return list(wanted)
    return [port for port in random.sample(range(12_000, 22_000), 500) if is_free(port)][:count]


class Server:
    """One process of bin/lynse, with what it printed in FOLDER/NAME.log."""

    def __init__(self, name: str, folder: Path, *arguments: str):
        self.name = name
        self.log = folder / f"{name}.log"
        port = arguments[arguments.index("--port") + 1]
        self.uri = f"http://127.0.0.1:{port}"
        environment = {key: value for key, value in os.environ.items() if not key.startswith("LYNSE_") and key != "PORT"}
        with open(self.log, "ab") as out:
            self.process = subprocess.Popen([ROOT / "bin/lynse", *arguments], cwd=folder, stdout=out, stderr=out, env=environment)
        atexit.register(self.stop)

    def await_ready(self) -> "Server":
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"{self.uri}/readyz", timeout=5):
                    return self
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise SystemExit(f"{self.name} is not ready:\n{self.log.read_text()[-3000:]}")

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def single(folder: Path) -> Server:
    port = free_ports(1)[0]
    return Server("single", folder, "serve", "--port", str(port), "--data-dir", "./data/single")


def quick_local_cluster(folder: Path) -> list[Server]:
    """The guide's cluster.json and five commands; the coordinator comes last."""
    coordinator, *shards = free_ports(5, (7637, 7638, 7639, 7640, 7641))
    uris = [f"http://127.0.0.1:{port}" for port in shards]
    groups = [{"name": "sg0", "primary": uris[0], "replicas": [uris[1]]}, {"name": "sg1", "primary": uris[2], "replicas": [uris[3]]}]
    config = {"bucket_count": 4096, "write_mirror_replicas": True, "shard_groups": groups}
    (folder / "cluster.json").write_text(json.dumps(config, indent=2))
    names = ("sg0-primary", "sg0-replica", "sg1-primary", "sg1-replica")
    servers = [Server(name, folder, "serve", "--host", "127.0.0.1", "--port", str(port), "--data-dir", f"./data/{name}")
               for name, port in zip(names, shards)]
    servers.append(Server("coordinator", folder, "serve", "--role", "coordinator", "--host", "127.0.0.1", "--port", str(coordinator),
                          "--cluster-config", "./cluster.json", "--cluster-state", "./cluster_state.cache.json"))
    return servers


def scratch() -> Path:
    return Path(tempfile.mkdtemp(prefix="lynse-client-check-"))
