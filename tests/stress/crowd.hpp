// SPDX-License-Identifier: MIT
#pragma once

#include "actor.hpp"

#include <cstdint>
#include <string>

namespace stress {

struct CrowdSize {
    unsigned workers = 3; ///< processes at a time
    unsigned threads = 2; ///< actors in each
    unsigned lives = 4;   ///< how often each process is started, one after the other
    bool pool = false;    ///< change the size of the module's pool meanwhile
};

struct Killed {
    std::uint64_t workers_started = 0;
    std::uint64_t workers_killed = 0; ///< by SIGKILL, wherever they were
};

/// Runs processes of actors until all have lived as often as they should, or one of them has found
/// a discrepancy. Meanwhile it kills some of them and lets the system drop its caches. Nothing of
/// them is left after.
/// @throws std::system_error where the machine lacks something.
Killed run_crowd(const Stage& stage, const CrowdSize& size);

/// A memory cgroup with a small limit, in the hierarchy of this machine.
class SmallCgroup {
public:
    /// @throws std::system_error
    SmallCgroup();
    SmallCgroup(const SmallCgroup&) = delete;
    SmallCgroup& operator=(const SmallCgroup&) = delete;
    ~SmallCgroup();

    [[nodiscard]] const std::string& path() const { return path_; }

    /// How many processes the kernel has killed for want of memory: none should be.
    [[nodiscard]] long killed() const;

private:
    std::string path_;
};

} // namespace stress
