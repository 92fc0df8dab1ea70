// SPDX-License-Identifier: MIT
#pragma once

#include "probe/endpoint.hpp"

#include "parallax/error.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace parallax::demo {

/// The formats and modifiers in which pictures can go from one device to another. A value.
struct Transfer {
    std::vector<ModifiersOfFormat> formats; ///< with the alignment that suits both
    Reasons refused;                        ///< one for each other format that either of them has
};

/// @param only the only format to consider; all if none.
[[nodiscard]] Transfer transfer_between(const Endpoint& from, const Endpoint& to,
                                        std::optional<std::uint32_t> only = std::nullopt);

void print_text(const Endpoint& from, const Endpoint& to, const Transfer& transfer);
void print_json(const Endpoint& from, const Endpoint& to, const Transfer& transfer);

} // namespace parallax::demo
