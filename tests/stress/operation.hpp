// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>

namespace stress {

/// What an actor can do next. The names are those of the report.
enum class Operation : unsigned char {
    allocate,
    map,
    map_node,
    unmap,
    move,
    protect,
    advise,
    write,
    verify,
    race,
    sync,
    duplicate,
    close,
    pass_to_self,
    pass_on,
    receive,
    attach,
    device_access,
    detach,
    prime_import,
    prime_export,
    fork,
    through_kernel,
    wrong_input,
    random_ioctl,
    press,
    fill_cgroup,
    count,
};

inline constexpr std::size_t operations = static_cast<std::size_t>(Operation::count);

struct Weighted {
    const char* name;
    unsigned weight; ///< how often it comes, next to the others
};

inline constexpr std::array<Weighted, operations> operation_table{{
    {"allocate", 12},      {"map", 12},
    {"map the node", 2},   {"unmap", 8},
    {"mremap", 5},         {"mprotect", 5},
    {"madvise", 4},        {"write", 16},
    {"verify", 16},        {"race on faults", 1},
    {"SYNC", 8},           {"dup", 4},
    {"close", 6},          {"pass to self", 3},
    {"pass on", 4},        {"receive", 4},
    {"attach", 5},         {"device access", 8},
    {"detach", 4},         {"PRIME import", 3},
    {"PRIME export", 2},   {"fork", 2},
    {"through a pipe", 3}, {"wrong input", 8},
    {"random ioctl", 8},   {"memory pressure", 1},
    {"fill a cgroup", 1},
}};

} // namespace stress
