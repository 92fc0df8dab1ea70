// SPDX-License-Identifier: MIT
#pragma once

#include "offscreen/device_facts.hpp"

#include <array>

namespace parallax::demo {

/// One feature of a device, by its name in the report.
struct Ability {
    const char* key;
    const char* column;
    bool DeviceFacts::* present;
};

inline constexpr std::array abilities{
    Ability{"dma_buf", "dma-buf", &DeviceFacts::dma_buf},
    Ability{"modifiers", "modifiers", &DeviceFacts::modifiers},
    Ability{"foreign_queue", "FOREIGN queue", &DeviceFacts::foreign_queue},
    Ability{"sync_fd_import", "SYNC_FD import", &DeviceFacts::sync_fd_import},
    Ability{"sync_fd_export", "SYNC_FD export", &DeviceFacts::sync_fd_export},
    Ability{"host_pointer", "host pointer", &DeviceFacts::host_pointer},
    Ability{"swapchain", "windows", &DeviceFacts::swapchain},
};

} // namespace parallax::demo
