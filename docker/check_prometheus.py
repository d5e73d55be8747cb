#!/usr/bin/env python3
"""Waits until a Prometheus scrapes that many targets and evaluates every rule. Standard library only.

    check_prometheus.py PROMETHEUS_URL TARGETS
"""
import json
import sys
import time
import urllib.request

PATIENCE_SECONDS = 120


def get(url):
    with urllib.request.urlopen(url, timeout=10) as answer:
        return json.load(answer)["data"]


def trouble(base, wanted):
    """What is not as it should be; empty: nothing."""
    targets = get(base + "/api/v1/targets")["activeTargets"]
    found = [f"{target['scrapeUrl']} is {target['health']}: {target['lastError']}" for target in targets if target["health"] != "up"]
    if len(targets) != wanted:
        found.append(f"{len(targets)} targets, expected {wanted}")
    rules = [rule for group in get(base + "/api/v1/rules")["groups"] for rule in group["rules"]]
    found += [f"{rule['name']} is {rule['health']}: {rule.get('lastError')}" for rule in rules if rule["health"] != "ok"]
    return found if rules else found + ["no rules"]


def main():
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    base, wanted = sys.argv[1].rstrip("/"), int(sys.argv[2])
    deadline = time.monotonic() + PATIENCE_SECONDS
    while found := trouble(base, wanted):
        if time.monotonic() > deadline:
            raise SystemExit("\n".join(found))
        time.sleep(1)
    print(f"Prometheus scrapes {wanted} targets")


if __name__ == "__main__":
    main()
