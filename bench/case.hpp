// SPDX-License-Identifier: MIT
#pragma once

#include "timings.hpp"

#include "parallax/error.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace parallax::bench {

inline constexpr std::uint64_t kibibyte = 1024;
inline constexpr std::uint64_t mebibyte = 1024 * kibibyte;

/// Does some work once and returns the time of each step.
using Iteration = std::move_only_function<void(Timings&)>;

/// One benchmark case: some work of one subject at one size.
struct Case {
    std::string work;    ///< "buffer": all cases of one work are compared with each other
    std::string subject; ///< an exporter, or an upload path
    std::uint64_t size;  ///< bytes; of frames, pixels a side
    /// Creates the objects for the work, which the returned iteration owns. Throws std::exception
    /// if this machine does not support the case.
    std::function<Iteration()> begin;

    /// "buffer/exporter/64M", matched by --filter.
    [[nodiscard]] std::string name() const;
};

using Cases = std::vector<Case>;

/// Ends a case that this machine does not support.
/// @throws std::runtime_error with the reasons.
[[noreturn]] void throw_reasons(const Reasons& reasons);

/// "64M" for 67108864; all digits for numbers that are not a multiple of 1024.
[[nodiscard]] std::string short_size(std::uint64_t size);

} // namespace parallax::bench
