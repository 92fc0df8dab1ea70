// SPDX-License-Identifier: MIT
#pragma once

#include "worker.hpp"

#include <cstdint>
#include <string>

namespace stress {

struct Amount {
    unsigned processes = 3; ///< at a time
    unsigned threads = 2;   ///< workers in each
    unsigned starts = 4;    ///< of each process, one after the other
    bool pool = false;      ///< change the size of the module's pool meanwhile
};

struct ProcessCounts {
    std::uint64_t started = 0;
    std::uint64_t killed = 0; ///< by SIGKILL, wherever they were
};

/// Runs processes of workers until each has been started the given number of times, or one has
/// found a discrepancy. Meanwhile it kills some of them and drops the system's caches. All have
/// ended when it returns.
/// @throws std::system_error when the machine lacks something.
ProcessCounts run_processes(const Setup& setup, const Amount& amount);

/// A memory cgroup with a small limit, in the hierarchy of this machine.
class SmallCgroup {
public:
    /// @throws std::system_error
    SmallCgroup();
    SmallCgroup(const SmallCgroup&) = delete;
    SmallCgroup& operator=(const SmallCgroup&) = delete;
    ~SmallCgroup();

    [[nodiscard]] const std::string& path() const { return path_; }

    /// The number of processes that the OOM killer has killed; must be 0.
    [[nodiscard]] long killed() const;

private:
    std::string path_;
};

} // namespace stress
