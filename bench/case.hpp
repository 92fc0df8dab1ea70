// SPDX-License-Identifier: MIT
#pragma once

#include "steps.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace parallax::bench {

inline constexpr std::uint64_t kibibyte = 1024;
inline constexpr std::uint64_t mebibyte = 1024 * kibibyte;

/// Does some work once and says how long each step took.
using Turn = std::move_only_function<void(Steps&)>;

/// One thing that is measured: some work, done by or with one subject, at one size.
struct Case {
    std::string work;    ///< "buffer": all cases of one work are compared with each other
    std::string subject; ///< an exporter, or a way to bring a frame to the GPU
    std::uint64_t size;  ///< bytes; of frames, pixels a side
    /// Makes what the work needs, which lives as long as the turn that is returned. Throws
    /// std::exception when this machine cannot do it.
    std::function<Turn()> begin;

    /// "buffer/exporter/64M", as --filter sees it.
    [[nodiscard]] std::string name() const;
};

using Cases = std::vector<Case>;

/// 67108864 is "64M"; numbers that are no multiple of 1024 stay as they are.
[[nodiscard]] std::string short_size(std::uint64_t size);

} // namespace parallax::bench
