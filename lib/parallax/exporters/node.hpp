// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/exporter.hpp"
#include "parallax/unique_fd.hpp"

#include <expected>
#include <string>

namespace parallax {

/// Opens the node of an exporter, or says in one sentence why it cannot be and what to do.
[[nodiscard]] std::expected<UniqueFd, std::string> open_node(const ExporterKind& kind);

} // namespace parallax
