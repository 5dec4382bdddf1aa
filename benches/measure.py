"""Processes on chosen CPUs, their wall time and peak memory, and what the machine and the programs are."""

import os
import platform
import re
import shutil
import statistics
import subprocess
import tempfile
import time
from dataclasses import dataclass, field


@dataclass
class Run:
    """One process that ended: wall time in seconds, the peak of its memory in MB, and what it printed."""

    code: int
    wall: float
    rss_mb: float
    out: str
    err: str


def run(command, threads, env=None, cwd=None):
    """Runs a command on as many CPUs as it has threads, and waits for it.

    The measuring process stays small on purpose: the kernel counts its size at the moment of the start as the child's.
    """
    pin = ["taskset", "-c", cpus(threads)] if shutil.which("taskset") else []
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        start = time.perf_counter()
        process = subprocess.Popen([*pin, *map(str, command)], stdout=out, stderr=err, env={**os.environ, **(env or {})}, cwd=cwd)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        return Run(process.returncode, wall, used.ru_maxrss / 1024, out.read(), err.read())


def cpus(threads):
    """The last CPUs that this process may use: the first one serves most interrupts."""
    usable = sorted(os.sched_getaffinity(0))
    return ",".join(map(str, usable[-threads:]))


@dataclass
class Measured:
    """What several runs of one engine at one piece of work gave."""

    seconds: list = field(default_factory=list)
    rss_mb: list = field(default_factory=list)
    problem: str = ""
    note: str = ""

    @property
    def median(self):
        return statistics.median(self.seconds) if self.seconds and not self.problem else None

    @property
    def peak(self):
        return max(self.rss_mb) if self.rss_mb and not self.problem else None


def machine():
    """Model, cores, features and memory, in one line."""
    model, flags = platform.processor() or "unknown", ""
    for line in open("/proc/cpuinfo", encoding="ascii", errors="replace"):
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            model = value.strip()
        elif name.strip() == "flags":
            flags = value
            break
    memory = re.search(r"MemTotal:\s+(\d+)", open("/proc/meminfo", encoding="ascii").read())
    simd = [f.upper() for f in ("avx2", "avx512f") if f in flags.split()]
    return f"{model}, {os.cpu_count()} cores, {int(memory[1]) / 2**20:.0f} GiB, {' '.join(simd) or 'no AVX'}, Linux {platform.release().split('-')[0]}"


def load():
    """Processes that wanted a CPU in the last minute: anything near the number of cores spoils the figures."""
    return os.getloadavg()[0]


def versions(python, revplay):
    """Names and versions of what is measured."""
    packages = ["polars", "duckdb", "chdb", "datafusion", "pandas", "numpy", "pyarrow", "zen-engine"]
    code = f"import importlib.metadata as m\nfor p in {packages}:\n try: print(p, m.version(p))\n except m.PackageNotFoundError: pass"
    out = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False).stdout.splitlines()
    ours = subprocess.run([revplay, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    return [ours, *out, f"Python {platform.python_version()}"]
