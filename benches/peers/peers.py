"""The peers in Python, one job a process: a job as JSON in, an outcome as JSON out (see src/job.rs).

usage: peers.py --prepare FOLDER    makes an environment with the peers in FOLDER, and prints their versions
       peers.py JOB                 does a job, in that environment
"""

import json
import os
import statistics
import subprocess
import sys
import time
import venv

PACKAGES = ["datasketch==2.0.0", "rensa==0.5.0"]
SLOTS, BANDS, ROWS = 128, 32, 4
CHUNK = 50  # as many documents in shingles are a few MB of strings


def prepare(folder):
    python = os.path.join(folder, "bin", "python")
    if not os.path.exists(python):
        venv.create(folder, with_pip=True)
    # Says at once that all is there, without a look at the registry, once it is.
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES]
    subprocess.run(pip, check=True, stdout=sys.stderr)
    print(json.dumps({"python": python, "versions": dict(package.split("==") for package in PACKAGES)}))


class Datasketch:
    """`update_batch`, in the default scheme; the permutations are drawn once for all."""

    def __init__(self):
        from datasketch import MinHash, MinHashLSH

        self.empty = MinHash(num_perm=SLOTS)
        self.index = MinHashLSH(num_perm=SLOTS, params=(BANDS, ROWS))

    def ready(self, shingles):
        return [shingle.encode() for shingle in shingles]

    def sketch(self, shingles):
        signature = self.empty.copy()
        signature.update_batch(shingles)
        return signature

    def insert(self, document, signature):
        self.index.insert(document, signature, check_duplication=False)


class Rensa:
    """Plain R-MinHash: `update` with all shingles."""

    def __init__(self):
        from rensa import RMinHash, RMinHashLSH

        self.make = RMinHash
        # It asks for a threshold and does not use it for queries.
        self.index = RMinHashLSH(threshold=0.5, num_perm=SLOTS, num_bands=BANDS)

    def ready(self, shingles):
        return shingles

    def sketch(self, shingles):
        signature = self.make(num_perm=SLOTS, seed=42)
        signature.update(shingles)
        return signature

    def insert(self, document, signature):
        self.index.insert(document, signature)


class Clock:
    """Adds up what stands in its `with` blocks."""

    def __init__(self):
        self.wall = self.cpu = 0.0

    def __enter__(self):
        self.begun = time.perf_counter(), time.process_time()

    def __exit__(self, *_):
        self.wall += time.perf_counter() - self.begun[0]
        self.cpu += time.process_time() - self.begun[1]


def signatures(tool, documents, seconds):
    documents = [tool.ready(shingles) for shingles in documents]

    def once():
        clock = Clock()
        with clock:
            for shingles in documents:
                tool.sketch(shingles)
        return clock

    once()
    passes = [once()]
    while sum(clock.cpu for clock in passes) < seconds:
        passes.append(once())
    median = {name: statistics.median_high(getattr(clock, name) for clock in passes) for name in ("wall", "cpu")}
    return {"spent": median}


def copies(tool, documents, threshold):
    before = memory("VmRSS")
    clock = Clock()
    found = []
    signatures = []
    for chunk in chunks(tool.ready(shingles) for shingles in documents):
        with clock:
            for shingles in chunk:
                document, signature = len(signatures), tool.sketch(shingles)
                for other in tool.index.query(signature):
                    if signature.jaccard(signatures[other]) >= threshold:
                        found.append((other, document))
                tool.insert(document, signature)
                signatures.append(signature)
    spent = {"wall": clock.wall, "cpu": clock.cpu}
    return {"spent": spent, "memory_before": before, "memory_peak": memory("VmHWM"), "pairs": found}


def estimates(tool, sets):
    return {"estimates": [tool.sketch(tool.ready(a)).jaccard(tool.sketch(tool.ready(b))) for a, b in sets]}


def chunks(documents):
    chunk = []
    for document in documents:
        chunk.append(document)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    yield chunk


def memory(name):
    """A number of bytes that the system tells about this process."""
    try:
        with open("/proc/self/status") as status:
            return next((int(line.split()[1]) * 1024 for line in status if line.startswith(name)), None)
    except OSError:
        return None


def lines(path):
    with open(path, encoding="utf-8") as file:
        yield from map(json.loads, file)


def main():
    if sys.argv[1:2] == ["--prepare"] and len(sys.argv) == 3:
        return prepare(sys.argv[2])
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    job = json.loads(sys.argv[1])
    tool = {"datasketch": Datasketch, "rensa": Rensa}[job["tool"]]()
    task, documents = job["task"], lines(job["file"])
    if task == "estimates":
        outcome = estimates(tool, documents)
    elif "copies" in task:
        outcome = copies(tool, documents, **task["copies"])
    else:
        outcome = signatures(tool, documents, task["signatures"]["seconds"])
    print(json.dumps(outcome))


if __name__ == "__main__":
    main()
