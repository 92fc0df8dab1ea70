// SPDX-License-Identifier: MIT
#include "crowd.hpp"

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

/// Signals arrive all the time, and no call is restarted after one.
void invite_signals(Random& random) {
    struct sigaction nothing{};
    nothing.sa_handler = [](int) {};
    ::sigaction(SIGALRM, &nothing, nullptr);
    const auto period = static_cast<suseconds_t>(random.between(3000, 30000));
    const itimerval timer{.it_interval = {.tv_sec = 0, .tv_usec = period},
                          .it_value = {.tv_sec = 0, .tv_usec = period}};
    ::setitimer(ITIMER_REAL, &timer, nullptr);
}

/// The life of one process. It ends without cleaning up: that is left to the kernel.
[[noreturn]] void live(const Stage& stage, unsigned worker, unsigned life, unsigned threads) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    Random random{stage.seed, worker, life, ~std::uint64_t{0}};
    invite_signals(random);
    std::atomic<bool> stop{false};
    std::atomic<int> status{0};
    {
        std::vector<std::jthread> actors;
        for (unsigned thread = 0; thread < threads; ++thread) {
            actors.emplace_back([&, thread] {
                const Place place{.worker = worker, .life = life, .thread = thread};
                std::unique_ptr<Actor> actor;
                try {
                    actor = std::make_unique<Actor>(stage, place);
                    actor->run(stop);
                } catch (const std::exception& error) {
                    stage.ledger->report(actor ? actor->place() : place, error.what());
                    status = found_discrepancy;
                    stop = true;
                    actor.release(); // what it holds is evidence, and it may not be able to let go
                }
            });
        }
    }
    ::_exit(status);
}

} // namespace

Killed run_crowd(const Stage& stage, const CrowdSize& size) {
    struct Worker {
        pid_t pid = 0;
        unsigned life = 0;
    };
    Killed count;
    Random random{stage.seed, ~std::uint64_t{1}};
    std::vector<Worker> workers(size.workers);
    const auto start = [&](unsigned which) {
        std::fflush(nullptr);
        Worker& worker = workers[which];
        worker.pid = ::fork();
        if (worker.pid == 0) {
            live(stage, which, worker.life, size.threads);
        }
        if (worker.pid < 0) {
            throw std::system_error(errno, std::generic_category(), "cannot start a process");
        }
        ++worker.life;
        ++count.workers_started;
    };
    for (unsigned i = 0; i < size.workers; ++i) {
        start(i);
    }
    unsigned running = size.workers;
    auto next = std::chrono::steady_clock::now();
    while (running > 0) {
        for (unsigned i = 0; i < size.workers; ++i) {
            if (workers[i].pid == 0 || ::waitpid(workers[i].pid, nullptr, WNOHANG) == 0) {
                continue;
            }
            workers[i].pid = 0;
            if (workers[i].life < size.lives && stage.ledger->clean()) {
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
        Worker& worker = random.pick(workers);
        switch (random.below(size.pool ? 4 : 3)) {
        case 0:
        case 1:
            if (worker.pid != 0) {
                ::kill(worker.pid, SIGKILL);
                ++count.workers_killed;
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
