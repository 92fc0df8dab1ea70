// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/error.hpp"

#include <string_view>

namespace parallax::demo {

/// Reasons that name the format, as those of all formats: so that equal ones are found.
[[nodiscard]] Reasons of_any_format(Reasons reasons, std::string_view format);

} // namespace parallax::demo
