"""Lays out a package in which every target that depends on the kernels stands once for each level of x86-64.

  python3 scripts/release_package.py <folder>

Swift cannot compile one function for several CPUs, and a module has one set of flags. So Kernels, and all
that is built on it, is copied for each level, under a name of its own: Kernels, Kernels_v3, Kernels_v4.
`-module-alias` lets the copies import each other under the old names, so that no source changes. The flags
are those of Package.swift, which is asked once for each level. What starts is scripts/release_launcher.swift:
it looks at the CPU and calls the entry point of the best level.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LEVELS = {"x86-64": "", "x86-64-v3": "_v3", "x86-64-v4": "_v4"}
KERNELS, PROGRAM = "Kernels", "initprobe"


def targets_for(cpu):
    """Package.swift's targets for this level: the program, and what it depends on."""
    environment = os.environ | {"INITPROBE_TARGET_CPU": cpu}
    dump = subprocess.run(
        ["swift", "package", "--package-path", ROOT, "dump-package"],
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    targets = {target["name"]: target for target in json.loads(dump.stdout)["targets"]}
    ALL.update(targets)
    needed = {PROGRAM, *transitive(targets[PROGRAM])}
    return {name: target for name, target in targets.items() if name in needed}


def dependencies(target):
    return [dependency["byName"][0] for dependency in target["dependencies"]]


def levelled(targets):
    """Names of the targets that need a copy for each level."""
    names = {KERNELS}
    while more := {name for name, target in targets.items() if names & set(dependencies(target))} - names:
        names |= more
    return names


def settings(target, copies, suffix):
    """The flags of Package.swift, and the aliases under which this copy finds the others."""
    flags = []
    for setting in target["settings"]:
        ((kind, value),) = setting["kind"].items()
        if kind == "define":
            flags += ["-D", value["_0"]]
        elif kind == "unsafeFlags":
            flags += value["_0"]
        else:
            raise SystemExit(f"Error: scripts/release_package.py does not know the setting '{kind}'.")
    if suffix:
        for name in copies & set(transitive(target)):
            flags += ["-module-alias", f"{name}={name}{suffix}"]
    if target["name"] == PROGRAM:
        flags += ["-Xfrontend", "-entry-point-function-name", "-Xfrontend", f"initprobe{suffix}_main"]
    return flags


def transitive(target):
    for name in dependencies(target):
        yield name
        yield from transitive(ALL[name])


def copy_sources(name, target, suffix, folder):
    """A module's own name, where its code says it, is that of the copy. A library has no file Main.swift."""
    source = ROOT / (target.get("path") or f"Sources/{name}")
    copy = folder / "Sources" / (name + suffix)
    shutil.copytree(source, copy)
    for file in copy.rglob("*.swift"):
        text = file.read_text()
        file.write_text(re.sub(rf"(?<![\w.\"'/]){name}\.(?=\w)", f"{name}{suffix}.", text) if suffix else text)
    main = copy / "Main.swift"
    if name == PROGRAM:
        main.rename(copy / "EntryPoint.swift")
        (copy / "Commit.swift").write_text(f"let releaseCommit: String? = {json.dumps(commit())}\n")


def commit():
    describe = ["git", "-C", ROOT, "describe", "--always", "--dirty", "--abbrev=12"]
    return subprocess.run(describe, capture_output=True, text=True, check=True).stdout.strip()


def manifest(lines):
    return "\n".join(
        ["// swift-tools-version: 6.2", "import PackageDescription", "", "let package = Package(",
         f'  name: "{PROGRAM}",', f'  products: [.executable(name: "{PROGRAM}-release", targets: ["launcher"])],',
         "  targets: [", *(f"    {line}," for line in lines), "  ]", ")", ""]
    )  # fmt: skip


def declaration(kind, name, needs, flags):
    return (
        f".{kind}(name: {json.dumps(name)}, dependencies: {json.dumps(needs)}, "
        f"swiftSettings: [.unsafeFlags({json.dumps(flags)})])"
    )


def lay_out(folder):
    shutil.rmtree(folder / "Sources", ignore_errors=True)
    lines = []
    for cpu, suffix in LEVELS.items():
        targets = targets_for(cpu)
        copies = levelled(targets)
        for name, target in targets.items():
            is_copy = name in copies
            if suffix and not is_copy:
                continue
            own = suffix if is_copy else ""
            needs = [need + (suffix if need in copies else "") for need in dependencies(target)]
            copy_sources(name, target, own, folder)
            lines.append(declaration("target", name + own, needs, settings(target, copies, own)))
    launcher = folder / "Sources" / "launcher"
    launcher.mkdir()
    shutil.copy(ROOT / "scripts" / "release_launcher.swift", launcher / "main.swift")
    lines.append(declaration("executableTarget", "launcher", [PROGRAM + s for s in LEVELS.values()] + ["Platform"], []))
    (folder / "Package.swift").write_text(manifest(lines))


ALL = {}

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    lay_out(folder)
