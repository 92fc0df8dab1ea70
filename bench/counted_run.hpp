// SPDX-License-Identifier: MIT
#pragma once

#include "case.hpp"
#include "kept_counts.hpp"
#include "results.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace parallax::bench {

/// Waits until this machine's clock counts the instructions of this program and hardly any other's,
/// one a nanosecond, as QEMU's does with "-icount shift=0" once the kernel has finished what it
/// does in the background after its start. Only then do figures repeat, whatever else the host is
/// doing. False if that does not come within some seconds.
[[nodiscard]] bool counting_begins();

/// The same as results in which a nanosecond stands for an instruction, for comparing subjects.
[[nodiscard]] Results to_results(const Cases& cases, const Counts& counts);

/// Takes several turns of each case, and of each step the least: what is more than that is the
/// kernel's timer interrupts and work in the background.
/// @param told is called with each case and what it costs.
/// @throws what a turn throws.
[[nodiscard]] Counts count_instructions(
    const Cases& cases,
    const std::function<void(const std::string& name,
                             const std::map<std::string, std::uint64_t>& costs)>& told);

} // namespace parallax::bench
