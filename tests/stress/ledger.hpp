// SPDX-License-Identifier: MIT
#pragma once

#include "operation.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <stdexcept>
#include <string>

namespace stress {

/// Something was not as it must be: a byte, an errno, a figure.
class Discrepancy : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Where an operation is in the whole run: with the seed, that is enough to come there again.
struct Place {
    unsigned worker = 0; ///< which process of those that run at a time
    unsigned life = 0;   ///< how often that one was started again
    unsigned thread = 0;
    std::uint64_t operation = 0; ///< counted in the thread, from 0
};

/// What all processes of a run write down, in memory that they share: it outlives whoever is
/// killed.
class Ledger {
public:
    using Count = std::atomic<std::uint64_t>;

    /// @throws std::system_error without memory.
    static Ledger& create();

    std::array<Count, operations> done{};
    Count failures_injected{0}; ///< allocations and copies that the kernel was told to fail
    Count calls_refused{0};     ///< calls that failed for that
    Count wrong_inputs{0};
    Count bytes_compared{0};
    Count buffers{0};
    Count children{0};        ///< forked, to look at the memory and end
    Count children_killed{0}; ///< and those that ended by SIGKILL
    Count cgroup_refusals{0}; ///< allocations that a full cgroup refused
    Count fds_passed{0};
    Count next_tag{1};

    /// The first discrepancy counts; what follows may be its consequence.
    void report(const Place& place, const char* what) noexcept;
    [[nodiscard]] bool clean() const { return !reported_; }
    [[nodiscard]] std::string discrepancy() const { return sentence_.data(); }

private:
    std::atomic<bool> reported_{false};
    std::array<char, 1024> sentence_{};
};

} // namespace stress
