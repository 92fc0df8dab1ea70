// SPDX-License-Identifier: MIT
#pragma once

#include "baseline.hpp"
#include "case.hpp"
#include "results.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace parallax::bench {

/// Waits until this machine's clock counts this program's instructions and hardly any others, one
/// per nanosecond, as with QEMU's "-icount shift=0" after the background work of booting. The
/// figures then do not depend on the host's load. False if it does not within some seconds.
[[nodiscard]] bool counting_begins();

/// Converts counts to results with one nanosecond per instruction, for comparing subjects.
[[nodiscard]] Results to_results(const Cases& cases, const Counts& counts);

/// Runs several iterations of each case, and takes the minimum of each step, which excludes the
/// kernel's timer interrupts and background work.
/// @param told is called with each case and its costs.
/// @throws what an iteration throws.
[[nodiscard]] Counts count_instructions(
    const Cases& cases,
    const std::function<void(const std::string& name,
                             const std::map<std::string, std::uint64_t>& costs)>& told);

} // namespace parallax::bench
