// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace parallax {

/// A memory cgroup that has no room for an allocation.
struct FullCgroup {
    std::string path;        ///< below the hierarchy's root: "/user.slice/app.scope"
    std::uint64_t limit = 0; ///< memory.max, bytes
    std::uint64_t used = 0;  ///< memory.current, bytes
};

/// Finds a memory cgroup of this process, or an ancestor of it, that has no room for @p size bytes.
/// The kernel returns ENOMEM then, as it does if the machine has no memory. Only the unified
/// hierarchy (cgroup v2) is searched.
/// @param membership  the file that names this process's cgroup; tests make it up.
/// @param hierarchy   the mount point of the hierarchy; tests make it up.
/// @return the innermost such cgroup.
[[nodiscard]] std::optional<FullCgroup>
find_full_cgroup(std::uint64_t size, const std::filesystem::path& membership = "/proc/self/cgroup",
                 const std::filesystem::path& hierarchy = "/sys/fs/cgroup");

} // namespace parallax
