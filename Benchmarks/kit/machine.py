"""What /proc and the scheduler know: which cores to use, and what a process costs."""

import os
import platform

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
PRIORITY = -15


def cores():
    """The core of the gateway, and that of the upstream and the load program. The same one where there is only one."""
    usable = sorted(os.sched_getaffinity(0))
    return usable[0], usable[-1]


def may_raise_priority():
    """Whether what we start may get more of a core than the other work of this machine."""
    try:
        usual = os.getpriority(os.PRIO_PROCESS, 0)
        os.setpriority(os.PRIO_PROCESS, 0, usual - 1)
        os.setpriority(os.PRIO_PROCESS, 0, usual)
        return True
    except OSError:
        return False


def take_core(core):
    """Called in a new process, the leader of its session: pins it and keeps other work of the machine out."""
    os.sched_setaffinity(0, {core})
    try:
        os.setpriority(os.PRIO_PROCESS, 0, PRIORITY)
        # Where the scheduler groups by session, niceness acts only inside the group, and the group has its own.
        with open("/proc/self/autogroup", "w") as file:
            file.write(str(PRIORITY))
    except OSError:
        pass  # not permitted, or no such grouping here: `may_raise_priority` has told


def busy_seconds(core):
    """How long the core has worked on anything since the machine started."""
    with open("/proc/stat") as file:
        for line in file:
            if line.startswith(f"cpu{core} "):
                user, nice, system, _, _, irq, softirq, steal = (int(field) for field in line.split()[1:9])
                return (user + nice + system + irq + softirq + steal) / TICKS_PER_SECOND
    return 0.0


def tree(pid):
    """The process and its descendants."""
    found, queue = [], [pid]
    while queue:
        current = queue.pop()
        found.append(current)
        try:
            for thread in os.listdir(f"/proc/{current}/task"):
                with open(f"/proc/{current}/task/{thread}/children") as file:
                    queue += [int(child) for child in file.read().split()]
        except OSError:
            continue  # it has ended meanwhile, or the kernel keeps no list of children
    return found


def field(path, name):
    with open(path) as file:
        for line in file:
            if line.startswith(name):
                return int(line.split()[1])
    return 0


def memory(pid):
    """Resident and proportional memory of the tree, in bytes."""
    rss = pss = 0
    for process in tree(pid):
        try:
            rss += field(f"/proc/{process}/status", "VmRSS:") * 1024
            pss += field(f"/proc/{process}/smaps_rollup", "Pss:") * 1024
        except OSError:
            continue
    return {"rss": rss, "pss": pss}


def cpu_seconds(pid):
    """What the tree has used, by the scheduler's nanoseconds where it tells them, else by ticks."""
    total = 0.0
    for process in tree(pid):
        try:
            threads = os.listdir(f"/proc/{process}/task")
        except OSError:
            continue
        for thread in threads:
            try:
                with open(f"/proc/{process}/task/{thread}/schedstat") as file:
                    total += int(file.read().split()[0]) / 1e9
            except (OSError, ValueError, IndexError):
                total += cpu_seconds_by_ticks(process, thread)
    return total


def cpu_seconds_by_ticks(process, thread):
    try:
        with open(f"/proc/{process}/task/{thread}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND


def threads(pid):
    return len(os.listdir(f"/proc/{pid}/task"))


def descriptors(pid):
    """What each open descriptor of the process points to, by its number."""
    folder, found = f"/proc/{pid}/fd", {}
    for name in os.listdir(folder):
        try:
            found[int(name)] = os.readlink(f"{folder}/{name}")
        except OSError:
            continue
    return found


def sockets_to(port):
    """The inodes of this machine's IPv4 sockets whose far end is that port, by "socket:[inode]"."""
    found = set()
    with open("/proc/net/tcp") as file:
        for line in list(file)[1:]:
            fields = line.split()
            if int(fields[2].rpartition(":")[2], 16) == port:
                found.add(f"socket:[{fields[9]}]")
    return found


def describe():
    model = "unknown"
    with open("/proc/cpuinfo") as file:
        for line in file:
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
    return {"processor": model, "cores": os.cpu_count(), "kernel": platform.release(), "load": os.getloadavg()[0]}
