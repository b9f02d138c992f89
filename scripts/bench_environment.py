"""What a comparison needs first: a Python with PyTorch, the binaries, the facts of the machine."""

import datetime
import platform
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = ROOT / "scripts"
VENV = ROOT / ".venv"
CPU_INDEX = "https://download.pytorch.org/whl/cpu"


def python_with_torch(given=None):
    """The interpreter `given`, or that of `.venv`, which is made on first use.

    PyTorch's own index has the build without CUDA, a tenth of the size; PyPI is for where only PyPI
    can be reached.
    """
    if given:
        require_torch(given)
        return given
    python = VENV / "bin" / "python"
    if not has_torch(python):
        print(f"Installing PyTorch into {VENV} (once)", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
        install = [python, "-m", "pip", "install", "--quiet", "--retries", "1", "torch", "numpy"]
        if subprocess.run([*install, "--index-url", CPU_INDEX]).returncode != 0:
            subprocess.run(install, check=True)
        require_torch(python)
    return str(python)


def has_torch(python):
    found = Path(python).exists()
    return found and subprocess.run([python, "-c", "import torch, numpy"]).returncode == 0


def require_torch(python):
    if not has_torch(python):
        sys.exit(f"Error: {python} cannot import torch and numpy.")


def build_release():
    """Builds initprobe as its users do, and returns the path of the binary."""
    build = ["swift", "build", "-c", "release", "--package-path", ROOT, "--product", "initprobe"]
    subprocess.run(build, check=True, stdout=sys.stderr)
    where = subprocess.run([*build, "--show-bin-path"], check=True, capture_output=True, text=True)
    return str(Path(where.stdout.strip()) / "initprobe")


def build_peak():
    """Builds the measurement of the FMA peak for this very CPU."""
    source, binary = SCRIPTS / "bench_peak.swift", ROOT / ".build" / "bench_peak"
    if not binary.exists() or binary.stat().st_mtime < source.stat().st_mtime:
        native = [] if platform.machine() == "arm64" else ["-Xcc", "-march=native"]
        subprocess.run(["swiftc", "-O", *native, source, "-o", binary], check=True)
    return str(binary)


def machine(python, cores):
    """(what, value) pairs that a reader needs to judge the numbers."""
    ask = "import torch; print(torch.__version__, torch.get_num_threads())"
    version, threads = output([python, "-c", ask]).split()
    return [
        ("date", datetime.date.today().isoformat()),
        ("commit", output(["git", "-C", ROOT, "rev-parse", "--short", "HEAD"])),
        ("CPU", cpu_model()),
        ("cores", str(cores)),
        ("system", f"{platform.system()} {platform.release()}"),
        ("Swift", re.search(r"Swift version (\S+)", output(["swift", "--version"])).group(1)),
        ("PyTorch", f"{version}, {threads} threads"),
        ("Python", output([python, "-c", "import platform; print(platform.python_version())"])),
    ]


def cpu_model():
    """Hypervisors hide the name of the model, but not its numbers."""
    if platform.system() == "Darwin":
        return output(["sysctl", "-n", "machdep.cpu.brand_string"])
    fields = cpu_fields()
    if "model name" not in fields:
        return platform.machine()
    family, model = fields["cpu family"], fields["model"]
    return f"{fields['model name']} (family {family}, model {model}), {vectors()}"


def vectors():
    """The widest registers that a build for this CPU uses."""
    flags = cpu_fields().get("flags", "").split()
    if platform.machine() != "x86_64":
        return platform.machine()
    return "AVX-512" if "avx512f" in flags else "AVX2" if "avx2" in flags else "SSE"


def cpu_fields():
    info = Path("/proc/cpuinfo")
    return dict(re.findall(r"^(.+?)\s*: (.*)$", info.read_text(), re.M)) if info.exists() else {}


def listed_activations(binary):
    """The names in the first paragraph of `initprobe list`, without those that need numbers."""
    lines = output([binary, "list"]).split("\n\n")[0].splitlines()
    return [line.split()[0] for line in lines[1:] if not re.search(r"\[[^=]*\]$", line)]


def output(argv):
    return subprocess.run(argv, check=True, capture_output=True, text=True).stdout.strip()
