// SPDX-License-Identifier: MIT
#pragma once

#include "who/snapshot.hpp"

#include <nlohmann/json_fwd.hpp>

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace parallax::demo::who {

/// How many buffers, and their bytes.
struct Sum {
    std::size_t buffers = 0;
    std::uint64_t size = 0;
};

struct ExporterTotal {
    std::string exporter; ///< empty where nothing tells
    Sum sum;
};

struct ProcessTotal {
    Holder process;          ///< with its fds and mappings of all the buffers
    Sum sum;                 ///< what it holds; others may hold it too
    std::uint64_t alone = 0; ///< bytes that no other process seen holds
};

struct Totals {
    Sum sum;
    std::vector<ExporterTotal> exporters; ///< the largest first, as processes
    std::vector<ProcessTotal> processes;
};

[[nodiscard]] Totals totals_of(const Snapshot& snapshot);

/// For people: "12 KiB", "1.5 MiB".
[[nodiscard]] std::string size_text(std::uint64_t bytes);

/// The snapshot for people, in lines of at most @p width characters as far as words allow.
/// @param since the sum of an earlier snapshot, to which this one is compared; may be null.
[[nodiscard]] std::string text_of(const Snapshot& snapshot, std::size_t width,
                                  const Sum* since = nullptr);

/// @p text over what a terminal of @p rows lines shows, cut where these end.
[[nodiscard]] std::string screen_of(std::string_view text, std::size_t rows);

/// The snapshot for programs. Sizes are bytes; what is unknown is null.
[[nodiscard]] nlohmann::ordered_json json_of(const Snapshot& snapshot);

} // namespace parallax::demo::who
