// SPDX-License-Identifier: MIT
#include "processes.hpp"

#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <memory>
#include <sstream>
#include <system_error>
#include <thread>

namespace stress {
namespace {

using namespace std::chrono_literals;

constexpr int found_discrepancy = 1;

/// Sends signals all the time; no call is restarted after one.
void invite_signals(Random& random) {
    struct sigaction nothing{};
    nothing.sa_handler = [](int) {};
    ::sigaction(SIGALRM, &nothing, nullptr);
    const auto period = static_cast<suseconds_t>(random.between(3000, 30000));
    const itimerval timer{.it_interval = {.tv_sec = 0, .tv_usec = period},
                          .it_value = {.tv_sec = 0, .tv_usec = period}};
    ::setitimer(ITIMER_REAL, &timer, nullptr);
}

/// One process. It ends without cleaning up: that is left to the kernel.
[[noreturn]] void run_process(const Setup& setup, unsigned process, unsigned start,
                              unsigned threads) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    Random random{setup.seed, process, start, ~std::uint64_t{0}};
    invite_signals(random);
    std::atomic<bool> stop{false};
    std::atomic<int> status{0};
    {
        std::vector<std::jthread> workers;
        for (unsigned thread = 0; thread < threads; ++thread) {
            workers.emplace_back([&, thread] {
                const Place place{.process = process, .start = start, .thread = thread};
                std::unique_ptr<Worker> worker;
                try {
                    worker = std::make_unique<Worker>(setup, place);
                    worker->run(stop);
                } catch (const std::exception& error) {
                    setup.counters->report(worker ? worker->place() : place, error.what());
                    status = found_discrepancy;
                    stop = true;
                    worker.release(); // keeps its objects as evidence; releasing may fail
                }
            });
        }
    }
    ::_exit(status);
}

} // namespace

ProcessCounts run_processes(const Setup& setup, const Amount& amount) {
    struct Process {
        pid_t pid = 0;
        unsigned starts = 0;
    };
    ProcessCounts count;
    Random random{setup.seed, ~std::uint64_t{1}};
    std::vector<Process> processes(amount.processes);
    const auto start = [&](unsigned which) {
        std::fflush(nullptr);
        Process& process = processes[which];
        process.pid = ::fork();
        if (process.pid == 0) {
            run_process(setup, which, process.starts, amount.threads);
        }
        if (process.pid < 0) {
            throw std::system_error(errno, std::generic_category(), "cannot start a process");
        }
        setup.counters->processes[which] = process.pid;
        ++process.starts;
        ++count.started;
    };
    for (unsigned i = 0; i < amount.processes; ++i) {
        start(i);
    }
    unsigned running = amount.processes;
    auto next = std::chrono::steady_clock::now();
    while (running > 0) {
        for (unsigned i = 0; i < amount.processes; ++i) {
            if (processes[i].pid == 0 || ::waitpid(processes[i].pid, nullptr, WNOHANG) == 0) {
                continue;
            }
            processes[i].pid = 0;
            setup.counters->processes[i] = 0;
            if (processes[i].starts < amount.starts && setup.counters->clean()) {
                start(i);
            } else {
                --running;
            }
        }
        std::this_thread::sleep_for(5ms);
        if (std::chrono::steady_clock::now() < next) {
            continue;
        }
        next =
            std::chrono::steady_clock::now() + std::chrono::milliseconds(random.between(50, 1500));
        Process& process = random.pick(processes);
        switch (random.below(amount.pool ? 4 : 3)) {
        case 0:
        case 1:
            if (process.pid != 0) {
                ::kill(process.pid, SIGKILL);
                ++count.killed;
            }
            break;
        case 2:
            std::ofstream("/proc/sys/vm/drop_caches") << "2\n";
            break;
        default:
            std::ofstream("/sys/module/dmabuf_exporter/parameters/pool_mib")
                << (random.one_in(2) ? 0 : random.between(1, 32)) << '\n';
        }
    }
    std::ofstream("/sys/module/dmabuf_exporter/parameters/pool_mib") << "0\n";
    return count;
}

SmallCgroup::SmallCgroup() : path_("/sys/fs/cgroup/stress") {
    uapi::write_text("/sys/fs/cgroup/cgroup.subtree_control", "+memory");
    if (::mkdir(path_.c_str(), 0700) != 0 && errno != EEXIST) {
        throw std::system_error(errno, std::generic_category(), "cannot make " + path_);
    }
    uapi::write_text(path_ + "/memory.max", std::to_string(16 * uapi::mib));
}

SmallCgroup::~SmallCgroup() {
    ::rmdir(path_.c_str());
}

long SmallCgroup::killed() const {
    std::istringstream events(uapi::read_text(path_ + "/memory.events"));
    std::string name;
    long value = 0;
    while (events >> name >> value) {
        if (name == "oom_kill") {
            return value;
        }
    }
    throw std::runtime_error("memory.events has no oom_kill");
}

} // namespace stress
