// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>

namespace stress {

/// The operations of a worker, by their names in the report.
enum class Operation : unsigned char {
    allocate,
    map,
    map_node,
    map_by_node,
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
    hold_path,
    send_off,
    land,
    look_around,
    attach,
    device_access,
    detach,
    overlap,
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
    unsigned weight; ///< its relative frequency
};

inline constexpr std::array<Weighted, operations> operation_table{{
    {"allocate", 12},
    {"map", 12},
    {"map a new node", 3},
    {"map by the node", 4},
    {"unmap", 8},
    {"mremap", 5},
    {"mprotect", 5},
    {"madvise", 4},
    {"write", 16},
    {"verify", 16},
    {"race on faults", 1},
    {"SYNC", 8},
    {"dup", 4},
    {"close", 6},
    {"pass to self", 3},
    {"pass on", 4},
    {"receive", 4},
    {"hold by O_PATH", 4},
    {"send off", 4},
    {"land", 3},
    {"look at /proc", 2},
    {"attach", 5},
    {"device access", 8},
    {"detach", 4},
    {"overlapping brackets", 2},
    {"PRIME import", 3},
    {"PRIME export", 2},
    {"fork", 2},
    {"through a pipe", 3},
    {"wrong input", 8},
    {"random ioctl", 8},
    {"memory pressure", 1},
    {"fill a cgroup", 1},
}};

} // namespace stress
