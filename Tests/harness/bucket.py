"""S3 by moto, which checks signatures as botocore makes them: a process that can be killed and started again empty."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request

from server import free_port

# What a user of the bucket may do; another key may do nothing.
POLICY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}


class Bucket:
    def __init__(self, name="chat"):
        self.name = name
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = None
        self.start()

    def start(self):
        """Empty, with a user whose keys are new: whoever has others is refused."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "INITIAL_NO_AUTH_ACTION_COUNT": "4"})
        end = time.monotonic() + 30
        while True:
            try:
                urllib.request.urlopen(f"{self.url}/moto-api/data.json", timeout=5).close()
                break
            except OSError:
                assert time.monotonic() < end and self.process.poll() is None, "moto does not start"
                time.sleep(0.05)
        # These four are not asked for keys; everything behind them is.
        iam = self.client("iam")
        iam.create_user(UserName="confab")
        self.key = iam.create_access_key(UserName="confab")["AccessKey"]
        iam.put_user_policy(UserName="confab", PolicyName="all", PolicyDocument=json.dumps(POLICY))
        self.client("s3").create_bucket(Bucket=self.name)

    def client(self, service):
        import boto3
        from botocore.config import Config

        key = getattr(self, "key", None) if service == "s3" else None
        return boto3.client(
            service, endpoint_url=self.url, region_name="us-east-1", config=Config(retries={"max_attempts": 1}),
            aws_access_key_id=key["AccessKeyId"] if key else "first",
            aws_secret_access_key=key["SecretAccessKey"] if key else "first")

    @property
    def settings(self):
        return {
            "file_store": "s3", "s3_endpoint": self.url, "s3_bucket": self.name, "s3_prefix": "here/",
            "s3_access_key": self.key["AccessKeyId"], "s3_secret_key": self.key["SecretAccessKey"],
        }

    @property
    def objects(self):
        """Sizes of everything that is there, by name."""
        pages = self.client("s3").get_paginator("list_objects_v2").paginate(Bucket=self.name)
        return {one["Key"]: one["Size"] for page in pages for one in page.get("Contents", [])}

    @property
    def unfinished(self):
        return self.client("s3").list_multipart_uploads(Bucket=self.name).get("Uploads", [])

    def kill(self):
        if self.process:
            self.process.kill()
            self.process.wait()
        self.process = None


class Relay:
    """A port before another one, whose connections can be cut and refused: a service that is away for a while."""

    def __init__(self, port):
        self.target = port
        self.is_open = True
        self.sockets = set()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        # After so many bytes towards the service it is cut by itself.
        self.cut_after = None
        self.sent = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                one, _ = self.listener.accept()
            except OSError:
                return
            if not self.is_open:
                one.close()
                continue
            other = socket.create_connection(("127.0.0.1", self.target))
            self.sockets |= {one, other}
            threading.Thread(target=self._pass, args=(one, other, True), daemon=True).start()
            threading.Thread(target=self._pass, args=(other, one, False), daemon=True).start()

    def _pass(self, source, target, is_towards):
        try:
            while piece := source.recv(65536):
                if is_towards:
                    self.sent += len(piece)
                    if self.cut_after is not None and self.sent > self.cut_after:
                        self.cut()
                        return
                target.sendall(piece)
        except OSError:
            pass
        for one in (source, target):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            self.sockets.discard(one)

    def cut(self):
        self.is_open = False
        for one in list(self.sockets):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def mend(self):
        self.is_open, self.cut_after, self.sent = True, None, 0

    def close(self):
        self.listener.close()
        self.cut()
