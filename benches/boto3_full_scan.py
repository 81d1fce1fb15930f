"""The same work as benches/account.rs, done with boto3 and 16 threads.

    keyflip demo --users 500 --latency 50ms --rate 20 --burst 40 --port 7777
    python3 benches/boto3_full_scan.py http://127.0.0.1:7777 standard
    python3 benches/boto3_full_scan.py http://127.0.0.1:7777 adaptive

Restart the demo before each run, so that its token bucket is full. The script
lists the users and then the keys of each user. Users for which botocore gives up
count as lost.
"""

import json
import resource
import sys
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

RATE, BURST, THREADS = 20, 40, 16


def main(url, mode):
    client = boto3.client(
        "iam",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="AKIARZPUZDIKDEMOOPER",
        aws_secret_access_key="demo-secret-that-opens-nothing-anywhere0",
        config=Config(retries={"mode": mode}, max_pool_connections=THREADS),
    )
    begun = time.monotonic()
    pages = client.get_paginator("list_users").paginate(PaginationConfig={"PageSize": 1000})
    users = [user["UserName"] for page in pages for user in page["Users"]]
    lost, lock = 0, threading.Lock()

    def keys(user):
        nonlocal lost
        try:
            client.list_access_keys(UserName=user)
        except (BotoCoreError, ClientError):
            with lock:
                lost += 1

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(keys, users))
    took = time.monotonic() - begun

    with urllib.request.urlopen(f"{url}/_demo/calls") as answer:
        calls = json.load(answer)
    throttled = sum(call["code"] == "Throttling" for call in calls)
    done = len(calls) - throttled
    allowed = max(len(users) + len(users) // 1000 + 1 - BURST, 1) / RATE
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        f"boto3 {boto3.__version__}, {mode}, {THREADS} threads: {took:.1f} s for {done} calls, "
        f"{throttled} more throttled, {lost} of {len(users)} users lost, "
        f"{len({call['connection'] for call in calls})} connections; the rate allows {allowed:.1f} s "
        f"(times {took / allowed:.2f}); {memory} KiB at most"
    )


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"), sys.argv[2] if len(sys.argv) > 2 else "standard")
