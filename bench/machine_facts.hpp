// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace parallax::bench {

/// Facts of the machine, on which the figures depend.
struct MachineFacts {
    std::string processor;  ///< "QEMU TCG CPU version 2.5+, 2 processors"
    std::string kind;       ///< "hardware", "virtual (KVM)", "emulated (QEMU TCG)"
    std::string governor;   ///< of the frequency; "none" if there is none
    std::string huge_pages; ///< "always", "madvise", "never"
    std::string kernel;     ///< release
    std::string memory;     ///< "3.8 GiB"
    std::string vulkan;     ///< device and driver; "none" if no case used it

    [[nodiscard]] bool emulated() const { return kind.starts_with("emulated"); }

    /// One line for captions.
    [[nodiscard]] std::string caption() const;

    /// Name and value, in their order.
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> rows() const;
};

/// All but vulkan, read from /proc and /sys.
[[nodiscard]] MachineFacts machine_facts();

} // namespace parallax::bench
