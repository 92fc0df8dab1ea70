// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/error.hpp"
#include "parallax/image/format.hpp"
#include "parallax/kms/properties.hpp"

#include <cstdint>
#include <expected>
#include <string>
#include <utility>
#include <vector>

namespace parallax::kms {

/// The properties by which a plane is told the meaning of luma and chroma, COLOR_ENCODING and
/// COLOR_RANGE, with their values; without those that the driver lacks, where it shows BT.601 in
/// limited range. A pure function. The place of chroma has no property.
/// @param plane of a plane.
/// @return them, or the reasons why the plane cannot show this meaning.
[[nodiscard]] std::expected<std::vector<std::pair<std::string, std::uint64_t>>, Reasons>
colour_values(const Properties& plane, const YcbcrColour& colour);

} // namespace parallax::kms
