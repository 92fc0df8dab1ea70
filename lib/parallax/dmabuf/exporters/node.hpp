// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dmabuf/exporter_kinds.hpp"
#include "parallax/dmabuf/unique_fd.hpp"

#include <cstdint>
#include <expected>
#include <string>

namespace parallax {

/// Opens the node of an exporter.
/// @return the fd, or one sentence with the reason and instructions.
[[nodiscard]] std::expected<UniqueFd, std::string> open_node(const ExporterKind& kind);

/// Throws std::system_error for the current errno: the node refused to allocate. The message names
/// a memory cgroup of this process that has no room, if there is one.
/// @param size   bytes, as requested.
/// @param limits a half sentence on limits that may be the reason; may be empty.
[[noreturn]] void throw_refusal(const std::string& node, std::uint64_t size,
                                const std::string& limits);

} // namespace parallax
