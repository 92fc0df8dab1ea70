// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/exporter.hpp"
#include "parallax/unique_fd.hpp"

#include <cstdint>
#include <expected>
#include <string>

namespace parallax {

/// Opens the node of an exporter, or says in one sentence why it cannot be and what to do.
[[nodiscard]] std::expected<UniqueFd, std::string> open_node(const ExporterKind& kind);

/// Throws std::system_error for the current errno: the node refused to allocate.
/// @param limits a half sentence on what may be the reason; none if empty.
[[noreturn]] void throw_refusal(const std::string& node, std::uint64_t size,
                                const std::string& limits);

} // namespace parallax
