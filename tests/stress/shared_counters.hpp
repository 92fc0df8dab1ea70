// SPDX-License-Identifier: MIT
#pragma once

#include "operation.hpp"

#include <sys/mman.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <new>
#include <stdexcept>
#include <string>
#include <system_error>

namespace stress {

/// A wrong byte, errno or figure.
class Discrepancy : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The place of an operation in the whole run; with the seed it identifies the operation.
struct Place {
    unsigned process = 0; ///< which of those that run at a time
    unsigned start = 0;   ///< number of its earlier starts
    unsigned thread = 0;
    std::uint64_t operation = 0; ///< counted in the thread, from 0
};

/// Counters of all processes of a run, in memory that they share: they outlive one that is killed.
class SharedCounters {
public:
    using Count = std::atomic<std::uint64_t>;

    /// @throws std::system_error without memory.
    static SharedCounters& create() {
        void* memory = ::mmap(nullptr, sizeof(SharedCounters), PROT_READ | PROT_WRITE,
                              MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED) {
            throw std::system_error(errno, std::generic_category(), "cannot share memory");
        }
        return *new (memory) SharedCounters;
    }

    std::array<Count, operations> done{};
    Count failures_injected{0}; ///< allocations and copies that the kernel was told to fail
    Count calls_refused{0};     ///< calls that failed for that reason
    Count wrong_inputs{0};
    Count bytes_compared{0};
    Count buffers{0};
    Count children{0};        ///< forked, to look at the memory and end
    Count children_killed{0}; ///< and those that ended by SIGKILL
    Count cgroup_refusals{0}; ///< allocations that a full cgroup refused
    Count fds_passed{0};
    Count next_tag{1};
    Count paths_held{0};      ///< files opened with O_PATH
    Count files_looked_at{0}; ///< in /proc/PID/fd, of any process of the run
    Count overlaps{0};        ///< pairs of brackets, of two threads at one buffer
    std::array<std::atomic<int>, 64> processes{}; ///< those that run now, or 0

    /// The first discrepancy counts; what follows may be its consequence.
    void report(const Place& place, const char* what) noexcept {
        if (!reported_.exchange(true)) {
            std::snprintf(sentence_.data(), sentence_.size(),
                          "process %u, start %u, thread %u, operation %llu: %s", place.process,
                          place.start, place.thread,
                          static_cast<unsigned long long>(place.operation), what);
        }
    }
    [[nodiscard]] bool clean() const { return !reported_; }
    [[nodiscard]] std::string discrepancy() const { return sentence_.data(); }

private:
    std::atomic<bool> reported_{false};
    std::array<char, 1024> sentence_{};
};

} // namespace stress
